import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  armature,
  conflict,
  defineModule,
  get,
  HttpError,
  notFound,
  serviceUnavailable,
  tooManyRequests,
  type AppOptions,
} from "armature";
import { eventually, Handover } from "../serve.ts";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { ENGINE_WAYS, WAYS, type Way } from "./harness/ways.ts";

const circular: Record<string, unknown> = {};
circular["self"] = circular;

/** Whatever may be thrown, and is no HttpError. */
const THROWN: Readonly<Record<string, unknown>> = {
  "an error": new Error("secret"),
  "an error with a cause": new Error("secret", { cause: new Error("secret") }),
  "an error with a status of its own": Object.assign(new Error("secret"), { status: 404, statusCode: 404 }),
  "an error whose name is secret": Object.assign(new Error("secret"), { name: "secret" }),
  "an aggregate": new AggregateError([new Error("secret")], "secret"),
  "an error of another kind": new DOMException("secret", "AbortError"),
  "a string": "secret",
  nothing: undefined,
  null: null,
  "a number": 42,
  "a symbol": Symbol("secret"),
  "an object": { message: "secret", status: 404, code: "secret" },
  "an object without a prototype": Object.assign(Object.create(null) as object, { secret: 1 }),
  "a frozen error": Object.freeze(new Error("secret")),
  "an object that cannot be turned into text": {
    toString: () => {
      throw new Error("secret");
    },
  },
  "a function": () => "secret",
  "an HttpError with a status that is none": new HttpError(99, "E_SECRET", "secret"),
  "an HttpError with a status that is no error": new HttpError(200, "E_SECRET", "secret"),
  "a response": new Response("secret", { status: 404 }),
  "what throws when it is looked at": new Proxy(
    {},
    {
      get: () => {
        throw new Error("secret");
      },
      getPrototypeOf: () => {
        throw new Error("secret");
      },
    },
  ),
};

function routeOf(name: string): string {
  return `/${encodeURIComponent(name)}`;
}

const throwing = defineModule({
  routes: Object.entries(THROWN).flatMap(([name, thrown]) => [
    get(routeOf(name), () => {
      throw thrown;
    }),
    get(`/later${routeOf(name)}`, async () => {
      await turn();
      throw thrown;
    }),
    get(
      `/guard${routeOf(name)}`,
      {
        guards: [
          () => {
            throw thrown;
          },
        ],
      },
      () => "never",
    ),
  ]),
});

