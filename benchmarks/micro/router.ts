// Nanoseconds per match, built package: `tsc -b packages/router && node benchmarks/micro/router.ts`.
import { createRouter, type Match, type RouteEntry, type Router } from "../../packages/router/dist/index.js";

const ROUNDS = 15;
const TIMED_MATCHES = 400_000;

/** A request as an engine has it: bytes in the middle of a read, and the same as a string. */
interface Request {
  readonly method: string;
  readonly target: string;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

type Work = (request: Request) => unknown;

interface Case {
  readonly name: string;
  readonly requests: readonly Request[];
  readonly work: Work;
}

function toRequest(method: string, target: string): Request {
  const head = `${method} `;
  const bytes = Buffer.from(`${head}${target} HTTP/1.1\r\nhost: example.com\r\n\r\n`, "latin1");
  return { method, target, bytes, start: head.length, end: head.length + target.length };
}

function measure(cases: readonly Case[]): Map<string, number> {
  const best = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const one of cases) best.get(one.name)?.push(timeOnce(one));
  return new Map([...best].map(([name, times]) => [name, median(times)]));
}

let sink: unknown;

function timeOnce({ requests, work }: Case): number {
  const started = process.hrtime.bigint();
  for (let done = 0; done < TIMED_MATCHES;)
    for (const request of requests) {
      sink = work(request);
      done++;
    }
  return Number(process.hrtime.bigint() - started) / TIMED_MATCHES;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

const RESOURCES = [
  "users", "orgs", "repos", "issues", "pulls", "teams", "hooks", "keys", "gists", "events",
  "stars", "labels", "milestones", "projects", "packages", "runners", "secrets", "branches", "tags", "releases",
  "commits", "comments", "reviews", "checks", "deploys",
]; // prettier-ignore

const TEMPLATES: readonly (readonly [method: string, path: string, target: string])[] = [
  ["GET", "", ""],
  ["POST", "", ""],
  ["GET", "/search", "/search?q=armature&page=2"],
  ["GET", "/recent", "/recent"],
  ["GET", "/:id(int)", "/18273"],
  ["PUT", "/:id(int)", "/18273"],
  ["DELETE", "/:id(int)", "/18273"],
  ["GET", "/:id/history", "/a81f0c/history"],
  ["GET", "/:id/members/:member", "/a81f0c/members/ada"],
  ["PATCH", "/:id/members/:member/roles/:role(owner|admin|guest)", "/a81f0c/members/ada/roles/admin"],
  ["GET", "/:id/files/*path", "/a81f0c/files/src/lib/router.ts"],
  ["GET", "/by-name/:name", "/by-name/armature"],
];

const table = RESOURCES.flatMap((resource) =>
  TEMPLATES.map(([method, path, target]) => ({
    entry: { method, path: `/api/v1/${resource}${path}`, value: `${method} ${resource}${path}` },
    request: toRequest(method, `/api/v1/${resource}${target}`),
  })),
);

const SMALL: readonly RouteEntry<string>[] = [
  { method: "GET", path: "/", value: "home" },
  { method: "GET", path: "/hello/world", value: "static" },
  { method: "POST", path: "/users", value: "create" },
  { method: "GET", path: "/users/:id", value: "one" },
  { method: "GET", path: "/orgs/:org/repos/:repo/issues/:issue/comments/:comment", value: "four" },
];

function byBytes(router: Router<string>): Work {
  return ({ method, bytes, start, end }) => router.matchBytes(method, bytes, start, end);
}

function byString(router: Router<string>): Work {
  return ({ method, target }) => router.matchString(method, target);
}

function withParams(router: Router<string>): Work {
  return ({ method, target, bytes, start, end }) => {
    const match = router.matchBytes(method, bytes, start, end);
    return match.kind === "found" ? match.params(target) : null;
  };
}

/** What a cache would have to beat: the least recently used of `limit` targets is dropped. */
function byCache(router: Router<string>, limit: number): Work {
  const caches = new Map<string, Map<string, Match<string>>>();
  return ({ method, target }) => {
    const cache = caches.get(method) ?? new Map<string, Match<string>>();
    if (cache.size === 0) caches.set(method, cache);
    const known = cache.get(target);
    if (known !== undefined) {
      cache.delete(target);
      cache.set(target, known);
      return known;
    }
    const match = router.matchString(method, target);
    if (cache.size >= limit) cache.delete(cache.keys().next().value ?? "");
    cache.set(target, match);
    return match;
  };
}

/** A target that the engine has only as bytes must become a string before a cache can be asked. */
function byCacheFromBytes(router: Router<string>, limit: number): Work {
  const cached = byCache(router, limit);
  return (request) =>
    cached({ ...request, target: (request.bytes as Buffer).latin1Slice(request.start, request.end) });
}

const small = createRouter(SMALL);
const large = createRouter(table.map(({ entry }) => entry));
const mix = table.map(({ request }) => request);
const varied = Array.from({ length: 2000 }, (_, i) => toRequest("GET", `/api/v1/users/${i * 7919}`));

const staticOnly = [toRequest("GET", "/hello/world")];
const oneParam = [toRequest("GET", "/users/12345")];
const fourParams = [toRequest("GET", "/orgs/acme/repos/armature/issues/42/comments/1001")];
const escaped = [toRequest("GET", "/users/ada%20lovelace")];
const missing = [toRequest("GET", "/nothing/here")];

const results = measure([
  { name: "bytes: static", requests: staticOnly, work: byBytes(small) },
  { name: "bytes: 1 parameter", requests: oneParam, work: byBytes(small) },
  { name: "bytes: 4 parameters", requests: fourParams, work: byBytes(small) },
  { name: "bytes: 300 routes", requests: mix, work: byBytes(large) },
  { name: "bytes: 1 parameter, params()", requests: oneParam, work: withParams(small) },
  { name: "bytes: 4 parameters, params()", requests: fourParams, work: withParams(small) },
  { name: "bytes: escaped parameter", requests: escaped, work: byBytes(small) },
  { name: "bytes: not found", requests: missing, work: byBytes(small) },
  { name: "string: static", requests: staticOnly, work: byString(small) },
  { name: "string: 1 parameter", requests: oneParam, work: byString(small) },
  { name: "string: 4 parameters", requests: fourParams, work: byString(small) },
  { name: "string: 300 routes", requests: mix, work: byString(large) },
  { name: "string: 2,000 targets", requests: varied, work: byString(large) },
  { name: "cache 256, string: 1 parameter", requests: oneParam, work: byCache(small, 256) },
  { name: "cache 512, string: 300 routes", requests: mix, work: byCache(large, 512) },
  { name: "cache 256, string: 2,000 targets", requests: varied, work: byCache(large, 256) },
  { name: "cache 512, bytes: 300 routes", requests: mix, work: byCacheFromBytes(large, 512) },
]);

for (const [name, ns] of results)
  process.stdout.write(`${name.padEnd(36)} ${ns.toFixed(1).padStart(8)} ns\n`);
if (sink === undefined) process.stdout.write("nothing was matched\n");
