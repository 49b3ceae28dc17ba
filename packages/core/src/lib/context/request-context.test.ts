import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { token } from "@armature/di";
import { HttpError } from "@armature/http";
import { createRouter } from "@armature/router";
import type { StandardSchemaV1 } from "@armature/schema";
import * as fc from "fast-check";
import type { RequestScope } from "../module/module-runtime.ts";
import { contextKey } from "./context-key.ts";
import { RequestContext } from "./request-context.ts";
import { reply } from "./reply-factory.ts";
import { LogNotes, PlainModule, testContext } from "./test-context.test.kit.ts";

function makeContext(): RequestContext {
  return testContext(new Request("http://localhost/a")).context;
}

describe("the header fields of a context", () => {
  test("are none until one is set", () => {
    assert.equal(makeContext().fields, null);
  });

  test("are added in order, names in lower case", () => {
    const context = makeContext();
    context.addHeader("X-A", "1");
    context.addHeader("x-a", "2");
    context.addHeader("x-b", "X-A");
    assert.deepEqual(context.fields, ["x-a", "1", "x-a", "2", "x-b", "X-A"]);
  });

  test("are set in place of every earlier line of the name, in any spelling", () => {
    const context = makeContext();
    context.addHeader("x-a", "1");
    context.addHeader("x-b", "x-a");
    context.addHeader("X-A", "2");
    context.addHeader("x-a", "x-b");
    context.setHeader("X-a", "3");
    assert.deepEqual(context.fields, ["x-b", "x-a", "x-a", "3"]);
  });

  test("are what a map of names to lines would have", () => {
    const call = fc.record({
      way: fc.constantFrom("set", "add"),
      name: fc.constantFrom("x-a", "X-A", "x-b", "X-B", "vary"),
      value: fc.constantFrom("1", "2", "x-a"),
    });
    fc.assert(
      fc.property(fc.array(call), (calls) => {
        const context = makeContext();
        const expected = new Map<string, string[]>();
        for (const { way, name, value } of calls) {
          const lower = name.toLowerCase();
          const earlier = way === "set" ? [] : (expected.get(lower) ?? []);
          expected.set(lower, [...earlier, value]);
          if (way === "set") context.setHeader(name, value);
          else context.addHeader(name, value);
        }
        const fields = context.fields ?? [];
        const pairs = Array.from({ length: fields.length / 2 }, (_, at) => fields.slice(at * 2, at * 2 + 2));
        const got = Map.groupBy(pairs, ([name]) => name);
        for (const [name, lines] of expected)
          assert.deepEqual(
            got.get(name)?.map(([, value]) => value),
            lines,
          );
        assert.equal(got.size, expected.size);
      }),
    );
  });

  test("have a line for each cookie, safe by default", () => {
    const context = makeContext();
    context.setCookie("a", "1 2");
    context.setCookie("a", "3", { httpOnly: false, path: "/x" });
    assert.deepEqual(context.fields, [
      "set-cookie",
      "a=1%202; Path=/; Secure; HttpOnly; SameSite=Lax",
      "set-cookie",
      "a=3; Path=/x; Secure; SameSite=Lax",
    ]);
    assert.throws(() => context.setCookie("a b", "1"), { code: "E_COOKIE_NAME_INVALID" });
  });
});

describe("the values of a context", () => {
  test("belong to the key, not to its description", () => {
    const context = makeContext();
    const [user, other] = [contextKey<string>("user"), contextKey<string>("user")];
    context.set(user, "Ada");
    assert.equal(context.get(user), "Ada");
    assert.equal(context.find(user), "Ada");
    assert.equal(context.find(other), undefined);
    context.set(user, "Grace");
    assert.equal(context.get(user), "Grace");
  });

  test("are missed by name, also where other keys are set", () => {
    const context = makeContext();
    const user = contextKey<string>("current user");
    const unset = { code: "E_CONTEXT_KEY_UNSET", message: /GET \/a .*"current user"/ };
    assert.throws(() => context.get(user), unset);
    assert.equal(context.find(user), undefined);
    context.set(contextKey<number>("other"), 1);
    assert.throws(() => context.get(user), unset);
  });

  test("may be undefined", () => {
    const context = makeContext();
    const key = contextKey<string | undefined>("optional");
    context.set(key, undefined);
    assert.equal(context.get(key), undefined);
  });

  test("are each context's own", () => {
    const key = contextKey<number>("n");
    makeContext().set(key, 1);
    assert.equal(makeContext().find(key), undefined);
  });
});

