import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isHttpError } from "@armature/http";
import type { StandardResult, StandardSchemaV1 } from "@armature/schema";
import * as fc from "fast-check";
import type { RequestContext } from "../context/request-context.ts";
import { testContext } from "../context/test-context.test.kit.ts";
import type { RouteSchemas } from "../route/route-schemas.ts";
import type { RequestPart, RequestProblem } from "./request-parts.ts";
import { compileRequestCheck } from "./validation.ts";

type Pace = "sync" | "async" | "thenable";

/** A schema that gives its value with a mark, or as many problems as it is told to. */
function schema(part: string, pace: Pace, problems: number, seen: unknown[] = []): StandardSchemaV1 {
  const validate = (value: unknown): StandardResult<unknown> => {
    seen.push(part);
    if (problems === 0) return { value: { [part]: value } };
    return { issues: Array.from({ length: problems }, (_, at) => ({ message: `wrong ${at}`, path: [at] })) };
  };
  const later = (value: unknown): Promise<StandardResult<unknown>> =>
    new Promise<void>((resolve) => {
      setImmediate(resolve);
    }).then(() => validate(value));
  const paced = (value: unknown): StandardResult<unknown> | Promise<StandardResult<unknown>> =>
    pace === "sync"
      ? validate(value)
      : pace === "async"
        ? later(value)
        : new LibraryPromise(later(value)).asPromise();
  return { "~standard": { version: 1, vendor: "test", validate: paced } };
}

/** A promise that a library brings along: it has `then`, and is no `Promise`. */
class LibraryPromise<T> {
  readonly #promise: Promise<T>;

