import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isHttpError } from "@armature/http";
import * as fc from "fast-check";
import type { Context } from "../context/context.ts";
import { testContext } from "../context/test-context.test.kit.ts";
import { isThenable } from "../maybe-promise.ts";
import { foldAround, foldFilters, foldGuards } from "./fold.ts";
import type { Filter, Guard, Middleware, Next } from "./stages.ts";

/** When a stage gives its result: at once, by a promise, or by a `then` that is no promise. */
type Pace = "sync" | "async" | "thenable";

interface Plan<TAction extends string> {
  readonly pace: Pace;
  readonly action: TAction;
}

type AroundPlan = Plan<"pass" | "answer" | "throw before" | "throw after" | "replace" | "catch">;
type GuardPlan = Plan<"true" | "nothing" | "false" | "throw">;
type FilterPlan = Plan<"take" | "leave" | "throw">;
type HandlerPlan = Plan<"value" | "nothing" | "throw">;

interface RoutePlan {
  readonly middleware: readonly AroundPlan[];
  readonly guards: readonly GuardPlan[];
  readonly interceptors: readonly AroundPlan[];
  readonly filters: readonly FilterPlan[];
  readonly handler: HandlerPlan;
}

/** What came out, and everything that ran, in order. */
interface Outcome {
  readonly trace: readonly string[];
  readonly result: unknown;
}

const request = new Request("http://localhost/");

/** Gives what `make` gives or throws, at a pace. */
function at(pace: Pace, make: () => unknown): unknown {
  if (pace === "sync") return make();
  const promise = new Promise((resolve) => {
    setImmediate(resolve);
  }).then(make);
  // oxlint-disable-next-line unicorn/no-thenable -- the results of some libraries are just that
  return pace === "async" ? promise : { then: promise.then.bind(promise) };
}

/** Goes on with a value or with what its promise gives; what a careful author of a stage writes. */
function after(value: unknown, then: (value: unknown) => unknown): unknown {
  return isThenable(value) ? value.then(then) : then(value);
}

class Stages {
  readonly trace: string[] = [];

  around(name: string, { pace, action }: AroundPlan): Middleware {
    return (context, next) => {
      this.trace.push(name);
      if (action === "answer") return at(pace, () => name);
      if (action === "throw before") return at(pace, () => this.#fail(name));
      if (pace !== "sync") return this.#aroundLater(name, action, () => next(context));
      if (action !== "catch") return after(next(context), (value) => this.#leave(name, action, value));
      try {
        const value = next(context);
        return isThenable(value) ? Promise.resolve(value).catch(() => `${name} caught`) : value;
      } catch {
        return `${name} caught`;
      }
    };
  }

  guard(name: string, { pace, action }: GuardPlan): Guard {
    return () => {
      this.trace.push(name);
      return at(pace, () => {
        if (action === "throw") this.#fail(name);
        return action === "nothing" ? undefined : action === "true";
      }) as boolean;
    };
  }

  filter(name: string, { pace, action }: FilterPlan): Filter {
    return (error) => {
      this.trace.push(`${name}(${messageOf(error)})`);
      return at(pace, () => {
        if (action === "throw") this.#fail(name);
        return action === "leave" ? undefined : `${name} took ${messageOf(error)}`;
      });
    };
  }

  handler({ pace, action }: HandlerPlan): Next {
    return () => {
      this.trace.push("handler");
      return at(pace, () => {
        if (action === "throw") this.#fail("handler");
        return action === "nothing" ? undefined : "value";
      });
    };
  }

  async #aroundLater(name: string, action: AroundPlan["action"], next: () => unknown): Promise<unknown> {
    await new Promise(setImmediate);
    if (action !== "catch") return this.#leave(name, action, await next());
    try {
      return await next();
    } catch {
      return `${name} caught`;
    }
  }

  #leave(name: string, action: AroundPlan["action"], value: unknown): unknown {
    this.trace.push(`/${name}`);
    if (action === "throw after") this.#fail(`/${name}`);
    return action === "replace" ? `${name} over ${String(value)}` : value;
  }

