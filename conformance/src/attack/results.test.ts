import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { armature, reply, type AppBuilder, type Context } from "armature";
import { LogLines } from "../app/harness/log-lines.ts";
import { WAYS } from "../app/harness/ways.ts";

const SECRET = "hunter2";

function fail(): never {
  throw new Error(SECRET);
}

const FAILING_TRAPS: ProxyHandler<object> = { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail };

const circular: Record<string, unknown> = { a: 1 };
circular["self"] = circular;

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

/** What a handler can return or resolve with that breaks when it is looked at. */
const RESULTS: Readonly<Record<string, () => unknown>> = {
  "a getter that throws": () => ({
    get a(): never {
      return fail();
    },
  }),
  "toJSON that throws": () => ({ toJSON: fail }),
  "a proxy of which every trap throws": () => new Proxy({}, FAILING_TRAPS),
  "a list with such a proxy": () => [new Proxy({}, FAILING_TRAPS)],
  "an object that holds itself": () => circular,
  "a bigint in an object": () => ({ a: 1n }),
  "an object of a hundred thousand levels": () => deep(100_000),
  "a promise that rejects with nothing": () => Promise.reject(undefined),
  // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
  "a promise of a thenable that throws": async () => await Promise.resolve({ then: fail }),
  "an iterable that cannot be iterated": () => reply.stream({ [Symbol.asyncIterator]: fail }),
  "an iterator without next": () =>
    reply.stream({ [Symbol.asyncIterator]: () => ({}) as AsyncIterator<string> }),
  "an iterator whose next throws": () => reply.stream({ [Symbol.asyncIterator]: () => ({ next: fail }) }),
  "an iterator of nothing that bytes can be": () => Readable.from([{ a: 1 }, Symbol.iterator]),
  "a stream that has failed": () => new Readable().on("error", () => {}).destroy(new Error(SECRET)),
  "a Response whose body fails": () =>
    new Response(new ReadableStream({ start: (controller) => controller.error(new Error(SECRET)) })),
  "a Response that was read": async () => {
    const response = new Response("once");
    await response.text();
    return response;
  },
  "a Response that failed": () => Response.error(),
  "a symbol": () => Symbol(SECRET),
  "a function": () => fail,
};

for (const way of WAYS)
  describe(`a result that breaks by ${way.name}`, () => {
    for (const [what, make] of Object.entries(RESULTS))
      test(`is an error of the server, whose next answer is good: ${what}`, async () => {
        const lines = new LogLines();
        const source = armature({ requestLog: true })
          .get("/now", (() => make()) as (context: Context) => string)
          .get("/later", (async () => await make()) as (context: Context) => Promise<string>)
          .get("/good", () => "good") as AppBuilder<unknown, string>;
        await using running = await way.start(source, { logger: lines.logger });
        for (const path of ["/now", "/later"]) {
          const answer = await running.request("GET", path);
          assert.ok(answer.status === 500 || answer.cut, `${path}: ${answer.status} ${answer.text}`);
          assert.doesNotMatch(answer.text, new RegExp(SECRET));
          assert.equal((await running.request("GET", "/good")).text, "good");
        }
        assert.ok(lines.errorCodes().length >= 2, "the log has them");
      });
  });