  constructor(promise: Promise<T>) {
    this.#promise = promise;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is the point
  then<R>(onValue: (value: T) => R, onError?: (error: unknown) => R): LibraryPromise<R> {
    return new LibraryPromise(this.#promise.then(onValue, onError));
  }

  asPromise(): Promise<T> {
    return this as unknown as Promise<T>; // what schemas with promises of their own say they give
  }
}

const PARTS = ["params", "query", "headers", "cookies", "body"] as const satisfies readonly RequestPart[];

function makeContext(schemas: RouteSchemas, body = '{"a":1}'): RequestContext {
  const request = new Request("http://localhost/users/7?q=1", {
    method: "POST",
    body,
    headers: { "content-type": "application/json", cookie: "c=1", "x-h": "1" },
  });
  return testContext(request, { path: "/users/:id", schemas }).context;
}

function check(schemas: RouteSchemas, context: RequestContext): unknown {
  const run = compileRequestCheck(schemas, { maxBodyBytes: 1024, jsonSchema: {} });
  assert.ok(run !== null);
  return run(context);
}

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly problems: readonly RequestProblem[];
}

async function refusalOf(
  schemas: RouteSchemas,
  context: RequestContext = makeContext(schemas),
): Promise<Refusal> {
  try {
    await check(schemas, context);
  } catch (error) {
    assert.ok(isHttpError(error), String(error));
    assert.equal(error.code, "E_VALIDATION_FAILED");
    const problems = error.extensions["problems"] as readonly RequestProblem[]; // looked at by the tests
    return { status: error.status, message: error.message, problems };
  }
  return assert.fail("nothing was refused");
}

describe("compileRequestCheck", () => {
  test("has nothing to do where there are no schemas", () => {
    assert.equal(compileRequestCheck({}, { maxBodyBytes: 1024, jsonSchema: {} }), null);
    assert.equal(
      compileRequestCheck(
        { response: schema("response", "sync", 0) },
        { maxBodyBytes: 1024, jsonSchema: {} },
      ),
      null,
    );
  });

  test("refuses what is no schema when it is compiled", () => {
    const schemas = { query: (value: unknown) => value } as unknown as RouteSchemas;
    assert.throws(() => compileRequestCheck(schemas, { maxBodyBytes: 1024, jsonSchema: {} }), {
      code: "E_SCHEMA_INVALID",
    });
  });

  test("hands every schema its part of the request, and keeps the outputs", async () => {
    for (const pace of ["sync", "async", "thenable"] as const) {
      const schemas = Object.fromEntries(PARTS.map((part) => [part, schema(part, pace, 0)]));
      const context = makeContext(schemas);
      await check(schemas, context);
      const plain = JSON.parse(JSON.stringify(context.valid)) as Record<string, Record<string, unknown>>;
      const { headers = {}, ...rest } = plain;
      assert.deepEqual(rest, {
        params: { params: { id: "7" } },
        query: { query: { q: "1" } },
        cookies: { cookies: { c: "1" } },
        body: { body: { a: 1 } },
      });
      assert.equal((headers["headers"] as Record<string, string>)["x-h"], "1");
    }
  });

  test("keeps undefined for parts without a schema", () => {
    const schemas = { query: schema("query", "sync", 0) };
    const context = makeContext(schemas);
    assert.equal(check(schemas, context), undefined);
    assert.deepEqual(Object.keys(context.valid ?? {}).toSorted(), PARTS.toSorted());
    assert.equal(context.valid?.params, undefined);
    assert.equal(context.valid?.body, undefined);
  });

  test("tells of every problem with the head, in order, and of nothing of the body then", async () => {
    const plan = fc.record({
      pace: fc.constantFrom<Pace>("sync", "async", "thenable"),
      problems: fc.nat(2),
      isThere: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.tuple(plan, plan, plan, plan, plan), async (plans) => {
        const seen: string[] = [];
        const entries = PARTS.map((part, at) => [part, plans[at]] as const).filter(([, one]) => one?.isThere);
        const schemas = Object.fromEntries(
          entries.map(([part, one]) => [part, schema(part, one?.pace ?? "sync", one?.problems ?? 0, seen)]),
        );
        const head = entries.filter(([part]) => part !== "body");
        const listProblems = (from: typeof entries): string[] =>
          from.flatMap(([part, one]) =>
            Array.from({ length: one?.problems ?? 0 }, (_, at) => `${part}/${at}`),
          );
        const isHeadWrong = listProblems(head).length > 0;
        const wrong = isHeadWrong ? listProblems(head) : listProblems(entries);
        if (wrong.length === 0) {
          if (entries.length > 0) await check(schemas, makeContext(schemas));
        } else {
          const { status, problems, message } = await refusalOf(schemas);
          assert.equal(status, isHeadWrong ? 400 : 422);
          assert.deepEqual(
            problems.map((problem) => problem.in + problem.path),
            wrong,
          );
          const parts = [...new Set(problems.map((problem) => problem.in))].join(", ");
          assert.ok(message.includes(`(${parts})`), message);
        }
        assert.deepEqual(
          seen,
          (isHeadWrong ? head : entries).map(([part]) => part),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("is synchronous as long as its schemas are", () => {
    for (const part of ["params", "query", "headers", "cookies"] as const) {
      const [good, wrong] = [{ [part]: schema(part, "sync", 0) }, { [part]: schema(part, "sync", 1) }];
      assert.equal(check(good, makeContext(good)), undefined);
      assert.throws(() => check(wrong, makeContext(wrong)), { status: 400 });
      const later = { [part]: schema(part, "async", 0) };
      assert.ok(check(later, makeContext(later)) instanceof Promise);
    }
  });

  test("checks a body that has arrived at once", () => {
    const content = Buffer.from('{"a":1}');
    const arrived = { length: content.length, peek: () => content, bytes: assert.fail, chunks: assert.fail };
    const run = (problems: number): RequestContext => {
      const schemas = { body: schema("body", "sync", problems) };
      const context = makeContext(schemas);
      Object.defineProperty(context.exchange, "body", { value: arrived });
      assert.equal(check(schemas, context), undefined);
      return context;
    };
    assert.deepEqual(run(0).valid?.body, { body: { a: 1 } });
    assert.throws(() => run(1), { status: 422, code: "E_VALIDATION_FAILED" });
  });

  test("does not read the body of a request whose head is wrong", async () => {
    for (const pace of ["sync", "async"] as const) {
      const schemas = { query: schema("query", pace, 1), body: schema("body", "sync", 0) };
      const context = makeContext(schemas, "{ no JSON");
      const { problems } = await refusalOf(schemas, context);
      assert.deepEqual(problems[0]?.in, "query");
      assert.equal(context.takeBody(), context.exchange.body, "the body is still there");
    }
  });

  test("takes the body, so that nobody reads it again", async () => {
    const schemas = { body: schema("body", "sync", 0) };
    const context = makeContext(schemas);
    await check(schemas, context);
    assert.throws(() => context.takeBody(), { code: "E_BODY_USED" });
  });

  test("holds the body against the limit of the route", async () => {
    const run = compileRequestCheck({ body: schema("body", "sync", 0) }, { maxBodyBytes: 3, jsonSchema: {} });
    await assert.rejects(async () => await run?.(makeContext({})), { status: 413, code: "E_BODY_TOO_LARGE" });
  });

  test("passes on what a schema throws as its own error, from any place", async () => {
    const broken: StandardSchemaV1 = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: () => {
          throw new Error("broken");
        },
      },
    };
    const first = schema("params", "async", 0);
    for (const schemas of [
      { query: broken },
      { params: first, query: broken },
      { params: first, body: broken },
    ])
      await assert.rejects(async () => await check(schemas, makeContext(schemas)), {
        code: "E_SCHEMA_THREW",
      });
  });
});