describe("the parts of a request", () => {
  const request = (): Request =>
    new Request("http://localhost/users/7?q=1&q=2", { headers: { cookie: "a=b", "x-a": "1" } });
  const anything: StandardSchemaV1 = {
    "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) },
  };

  test("are the request's own where there are no schemas", () => {
    const { context, exchange } = testContext(request(), { path: "/users/:id" });
    assert.deepEqual({ ...(context.params as object) }, { id: "7" });
    assert.deepEqual({ ...(context.query as object) }, { q: ["1", "2"] });
    assert.deepEqual({ ...(context.cookies as object) }, { a: "b" });
    assert.equal(context.headers, exchange.headers);
    assert.equal(context.body, context.request.body);
  });

  test("are decoded once", () => {
    const { context } = testContext(request(), { path: "/users/:id" });
    assert.equal(context.request, context.request);
    assert.equal(context.request.query, context.query);
    assert.equal(context.request.params, context.params);
    assert.equal(context.request.cookies, context.cookies);
  });

  test("are the schemas' outputs when they ran, undefined ones too; others stay as they came", () => {
    const schemas = { params: anything, query: anything, body: anything };
    const { context } = testContext(request(), { path: "/users/:id", schemas });
    assert.deepEqual({ ...(context.params as object) }, { id: "7" });
    context.valid = { params: { id: 7 }, query: undefined, headers: "no", cookies: "no", body: undefined };
    assert.deepEqual(context.params, { id: 7 });
    assert.equal(context.query, undefined);
    assert.equal(context.body, undefined);
    assert.deepEqual({ ...(context.cookies as object) }, { a: "b" });
    assert.equal((context.headers as Headers).get("x-a"), "1");
    assert.deepEqual({ ...context.request.params }, { id: "7" });
  });

  test("come each from its own schema, and from the request as long as none ran", () => {
    const parts = ["params", "query", "headers", "cookies", "body"] as const;
    for (const part of parts) {
      const { context } = testContext(request(), { path: "/users/:id", schemas: { [part]: anything } });
      const raw = Object.fromEntries(parts.map((one) => [one, context[one]]));
      assert.ok(Object.values(raw).every((value) => typeof value === "object" && value !== null));
      context.valid = { params: "valid", query: "valid", headers: "valid", cookies: "valid", body: "valid" };
      for (const one of parts)
        assert.equal(context[one], one === part ? "valid" : raw[one], `${one} of ${part}`);
    }
  });

  test("have the limit of their route", () => {
    assert.equal(testContext(request(), { maxBodyBytes: 7 }).context.maxBodyBytes, 7);
    assert.equal(testContext(request()).context.maxBodyBytes, 1024);
  });

  test("have a body that is taken once", () => {
    const { context } = testContext(request());
    assert.equal(context.takeBody(), context.exchange.body);
    assert.throws(
      () => context.takeBody(),
      (error) => error instanceof HttpError && error.status === 500 && error.code === "E_BODY_USED",
    );
  });
});

describe("a context", () => {
  test("gives what stages and handlers work with", () => {
    const { context, exchange } = testContext(new Request("http://localhost/"));
    assert.equal(context.signal, exchange.signal);
    assert.equal(context.reply, reply);
    assert.equal(context.route, context.compiled.info);
    assert.deepEqual([context.status, context.startedAt], [0, 0]);
  });

  test("asks for its id once, and puts it into every line of its logger", () => {
    let count = 0;
    const logger = new LogNotes();
    const { context } = testContext(new Request("http://localhost/"), {
      runtime: { requestIdOf: () => `id-${++count}`, logger },
    });
    context.log.info({ a: 1 }, "hello");
    context.log.warn({});
    assert.equal(context.id, "id-1");
    assert.deepEqual(
      logger.notes.map(({ level, message, fields }) => [level, message, fields]),
      [
        ["info", "hello", { requestId: "id-1", a: 1 }],
        ["warn", undefined, { requestId: "id-1" }],
      ],
    );
  });

  test("has the methods of its path where its own is not among them", () => {
    const { context, exchange } = testContext(new Request("http://localhost/a"));
    assert.deepEqual(context.allowedMethods, ["GET"]);
    const methods = ["GET", "PUT"].map((method) => ({ method, path: "/a", value: context.compiled }));
    const match = createRouter(methods).matchString("POST", "/a");
    const allowed = new RequestContext(exchange, context.compiled, match).allowedMethods;
    assert.deepEqual(allowed, ["GET", "HEAD", "OPTIONS", "PUT"]);
  });

  test("opens one scope, for the module of its route, and disposes it once asked to", async () => {
    const THING = token<string>("THING");
    const opened: unknown[] = [];
    const calls: unknown[] = [];
    const scope: RequestScope = {
      // Whoever asks gets a string, whatever was asked for.
      resolve: (wanted, module) => (calls.push(["resolve", wanted, module]), "r" as never),
      inject: (wanted, module) => (calls.push(["inject", wanted, module]), "i" as never),
      dispose: async () => void calls.push("dispose"),
    };
    class ScopedModule extends PlainModule {
      override openScope(...given: readonly unknown[]): RequestScope {
        opened.push(...given);
        return scope;
      }
    }
    const [own, other] = [new ScopedModule(), new ScopedModule()];
    const logger = new LogNotes();
    const { context } = testContext(new Request("http://localhost/"), { module: own, runtime: { logger } });
    context.dispose();
    await new Promise(setImmediate);
    assert.deepEqual([calls, logger.notes], [[], []], "there was nothing to dispose");
    assert.equal(context.inject(THING), "i");
    assert.equal(context.resolve(THING, other), "r");
    assert.deepEqual(opened, [context]);
    assert.deepEqual(calls, [
      ["inject", THING, own],
      ["resolve", THING, other],
    ]);
    context.dispose();
    assert.equal(calls.at(-1), "dispose");
  });

  test("logs a scope that cannot be disposed, and fails nobody", async () => {
    const failure = new Error("stuck");
    const logger = new LogNotes();
    class FailingModule extends PlainModule {
      override openScope(): RequestScope {
        return { resolve: assert.fail, inject: () => 1 as never, dispose: () => Promise.reject(failure) };
      }
    }
    const { context } = testContext(new Request("http://localhost/"), {
      module: new FailingModule(),
      runtime: { logger },
    });
    context.inject(token<number>("N"));
    context.dispose();
    await new Promise(setImmediate);
    assert.deepEqual(
      logger.notes.map(({ level, message, fields }) => [level, message, fields["err"]]),
      [["error", "a provider of the request could not be disposed", failure]],
    );
  });
});