  #fail(name: string): never {
    throw new Error(`of ${name}`);
  }
}

function messageOf(error: unknown): string {
  return isHttpError(error) ? error.code : (error as Error).message;
}

interface Built {
  readonly middleware: readonly Middleware[];
  readonly guards: readonly Guard[];
  readonly interceptors: readonly Middleware[];
  readonly filters: readonly Filter[];
  readonly handler: Next;
}

function build(plan: RoutePlan, stages: Stages): Built {
  return {
    middleware: plan.middleware.map((one, i) => stages.around(`m${i}`, one)),
    guards: plan.guards.map((one, i) => stages.guard(`g${i}`, one)),
    interceptors: plan.interceptors.map((one, i) => stages.around(`i${i}`, one)),
    filters: plan.filters.map((one, i) => stages.filter(`f${i}`, one)),
    handler: stages.handler(plan.handler),
  };
}

async function settle(trace: readonly string[], run: () => unknown): Promise<Outcome> {
  try {
    return { trace, result: await run() };
  } catch (error) {
    return { trace, result: `threw ${messageOf(error)}` };
  }
}

/** What a route means, written as plainly as can be. */
async function runNaively(built: Built, context: Context): Promise<unknown> {
  const passedOn = new Set<unknown>();
  const ask = async (thrown: unknown): Promise<unknown> => {
    let error = thrown;
    for (const filter of built.filters) {
      try {
        const result = await filter(error, context);
        if (result !== undefined) return result;
      } catch (other) {
        error = other;
      }
    }
    passedOn.add(error);
    throw error;
  };
  const chain = async (around: readonly Middleware[], inner: () => Promise<unknown>): Promise<unknown> => {
    const [first, ...rest] = around;
    return first === undefined ? await inner() : await first(context, async () => await chain(rest, inner));
  };
  const guarded = async (): Promise<unknown> => {
    for (const guard of built.guards) if ((await guard(context)) === false) throw new Error("E_FORBIDDEN");
    return await chain(built.interceptors, async () => await built.handler(context));
  };
  try {
    return await chain(built.middleware, async () => await guarded().catch(ask));
  } catch (error) {
    return passedOn.has(error) ? await Promise.reject(error) : await ask(error);
  }
}

async function runFolded(plan: RoutePlan): Promise<Outcome> {
  const stages = new Stages();
  const { handler, ...built } = build(plan, stages);
  const { context } = testContext(request, { stages: built, handler });
  return await settle(stages.trace, () => context.compiled.run(context));
}

async function runByReference(plan: RoutePlan): Promise<Outcome> {
  const stages = new Stages();
  const built = build(plan, stages);
  const { context } = testContext(request);
  return await settle(stages.trace, () => runNaively(built, context));
}

const pace = fc.constantFrom<Pace>("sync", "async", "thenable");
const syncOnly = fc.constant<Pace>("sync");

function routePlans(paces: fc.Arbitrary<Pace>): fc.Arbitrary<RoutePlan> {
  const plans = <TAction extends string>(...actions: readonly TAction[]): fc.Arbitrary<Plan<TAction>> =>
    fc.record({ pace: paces, action: fc.constantFrom(...actions) });
  const around = fc.oneof(
    { weight: 3, arbitrary: plans("pass", "replace") },
    { weight: 2, arbitrary: plans("answer", "throw before", "throw after", "catch") },
  );
  const guard = fc.oneof({ weight: 4, arbitrary: plans("true", "nothing") }, plans("false", "throw"));
  return fc.record({
    middleware: fc.array(around, { maxLength: 3 }),
    guards: fc.array(guard, { maxLength: 3 }),
    interceptors: fc.array(around, { maxLength: 3 }),
    filters: fc.array(plans("take", "leave", "throw"), { maxLength: 3 }),
    handler: plans("value", "nothing", "throw"),
  });
}

