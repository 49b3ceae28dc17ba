import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { silentLogger } from "../application/logger.ts";
import { Reply } from "../context/reply.ts";
import { LogNotes, testContext } from "../context/test-context.test.kit.ts";
import type { Context } from "../context/context.ts";
import { healthRoutes, type HealthIndicator, type HealthOptions, type HealthReport } from "./health.ts";

type Endpoint = "/health" | "/health/live" | "/health/ready";

interface Asked {
  readonly options?: HealthOptions;
  readonly isDraining?: boolean;
  readonly context?: Context;
}

interface Answered extends HealthReport {
  readonly code: number;
}

const { context: quiet } = testContext(new Request("http://localhost/health"));

async function ask(
  path: Endpoint,
  { options = {}, isDraining = false, context = quiet }: Asked,
): Promise<Answered> {
  const route = healthRoutes(options, () => isDraining).find((one) => one.path === path);
  const answer = await route?.handler(context);
  assert.ok(answer instanceof Reply);
  assert.deepEqual(answer.fields, ["cache-control", "no-store"]);
  return { code: answer.status, ...(answer.body as HealthReport) };
}

const fails: HealthIndicator = () => {
  throw new Error("secret");
};
const never: HealthIndicator = () => new Promise(() => {});

describe("an indicator", () => {
  const OUTCOMES: readonly (readonly [what: string, indicator: HealthIndicator, check: object])[] = [
    ["that gives nothing is up", () => undefined, { status: "up" }],
    ["that gives true is up", () => true, { status: "up" }],
    ["that gives null is up", async () => null, { status: "up" }],
    [
      "that gives an object is up, and the object is told",
      () => ({ ms: 3 }),
      { status: "up", details: { ms: 3 } },
    ],
    ["that gives false is down", () => false, { status: "down" }],
    ["that gives false later is down", async () => false, { status: "down" }],
    ["that throws is down, and why is not told", fails, { status: "down" }],
    ["that rejects is down", async (context) => await fails(context), { status: "down" }],
  ];
  for (const [what, indicator, check] of OUTCOMES)
    test(what, async () => {
      const { checks, status, code } = await ask("/health/live", { options: { live: { a: indicator } } });
      assert.deepEqual(checks, { a: check });
      const isUp = "status" in check && check.status === "up";
      assert.deepEqual([status, code], isUp ? ["up", 200] : ["down", 503]);
    });

  test("is down after its time, which is 5 s where nothing is said", async (t: TestContext) => {
    for (const [timeoutMs, options] of [
      [5000, {}],
      [70, { timeoutMs: 70 }],
    ] as const) {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      let settled = false;
      const asking = ask("/health/live", { options: { live: { a: never }, ...options } }).finally(() => {
        settled = true;
      });
      const turns = async (): Promise<void> => {
        for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      };
      await turns();
      t.mock.timers.tick(timeoutMs - 1);
      await turns();
      assert.equal(settled, false);
      t.mock.timers.tick(1);
      assert.deepEqual((await asking).checks, { a: { status: "down" } });
      t.mock.timers.reset();
    }
  });

  test("leaves no timer behind, whatever became of it", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await ask("/health/live", { options: { live: { a: () => true, b: fails, c: async () => false } } });
    assert.equal(timers(), before);
  });

  test("that fails after its time harms nobody", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const { promise, reject } = Promise.withResolvers<void>();
    const { status } = await ask("/health/live", { options: { live: { a: () => promise }, timeoutMs: 1 } });
    reject(new Error("late"));
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    assert.deepEqual([status, unhandled], ["down", []]);
  });

  test("does not wait for the others", async () => {
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const first: HealthIndicator = async () => {
      order.push("first");
      await promise;
      order.push("first is done");
    };
    const second: HealthIndicator = () => {
      order.push("second");
      resolve();
    };
    await ask("/health/live", { options: { live: { first, second } } });
    assert.deepEqual(order, ["first", "second", "first is done"]);
  });

  test("is given the context of the request", async () => {
    let given: unknown;
    await ask("/health/live", { options: { live: { a: (context) => void (given = context) } } });
    assert.equal(given, quiet);
  });

  test("that is down is logged with what it threw, and with its name", async () => {
    const logger = new LogNotes();
    const { context } = testContext(new Request("http://localhost/"), { runtime: { logger } });
    await ask("/health/live", {
      context,
      options: { live: { good: () => true, off: () => false, db: fails } },
    });
    assert.deepEqual(
      logger.notes.map(({ level, message, fields }) => [level, message, fields["indicator"]]),
      [["warn", 'health indicator "db" is down: secret', "db"]],
    );
    assert.match(String(logger.notes[0]?.fields["err"]), /secret/);
  });

  test("is down where the logger fails too", async () => {
    const logger = { ...silentLogger, warn: fails as never, child: () => logger };
    const { context } = testContext(new Request("http://localhost/"), { runtime: { logger } });
    const { checks } = await ask("/health/live", { context, options: { live: { a: fails, b: () => true } } });
    assert.deepEqual(checks, { a: { status: "down" }, b: { status: "up" } });
  });
});

describe("the endpoints", () => {
  const options: HealthOptions = { live: { loop: () => true }, ready: { db: () => true } };
  const namesOf = async (path: Endpoint): Promise<string[]> =>
    Object.keys((await ask(path, { options })).checks).toSorted();

  test("ask the indicators of their own, and /health asks all", async () => {
    assert.deepEqual(await namesOf("/health/live"), ["loop"]);
    assert.deepEqual(await namesOf("/health/ready"), ["application", "db"]);
    assert.deepEqual(await namesOf("/health"), ["application", "db", "loop"]);
  });

  test("are down where one indicator is, and tell of all", async () => {
    const { code, status, checks } = await ask("/health", {
      options: { live: { a: fails }, ready: { b: () => true } },
    });
    assert.deepEqual([code, status], [503, "down"]);
    assert.deepEqual(checks, { a: { status: "down" }, b: { status: "up" }, application: { status: "up" } });
  });

  test("say that a stopping application is not ready, and that it is alive", async () => {
    const codes = async (path: Endpoint): Promise<number> =>
      (await ask(path, { options, isDraining: true })).code;
    assert.deepEqual([await codes("/health/ready"), await codes("/health")], [503, 503]);
    assert.equal(await codes("/health/live"), 200);
  });

  test("say so too where an indicator has the name of the application", async () => {
    const own = { ready: { application: () => ({ jobs: 2 }) } };
    assert.deepEqual((await ask("/health/ready", { options: own })).checks, {
      application: { status: "up", details: { jobs: 2 } },
    });
    assert.equal((await ask("/health/ready", { options: own, isDraining: true })).code, 503);
    assert.equal((await ask("/health/ready", { options: { ready: { application: fails } } })).code, 503);
  });
});
