// Nanoseconds of CPU time per match, on the built package: `tsc -b packages/router && node benchmarks/micro/router.ts [part of a name]`.
// Each case runs in a process of its own, several times in turn with the others, so that none is compiled for another's types.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createRouter, type Match, type RouteEntry, type Router } from "../../packages/router/dist/index.js";

const ROUNDS = 5;
const WARM_UP_MATCHES = 1_000_000;
const TIMED_MATCHES = 2_000_000;

/** A request as an engine has it: bytes in the middle of a read. */
interface Request {
  readonly method: string;
  readonly target: string;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

type Work = (request: Request) => unknown;

interface Case {
  readonly requests: readonly Request[];
  readonly prepare: () => Work;
}

function toRequest(method: string, target: string): Request {
  const head = `${method} `;
  const bytes = Buffer.from(`${head}${target} HTTP/1.1\r\nhost: example.com\r\n\r\n`, "latin1");
  return { method, target, bytes, start: head.length, end: head.length + target.length };
}

const RESOURCES =
  "users orgs repos issues pulls teams hooks keys gists events stars labels milestones projects packages runners secrets branches tags releases commits comments reviews checks deploys".split(
    " ",
  );

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

const FEW: readonly RouteEntry<string>[] = [
  { method: "GET", path: "/", value: "home" },
  { method: "GET", path: "/hello/world", value: "static" },
  { method: "POST", path: "/users", value: "create" },
  { method: "GET", path: "/users/:id", value: "one" },
  { method: "GET", path: "/orgs/:org/repos/:repo/issues/:issue/comments/:comment", value: "four" },
];

const MANY: readonly RouteEntry<string>[] = RESOURCES.flatMap((resource) =>
  TEMPLATES.map(([method, path]) => ({ method, path: `/api/v1/${resource}${path}`, value: resource })),
);

const MIX = RESOURCES.flatMap((resource) =>
  TEMPLATES.map(([method, , target]) => toRequest(method, `/api/v1/${resource}${target}`)),
);
const STATIC = [toRequest("GET", "/hello/world")];
const ONE = [toRequest("GET", "/users/12345")];
const FOUR = [toRequest("GET", "/orgs/acme/repos/armature/issues/42/comments/1001")];
const ESCAPED = [toRequest("GET", "/users/ada%20lovelace")];
const RESPELLED = [toRequest("GET", "/users/ada%7elovelace")];
const MISSING = [toRequest("GET", "/nothing/here")];
const VARIED = Array.from({ length: 2000 }, (_, i) => toRequest("GET", `/api/v1/users/${i * 7919}`));

/** A string made anew, as an engine makes it for each request: nothing is known of it yet, not even its hash. */
function decode({ bytes, start, end }: Request): string {
  return bytes.toString("latin1", start, end);
}

function byBytes(routes: readonly RouteEntry<string>[]): () => Work {
  return () => {
    const router = createRouter(routes);
    return ({ method, bytes, start, end }) => router.matchBytes(method, bytes, start, end);
  };
}

function byBytesWithParams(routes: readonly RouteEntry<string>[]): () => Work {
  return () => {
    const router = createRouter(routes);
    return ({ method, target, bytes, start, end }) => {
      const match = router.matchBytes(method, bytes, start, end);
      return match.kind === "found" ? match.params(target) : null;
    };
  };
}

function byString(routes: readonly RouteEntry<string>[]): () => Work {
  return () => {
    const router = createRouter(routes);
    return (request) => router.matchString(request.method, decode(request));
  };
}

/** What a cache costs: targets are keys, and of more than `limit` the least recently used is dropped. */
function byCache(routes: readonly RouteEntry<string>[], limit: number): () => Work {
  return () => {
    const router = createRouter(routes);
    const caches = new Map(router.allowed().map((method) => [method, new Map<string, Match<string>>()]));
    return (request) => {
      const cache = caches.get(request.method);
      return cache === undefined ? null : findCached(router, cache, limit, request);
    };
  };
}

function findCached(
  router: Router<string>,
  cache: Map<string, Match<string>>,
  limit: number,
  request: Request,
): Match<string> {
  const target = decode(request);
  const known = cache.get(target);
  if (known !== undefined) {
    cache.delete(target);
    cache.set(target, known);
    return known;
  }
  const match = router.matchBytes(request.method, request.bytes, request.start, request.end);
  if (cache.size >= limit) cache.delete(cache.keys().next().value ?? "");
  cache.set(target, match);
  return match;
}

const CASES: Readonly<Record<string, Case>> = {
  "the loop alone": { requests: STATIC, prepare: () => (request) => request.start },
  "bytes: static": { requests: STATIC, prepare: byBytes(FEW) },
  "bytes: 1 parameter": { requests: ONE, prepare: byBytes(FEW) },
  "bytes: 4 parameters": { requests: FOUR, prepare: byBytes(FEW) },
  "bytes: 300 routes": { requests: MIX, prepare: byBytes(MANY) },
  "bytes: 2,000 targets": { requests: VARIED, prepare: byBytes(MANY) },
  "bytes: escaped parameter": { requests: ESCAPED, prepare: byBytes(FEW) },
  "bytes: respelled parameter": { requests: RESPELLED, prepare: byBytes(FEW) },
  "bytes: not found": { requests: MISSING, prepare: byBytes(FEW) },
  "bytes and params(): 1 parameter": { requests: ONE, prepare: byBytesWithParams(FEW) },
  "bytes and params(): 4 parameters": { requests: FOUR, prepare: byBytesWithParams(FEW) },
  "decode alone: 300 routes": { requests: MIX, prepare: () => decode },
  "decode, string: static": { requests: STATIC, prepare: byString(FEW) },
  "decode, string: 1 parameter": { requests: ONE, prepare: byString(FEW) },
  "decode, string: 4 parameters": { requests: FOUR, prepare: byString(FEW) },
  "decode, string: 300 routes": { requests: MIX, prepare: byString(MANY) },
  "decode, cache of 256: 1 parameter": { requests: ONE, prepare: byCache(FEW, 256) },
  "decode, cache of 512: 300 routes": { requests: MIX, prepare: byCache(MANY, 512) },
  "decode, cache of 256: 2,000 targets": { requests: VARIED, prepare: byCache(MANY, 256) },
};

let sink: unknown;

function timeCase({ requests, prepare }: Case): number {
  const work = prepare();
  repeat(work, requests, WARM_UP_MATCHES);
  const before = process.cpuUsage();
  const done = repeat(work, requests, TIMED_MATCHES);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / done;
}

function repeat(work: Work, requests: readonly Request[], times: number): number {
  let done = 0;
  while (done < times)
    for (const request of requests) {
      sink = work(request);
      done++;
    }
  return done;
}

function timeInProcess(name: string): number {
  const script = fileURLToPath(import.meta.url);
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, "--only", name], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The case "${name}" failed: ${stderr}`);
  return Number(stdout);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function runAll(part: string): void {
  const names = Object.keys(CASES).filter((name) => name.includes(part));
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, list] of times) list.push(timeInProcess(name));
  for (const [name, list] of times) {
    const best = Math.min(...list).toFixed(1);
    process.stdout.write(`${name.padEnd(38)} ${median(list).toFixed(1).padStart(7)} ns  (best ${best})\n`);
  }
}

const [flag = "", name = ""] = process.argv.slice(2);
const only = CASES[name];
if (flag === "--only" && only !== undefined) process.stdout.write(String(timeCase(only)));
else runAll(flag);
if (sink === null) throw new Error("Nothing was matched.");