describe("a folded route", () => {
  test("does what its stages mean, whatever their pace and wherever they throw", async () => {
    await fc.assert(
      fc.asyncProperty(routePlans(pace), async (plan) => {
        assert.deepEqual(await runFolded(plan), await runByReference(plan));
      }),
      { numRuns: 600 },
    );
  });

  test("stays synchronous where every stage is", () => {
    fc.assert(
      fc.property(routePlans(syncOnly), (plan) => {
        const { handler, ...built } = build(plan, new Stages());
        const { context } = testContext(request, { stages: built, handler });
        let result: unknown;
        try {
          result = context.compiled.run(context);
        } catch {
          return;
        }
        assert.ok(!isThenable(result));
      }),
      { numRuns: 300 },
    );
  });

  test("leaves no rejection to nobody", async () => {
    await fc.assert(
      fc.asyncProperty(routePlans(pace), async (plan) => {
        const unhandled: unknown[] = [];
        const note = (error: unknown): void => void unhandled.push(error);
        process.on("unhandledRejection", note);
        await runFolded(plan);
        await new Promise(setImmediate);
        process.off("unhandledRejection", note);
        assert.deepEqual(unhandled, []);
      }),
    );
  });
});

const { context } = testContext(request);

describe("foldAround", () => {
  test("puts the first of the list outermost, and gives each the result of what is behind it", () => {
    const wrap =
      (name: string): Middleware =>
      (given, next) =>
        `${name}(${String(next(given))})`;
    assert.equal(foldAround([wrap("a"), wrap("b"), wrap("c")], () => "x")(context), "a(b(c(x)))");
  });

  test("is the inner function itself where there are no stages", () => {
    const inner: Next = () => 1;
    assert.equal(foldAround([], inner), inner);
    assert.equal(foldGuards([], inner), inner);
    assert.equal(foldFilters([], inner), inner);
  });

  test("hands on the context that a stage was given", () => {
    const seen: Context[] = [];
    const pass: Middleware = (given, next) => (seen.push(given), next(given));
    foldAround([pass, pass], (given) => seen.push(given))(context);
    assert.deepEqual(
      seen.map((one) => one === context),
      [true, true, true],
    );
  });
});

describe("foldGuards", () => {
  test("says 403 where one says no, and asks no more", async () => {
    const forbidden = { status: 403, code: "E_FORBIDDEN" };
    const never = (): never => assert.fail("asked");
    assert.throws(() => foldGuards([() => true, () => false, never], never)(context), forbidden);
    const later = foldGuards([async () => false, never], never)(context) as Promise<unknown>;
    await assert.rejects(later, forbidden);
  });

  test("takes what is not true for no, unless there is no verdict", () => {
    for (const verdict of [undefined, true])
      assert.equal(foldGuards([() => verdict], () => "passed")(context), "passed");
    for (const verdict of [false, null, 0, ""])
      assert.throws(() => foldGuards([() => verdict as boolean], () => "passed")(context), {
        code: "E_FORBIDDEN",
      });
  });
});

describe("foldFilters", () => {
  const fail = (): never => {
    throw new Error("first");
  };

  test("asks until one gives something that is not undefined", async () => {
    for (const taken of [null, 0, "", false]) {
      assert.equal(foldFilters([() => undefined, () => taken, () => "late"], fail)(context), taken);
      const later = foldFilters([async () => undefined, async () => taken, () => "late"], fail)(context);
      assert.equal(await later, taken);
    }
  });

  test("shows the error of a filter that throws to those behind it", async () => {
    const rethrow = (error: unknown): never => {
      throw new Error(`${messageOf(error)}, second`);
    };
    assert.equal(foldFilters([rethrow, (error) => messageOf(error)], fail)(context), "first, second");
    const later = foldFilters([async (error) => rethrow(error), (error) => messageOf(error)], fail)(context);
    assert.equal(await later, "first, second");
  });

  test("takes a result that was undefined for a result, not for an error", () => {
    assert.equal(foldFilters([() => assert.fail("asked")], () => undefined)(context), undefined);
  });

  test("filters whatever is thrown", () => {
    for (const thrown of [undefined, null, 0, "text"]) {
      const inner = (): never => {
        throw thrown;
      };
      assert.deepEqual(foldFilters([(error) => ({ error })], inner)(context), { error: thrown });
    }
  });
});