for (const way of WAYS)
  describe(`an error by ${way.name}`, () => {
    for (const name of Object.keys(THROWN))
      test(`that is ${name} is answered with 500 and logged, and tells nothing`, async () => {
        const lines = new LogLines();
        await using running = await way.start(throwing, { logger: lines.logger });
        for (const prefix of ["", "/later", "/guard"]) {
          const answer = await running.request("GET", prefix + routeOf(name));
          assert.equal(answer.status, 500);
          const { requestId, ...problem } = answer.problem;
          assert.deepEqual(problem, {
            type: "about:blank",
            title: "Internal Server Error",
            status: 500,
            code: "E_INTERNAL",
          });
          assert.equal(answer.header("x-request-id"), requestId);
          const errors = lines.all.filter(({ level }) => level === "error");
          assert.equal(errors.length, 1);
          assert.equal(errors[0]?.fields["err"], THROWN[name]);
          assert.equal(errors[0]?.fields["requestId"], requestId);
          assert.equal(errors[0]?.fields["method"], "GET");
          lines.all.length = 0;
        }
      });

    test("that is an HttpError is answered as it says", async () => {
      const lines = new LogLines();
      const source = armature()
        .get("/plain", () => {
          throw new HttpError(404, "E_USER_UNKNOWN", "There is no user 7.");
        })
        .get("/not-found", () => notFound("gone"))
        .get("/conflict", () => conflict("twice"))
        .get("/headers", () => tooManyRequests(30, "slow down"))
        .get("/extensions", () => {
          throw new HttpError(402, "E_CREDIT", "Not enough.", {
            extensions: { balance: 3, status: 200, code: "E_OTHER", requestId: "x", __proto__: null },
          });
        })
        .get("/server", () => serviceUnavailable(5, "secret of the database"))
        .get("/exposed", () => {
          throw new HttpError(503, "E_MAINTENANCE", "Back at noon.", { expose: true });
        })
        .get("/hidden", () => {
          throw new HttpError(404, "E_HIDDEN", "secret", { expose: false });
        });
      await using running = await way.start(source, { logger: lines.logger });
      const plain = await running.request("GET", "/plain");
      assert.deepEqual(
        [plain.status, plain.problem["code"], plain.problem["detail"]],
        [404, "E_USER_UNKNOWN", "There is no user 7."],
      );
      assert.equal((await running.request("GET", "/not-found")).status, 404);
      assert.equal((await running.request("GET", "/conflict")).problem["detail"], "twice");
      assert.equal((await running.request("GET", "/headers")).header("retry-after"), "30");
      const extended = await running.request("GET", "/extensions");
      assert.deepEqual(
        [extended.status, extended.problem["balance"], extended.problem["code"], extended.problem["status"]],
        [402, 3, "E_CREDIT", 402],
      );
      assert.equal(extended.header("x-request-id"), extended.problem["requestId"]);
      assert.deepEqual(lines.errorCodes(), []);
      const server = await running.request("GET", "/server");
      assert.equal(server.status, 503);
      assert.doesNotMatch(server.text, /secret/);
      assert.equal((await running.request("GET", "/exposed")).problem["detail"], "Back at noon.");
      assert.doesNotMatch((await running.request("GET", "/hidden")).text, /secret/);
      assert.equal(lines.errorCodes().length, 2);
    });

    test("that cannot be answered as it says is answered with 500", async () => {
      const bad: Readonly<Record<string, HttpError>> = {
        split: new HttpError(400, "E_BAD", "secret", { headers: { "x-a": "a\r\nx-evil: 1" } }),
        framing: new HttpError(400, "E_BAD", "secret", { headers: { "content-length": "3" } }),
        circular: new HttpError(400, "E_BAD", "secret", { extensions: { circular } }),
        bigint: new HttpError(400, "E_BAD", "secret", { extensions: { id: 1n } }),
      };
      const lines = new LogLines();
      const source = armature()
        .use((context, next) => {
          context.setHeader("x-stage", "stays");
          return next(context);
        })
        .get("/:name", ({ params }) => {
          throw bad[params.name] ?? new Error("?");
        });
      await using running = await way.start(source, { logger: lines.logger });
      for (const name of Object.keys(bad)) {
        const answer = await running.request("GET", `/${name}`);
        assert.equal(answer.status, 500);
        assert.equal(answer.problem["code"], "E_INTERNAL");
        assert.equal(answer.header("x-evil"), undefined);
        assert.doesNotMatch(answer.text, /secret/);
        assert.ok(lines.errorCodes().length >= 1);
        lines.all.length = 0;
      }
    });

    test("keeps what stages set for every answer, and drops what describes the body that failed", async () => {
      const source = armature()
        .use((context, next) => {
          context.setHeader("x-stage", "1");
          context.setCookie("seen", "1");
          return next(context);
        })
        .get("/", (context) => {
          context.setHeader("content-type", "text/csv");
          context.setHeader("etag", '"1"');
          context.setHeader("cache-control", "public, max-age=3600");
          context.setHeader("content-disposition", "attachment");
          throw new Error("boom");
        });
      await using running = await way.start(source);
      const answer = await running.request("GET", "/");
      assert.equal(answer.header("x-stage"), "1");
      assert.match(answer.header("set-cookie") ?? "", /^seen=1/);
      assert.deepEqual(answer.all("content-type"), ["application/problem+json"]);
      assert.deepEqual(answer.all("cache-control"), ["no-store"]);
      for (const name of ["etag", "content-disposition"]) assert.equal(answer.header(name), undefined);
    });

    test("shows what it is while the application is developed", async () => {
      const source = armature({ debug: true }).get("/", () => {
        throw new TypeError("outer", { cause: new RangeError("inner") });
      });
      await using running = await way.start(source);
      const { debug, code } = (await running.request("GET", "/")).problem as Record<
        string,
        Record<string, unknown>
      >;
      assert.equal(code, "E_INTERNAL");
      assert.deepEqual([debug?.["name"], debug?.["message"]], ["TypeError", "outer"]);
      assert.match(String(debug?.["stack"]), /errors\.test/);
      assert.match(JSON.stringify(debug?.["cause"]), /"name":"RangeError","message":"inner"/);
    });

    test("to HEAD has no body", async () => {
      await using running = await way.start(throwing);
      const answer = await running.request("HEAD", routeOf("an error"));
      assert.deepEqual([answer.status, answer.text], [500, ""]);
      assert.equal(answer.header("content-type"), "application/problem+json");
    });

    test("of a logger harms no request", async () => {
      const logger = new LogLines().logger;
      const broken: AppOptions = {
        logger: {
          ...logger,
          error: () => {
            throw new Error("the disk is full");
          },
          child: () => broken.logger as NonNullable<AppOptions["logger"]>,
        },
      };
      await using running = await way.start(throwing, broken);
      const answer = await running.request("GET", routeOf("an error"));
      assert.equal(answer.status, 500);
    });
  });

