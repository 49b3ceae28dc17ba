import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { armature, HttpError, type AppBuilder } from "armature";
import { turn } from "../app/harness/note.ts";
import { WAYS, type RunningOnWire, WIRE_WAYS } from "../app/harness/ways.ts";

const SECRET = "hunter2-is-the-password";

/** What no client may ever see of a server: code, paths, stacks, names of its errors, versions. */
const INTERNAL = [
  SECRET,
  /\bnode:\w/,
  /node_modules/,
  /\.[jt]s\b/,
  /\n\s+at /,
  /\b(?:Type|Range|Syntax|Reference|Assertion)Error\b/,
  /\/(?:home|tmp|usr|root|etc)\//,
  /\b(?:ENOENT|EACCES|EISDIR|EMFILE|ECONNRESET|ERR_[A-Z_]+)\b/,
  /\bundefined\b|\[object \w+\]/,
  /v\d+\.\d+\.\d+/,
];

function assertTellsNothing(text: string, what: string): void {
  for (const pattern of INTERNAL) {
    const found = typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
    assert.ok(!found, `${what} shows ${pattern}: ${text}`);
  }
}

class DriverError extends Error {
  override readonly name = "DriverError";
  readonly query = `SELECT '${SECRET}'`;
  readonly statusCode = 418;
  readonly status = 404;
  readonly expose = true;
  readonly headers = { "x-secret": SECRET };

  toJSON(): object {
    return { query: this.query };
  }
}

/** Makes something to throw of the secret; what users and libraries throw has every form. */
const MAKERS: readonly ((message: string) => unknown)[] = [
  (message) => new Error(message),
  (message) => new TypeError(message, { cause: new Error(message) }),
  (message) => new AggregateError([new Error(message)], message),
  (message) => Object.assign(new Error(message), { code: "ENOENT", path: `/etc/${message}`, errno: -2 }),
  (message) => Object.assign(new Error(message), { status: 404, statusCode: 404, expose: true }),
  (message) => new DriverError(message),
  (message) => new DOMException(message, "AbortError"),
  (message) => new HttpError(500, "E_MINE", message),
  (message) => new HttpError(503, "E_MINE", message, { cause: new Error(message) }),
  (message) => message,
  (message) => ({ message, stack: message, toString: () => message }),
  (message) => Symbol(message),
  (message) => ({ status: 404, code: "E_MINE", message, extensions: { message } }),
  (message) => JSON.parse(`{"${message}`),
];

const PLACES = [
  "handler",
  "later",
  "guard",
  "middleware",
  "interceptor",
  "stream",
  "schema",
  "constraint",
] as const;
type Place = (typeof PLACES)[number];

interface Throwing {
  make: () => unknown;
}

function raise({ make }: Throwing): never {
  let thrown: unknown;
  try {
    thrown = make();
  } catch (error) {
    thrown = error;
  }
  throw thrown;
}

async function* failing(box: Throwing): AsyncGenerator<string, void, undefined> {
  await turn();
  raise(box);
  yield "never";
}

function application(box: Throwing): AppBuilder<unknown, string> {
  const fail = (): never => raise(box);
  const validate = fail;
  return armature({ constraints: { picky: fail } })
    .get("/handler", fail)
    .get("/later", async () => {
      await turn();
      return fail();
    })
    .get("/guard", { guards: [fail] }, () => "never")
    .get("/middleware", { middleware: [fail] }, () => "never")
    .get("/interceptor", { interceptors: [fail] }, () => "never")
    .get("/stream", () => failing(box))
    .get("/schema", { query: { "~standard": { version: 1, vendor: "test", validate } } }, () => "never")
    .get("/constraint/:id(picky)", () => "never") as AppBuilder<unknown, string>;
}

function targetOf(place: Place): string {
  return place === "constraint" ? "/constraint/1" : `/${place}`;
}

for (const way of WAYS)
  test(`an error of any kind, from any place, tells a client nothing by ${way.name}`, async () => {
    const box: Throwing = { make: () => new Error(SECRET) };
    await using running = await way.start(application(box));
    const wrapped = fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MAKERS),
        fc.constantFrom(...PLACES),
        wrapped,
        async (make, place, [before, after]) => {
          box.make = () => make(`${before}${SECRET}${after}`);
          const answer = await running.request("GET", targetOf(place));
          assert.ok(answer.status === 0 || answer.status >= 500, `${place}: ${answer.status} ${answer.text}`);
          assertTellsNothing(answer.text, place);
          for (const [name, value] of answer.fields) assertTellsNothing(`${name}: ${value}`, place);
        },
      ),
      { numRuns: 60 },
    );
  });

/** Requests that are refused before or behind the route, by engine and application. */
const REFUSED: readonly string[] = [
  "GET /nothing/here HTTP/1.1\r\nhost: a\r\n\r\n",
  "DELETE /data HTTP/1.1\r\nhost: a\r\n\r\n",
  "BREW /data HTTP/1.1\r\nhost: a\r\n\r\n",
  "GET /data%zz HTTP/1.1\r\nhost: a\r\n\r\n",
  "GET /data%00 HTTP/1.1\r\nhost: a\r\n\r\n",
  "GET /data HTTP/1.1\r\nhost: a b\r\n\r\n",
  "GET /data HTTP/1.1\r\n\r\n",
  "GET /data HTTP/3.1\r\nhost: a\r\n\r\n",
  "GET /data HTTP/1.1\r\nhost : a\r\n\r\n",
  "GET /data HTTP/1.1\nhost: a\r\n\r\n",
  `GET /${"a".repeat(10_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\nhost: a\r\nx: ${"a".repeat(20_000)}\r\n\r\n`,
  `GET / HTTP/1.1\r\nhost: a\r\n${"x: y\r\n".repeat(200)}\r\n`,
  "POST /data HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n",
  "POST /data HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
  "POST /data HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
  "POST /data HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
  "POST /data HTTP/1.1\r\nhost: a\r\nexpect: wonders\r\ncontent-length: 1\r\n\r\na",
  ...[
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain; charset=x",
    "a",
    "\xff",
  ].map(
    (type) => `POST /data HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\ncontent-length: 3\r\n\r\n{"\xff`,
  ),
];

const data = (): AppBuilder<unknown, string> =>
  armature().post("/data", async ({ body }) => JSON.stringify(await body.value())) as AppBuilder<
    unknown,
    string
  >;

async function rawAnswer(running: RunningOnWire, request: string): Promise<string> {
  using client = running.connect();
  await client.send(request);
  client.end();
  await client.closing();
  return client.text;
}

for (const way of WIRE_WAYS)
  describe(`a refusal tells a client nothing of the server by ${way.name}`, () => {
    for (const request of REFUSED)
      test(JSON.stringify(request.slice(0, 80)), async () => {
        await using running = await way.start(data());
        const answer = await rawAnswer(running, request);
        assert.doesNotMatch(answer, /^HTTP\/1\.1 [25]00 /);
        assertTellsNothing(answer.replace(/^HTTP\/1\.1.*/, ""), request.slice(0, 80));
      });
  });