async function startSlow(way: Way, lines: LogLines, handler: (signal: AbortSignal) => Promise<string>) {
  const source = armature({ requestLog: true }).get("/", async ({ signal }) => await handler(signal));
  return await way.start(source, { logger: lines.logger, limits: { handlerTimeoutMs: 40 } });
}

for (const way of ENGINE_WAYS)
  describe(`a handler by ${way.name} that is not done at its deadline`, () => {
    test("is answered for with 503, and its signal aborts", async () => {
      const lines = new LogLines();
      const aborted = new Handover<unknown>();
      await using running = await startSlow(way, lines, async (signal) => {
        signal.addEventListener("abort", () => aborted.give(signal.reason), { once: true });
        await new Promise(() => {});
        return "never";
      });
      const answer = await running.request("GET", "/");
      assert.equal(answer.status, 503);
      assert.ok((await aborted.taken) instanceof Error);
    });

    for (const what of ["answers", "fails"] as const)
      test(`and ${what} later is heard by nobody but the log`, async () => {
        const lines = new LogLines();
        await using running = await startSlow(way, lines, async (signal) => {
          await new Promise((resolve) => {
            signal.addEventListener("abort", resolve, { once: true });
          });
          await turn();
          if (what === "fails") throw new Error("too late");
          return "too late";
        });
        const answer = await running.request("GET", "/");
        assert.equal(answer.status, 503);
        assert.doesNotMatch(answer.text, /too late/);
        await eventually(() => lines.requests().length === 1);
        assert.equal(lines.requests()[0]?.["status"], 503);
        assert.deepEqual(
          lines.errorCodes().filter((code) => code === "too late").length,
          what === "fails" ? 1 : 0,
        );
        assert.equal((await running.request("GET", "/none")).status, 404);
      });
  });

for (const way of ENGINE_WAYS)
  test(`a client by ${way.name} that leaves aborts the signal, and what fails for that is not logged as an error`, async () => {
    const lines = new LogLines();
    const began = new Handover<void>();
    const source = armature({ requestLog: true }).get("/", async ({ signal }) => {
      began.give();
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
      return "never";
    });
    await using running = await way.start(source, { logger: lines.logger });
    const client = running.connect();
    await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await began.taken;
    client.reset();
    await eventually(() => lines.requests().length === 1);
    assert.deepEqual(lines.errorCodes(), []);
    assert.equal(lines.requests()[0]?.["status"], 0);
  });
