import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compileGraph } from "../check/compile-graph.ts";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { type Provider, provide } from "../declare/provider.ts";
import { type AnyToken, token, type ValueToken } from "../declare/token.ts";
import type { Container } from "./container.ts";
import { seed } from "./scope.ts";

interface Context {
  readonly path: string;
}
const CONTEXT: ValueToken<Context> = token<Context>("CONTEXT");
const A: ValueToken<string> = token<string>("A");
const B: ValueToken<string> = token<string>("B");

async function startApp(
  providers: readonly Provider[],
  seedTokens: readonly AnyToken[] = [CONTEXT],
): Promise<Container> {
  return compileGraph(makeModule("App", { providers }), { seedTokens }).start();
}

suite("a scope", () => {
  class Handler {
    static scope = "request" as const;
    readonly context = inject(CONTEXT);
    readonly helper = inject(Helper);
  }
  class Helper {
    static scope = "request" as const;
    readonly context = inject(CONTEXT);
    readonly shared = inject(Shared);
  }
  class Shared {
    readonly name = "shared";
  }

  test("builds each request-scoped provider once, apart from other scopes, around the same singletons", async () => {
    const container = await startApp([Handler, Helper, Shared]);
    const [one, two] = ["/1", "/2"].map((path) => container.createScope([seed(CONTEXT, { path })]));
    const handler = one?.get(Handler) as Handler;
    assert.equal(one?.get(Handler), handler);
    assert.equal(handler.helper, one?.get(Helper));
    assert.equal(handler.helper.context, handler.context);
    const other = two?.get(Handler) as Handler;
    assert.notEqual(other, handler);
    assert.deepEqual([handler.context.path, other.context.path], ["/1", "/2"]);
    assert.equal(other.helper.shared, handler.helper.shared);
    assert.equal(two?.get(Shared), container.get(Shared));
  });

  test("is synchronous where everything is", async () => {
    const container = await startApp([
      Handler,
      Helper,
      Shared,
      provide(A, { inject: [Handler], useFactory: (handler) => handler.context.path, scope: "request" }),
    ]);
    assert.equal(container.createScope([seed(CONTEXT, { path: "/x" })]).get(A), "/x");
  });

  test("gives a promise where an asynchronous factory is on the way, and the value afterwards", async () => {
    let runs = 0;
    class Reader {
      static scope = "request" as const;
      readonly a = inject(A);
    }
    const container = await startApp([
      Reader,
      provide(A, { useFactory: async () => `${++runs}`, scope: "request" }),
      provide(B, { inject: [Reader], useFactory: (reader) => `b${reader.a}`, scope: "request" }),
    ]);
    const scope = container.createScope();
    const [a, reader, b] = [scope.get(A), scope.get(Reader), scope.get(B)];
    assert.ok(a instanceof Promise && reader instanceof Promise && b instanceof Promise);
    assert.deepEqual(await Promise.all([a, b]), ["1", "b1"]);
    assert.equal(scope.get(Reader), await reader);
    assert.equal(runs, 1);
  });

  test("runs asynchronous factories of a request together", async () => {
    const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
    const log: string[] = [];
    let built = 0;
    class Reader {
      static scope = "request" as const;
      readonly run = ++built;
      readonly text = inject(A) + inject(B);
    }
    const container = await startApp([
      Reader,
      provide(A, { useFactory: () => (log.push("a"), gates[0].promise), scope: "request" }),
      provide(B, { useFactory: () => (log.push("b"), gates[1].promise), scope: "request" }),
    ]);
    built = 0;
    const reading = container.createScope().get(Reader);
    assert.deepEqual(log, ["a", "b"]);
    gates[1].resolve("2");
    gates[0].resolve("1");
    const { text, run } = await reading;
    assert.deepEqual([text, run], ["12", 1]);
  });

  test("waits for a factory that only a branch of this request needs", async () => {
    let built = 0;
    class Reader {
      static scope = "request" as const;
      readonly text: string;
      constructor() {
        built++;
        // The context of the check is a stand-in, whose path is not "/a".
        const { path } = inject(CONTEXT);
        this.text = path === "/a" ? `${inject(A)}${inject(A)}` : path === "/b" ? inject(A) : "";
      }
    }
    class Above {
      static scope = "request" as const;
      readonly reader = inject(Reader);
    }
    let serial = 0;
    const container = await startApp([
      Above,
      Reader,
      provide(A, { useFactory: async () => `${++serial}`, scope: "transient" }),
    ]);
    built = 0;
    const plain = container.createScope([seed(CONTEXT, { path: "/" })]).get(Above) as Above;
    assert.deepEqual([plain.reader.text, built], ["", 1]);
    const above = await container.createScope([seed(CONTEXT, { path: "/a" })]).get(Above);
    assert.equal(above.reader.text, "12");
    const other = await container.createScope([seed(CONTEXT, { path: "/b" })]).get(Above);
    assert.equal(other.reader.text, "3");
  });

  test("throws what a factory or constructor throws as it is, and tries again when asked again", async () => {
    const problem = new RangeError("not today");
    let fails = true;
    const failing = (): string => {
      if (fails) throw problem;
      return "fine";
    };
    class Reader {
      static scope = "request" as const;
      readonly a = inject(A);
    }
    const container = await startApp([
      Reader,
      provide(A, { useFactory: failing, scope: "request" }),
      provide(B, { useFactory: async () => failing(), scope: "request" }),
    ]);
    const scope = container.createScope();
    assert.throws(
      () => scope.get(Reader),
      (error: unknown) => error === problem,
    );
    await assert.rejects(
      async () => scope.get(B),
      (error: unknown) => error === problem,
    );
    fails = false;
    assert.equal((scope.get(Reader) as Reader).a, "fine");
    assert.equal(await scope.get(B), "fine");
  });

  test("leaves no promise that nobody handles", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    const container = await startApp([
      provide(A, { useFactory: () => Promise.reject(new Error("no a")), scope: "request" }),
      provide(B, {
        inject: [A, CONTEXT],
        useFactory: (a) => a,
        scope: "request",
      }),
    ]);
    process.on("unhandledRejection", note);
    try {
      // The seed is missing, which shows while the first dependency is being awaited.
      assert.throws(() => container.createScope().get(B), { code: "E_DI_SEED_MISSING" });
      await new Promise((done) => setImmediate(done));
    } finally {
      process.off("unhandledRejection", note);
    }
    assert.deepEqual(unhandled, []);
  });

  test("needs its seeds where they are injected, unless they are optional", async () => {
    class Careful {
      static scope = "request" as const;
      readonly path = inject(CONTEXT, { optional: true })?.path ?? "none";
    }
    class Careless {
      static scope = "request" as const;
      readonly context = inject(CONTEXT);
    }
    const container = await startApp([
      Careful,
      Careless,
      provide(A, {
        inject: [{ token: CONTEXT, optional: true }],
        useFactory: (context) => context?.path ?? "none",
        scope: "request",
      }),
    ]);
    const empty = container.createScope();
    assert.deepEqual(
      [(empty.get(Careful) as Careful).path, empty.get(A), empty.get(CONTEXT, { optional: true })],
      ["none", "none", undefined],
    );
    assert.throws(() => empty.get(Careless), {
      code: "E_DI_SEED_MISSING",
      message:
        "The scope was created without CONTEXT: pass seed(CONTEXT, value) to createScope(), or inject it with { optional: true }.",
    });
    const full = container.createScope([seed(CONTEXT, { path: "/" })]);
    assert.deepEqual([(full.get(Careful) as Careful).path, full.get(A)], ["/", "/"]);
    assert.throws(() => container.createScope([seed(A, "a")]), {
      code: "E_DI_SEED_UNKNOWN",
      message: "A scope cannot be given A: name it in compileGraph(root, { seedTokens: [A] }).",
    });
  });

  test("keeps a seed that a module provides itself out of that module", async () => {
    class Reader {
      static scope = "request" as const;
      readonly path = inject(CONTEXT).path;
    }
    const feature = makeModule("Feature", {
      providers: [Reader, provide(CONTEXT, { useValue: { path: "own" } })],
    });
    const root = makeModule("App", { imports: [feature], providers: [Reader] });
    const container = await compileGraph(root, { seedTokens: [CONTEXT] }).start();
    const scope = container.createScope([seed(CONTEXT, { path: "seed" })]);
    assert.equal((await scope.get(Reader)).path, "seed");
    assert.equal((await scope.get(Reader, { module: feature })).path, "own");
  });

  test("answers lazy dependencies of its own instances", async () => {
    class Left {
      static scope = "request" as const;
      readonly right: () => Right = inject.lazy(Right);
    }
    class Right {
      static scope = "request" as const;
      readonly left = inject(Left);
    }
    class Hasty {
      static scope = "request" as const;
      readonly a = inject.lazy(A);
    }
    const container = await startApp([
      Left,
      Right,
      Hasty,
      provide(A, { useFactory: async () => "a", scope: "request" }),
    ]);
    const scope = container.createScope();
    const left = await scope.get(Left);
    assert.equal(left.right(), await scope.get(Right));
    assert.equal(left.right().left, left);
    const hasty = await scope.get(Hasty);
    assert.throws(() => hasty.a(), {
      code: "E_DI_LAZY_EARLY",
      message: /^Hasty calls the lazy A before it is there\./,
    });
    await scope.get(A);
    assert.equal(hasty.a(), "a");
  });

  test("gathers lists whose contributions are of different scopes", async () => {
    const LIST = token.multi<string>("LIST");
    class Reader {
      static scope = "request" as const;
      readonly list = inject(LIST);
    }
    const sync = [
      provide(LIST, { useValue: "value" }),
      provide(LIST, { inject: [CONTEXT], useFactory: ({ path }) => path, scope: "request" }),
      Reader,
    ];
    const seeds = [seed(CONTEXT, { path: "/x" })];
    const scope = (await startApp(sync)).createScope(seeds);
    assert.deepEqual((scope.get(Reader) as Reader).list, ["value", "/x"]);
    const waiting = (
      await startApp([...sync, provide(LIST, { useFactory: async () => "later", scope: "transient" })])
    ).createScope(seeds);
    assert.deepEqual((await waiting.get(Reader)).list, ["value", "/x", "later"]);
    assert.deepEqual(await waiting.get(LIST), ["value", "/x", "later"]);
  });

  test("lets code inject in a callback, as long as nothing has to be awaited", async () => {
    const container = await startApp([
      Handler,
      Helper,
      Shared,
      provide(A, { useFactory: async () => "a", scope: "request" }),
    ]);
    const scope = container.createScope([seed(CONTEXT, { path: "/x" })]);
    assert.equal(
      scope.run(() => inject(Handler).context.path),
      "/x",
    );
    assert.equal(scope.run(() => inject.lazy(Handler))(), scope.get(Handler));
    assert.throws(() => scope.run(() => inject(A)), {
      code: "E_DI_ASYNC",
      message: "A comes from an asynchronous factory and cannot be had at once: await scope.get(A).",
    });
    await scope.get(A);
    assert.equal(
      scope.run(() => inject(A)),
      "a",
    );
  });
});

suite("the end of a scope", () => {
  test("disposes what was built, dependents first, and is synchronous where that is", async () => {
    const log: string[] = [];
    class Inner implements Disposable {
      static scope = "request" as const;
      [Symbol.dispose](): void {
        log.push("inner");
      }
    }
    class Part implements Disposable {
      static scope = "transient" as const;
      [Symbol.dispose](): void {
        log.push("part");
      }
    }
    class Outer implements Disposable {
      static scope = "request" as const;
      readonly inner = inject(Inner);
      readonly part = inject(Part);
      [Symbol.dispose](): void {
        log.push("outer");
      }
    }
    class Unused extends Inner {}
    class Single implements Disposable {
      [Symbol.dispose](): void {
        log.push("single");
      }
    }
    const container = await startApp([
      Inner,
      Part,
      Outer,
      Unused,
      Single,
      provide(A, {
        inject: [Single, Outer],
        useFactory: () => "a",
        scope: "request",
        dispose: (a) => void log.push(a),
      }),
      provide(B, { useFactory: () => "b", scope: "request" }),
      provide(token<Single>("BORROWED"), {
        inject: [Single],
        useFactory: (single) => single,
        scope: "request",
        dispose: false,
      }),
    ]);
    const scope = container.createScope([seed(CONTEXT, { path: "/" })]);
    for (const each of [A, B, Single]) await scope.get<unknown>(each);
    assert.equal(scope.disposed, false);
    assert.equal(scope.dispose(), undefined);
    assert.deepEqual(log, ["a", "outer", "part", "inner"]);
    assert.equal(scope.dispose(), undefined);
    assert.equal(log.length, 4);
    assert.equal(scope.disposed, true);
    assert.throws(() => scope.get(B), { code: "E_DI_SCOPE_DISPOSED" });
    assert.throws(() => scope.run(() => 1), { code: "E_DI_SCOPE_DISPOSED" });
  });

  test("is the end of the lazy dependencies in it", async () => {
    class Lazy {
      static scope = "request" as const;
      readonly a = inject.lazy(A);
    }
    const container = await startApp([Lazy, provide(A, { useFactory: () => "a", scope: "request" })]);
    const scope = container.createScope();
    const { a } = await scope.get(Lazy);
    assert.equal(a(), "a");
    await scope.dispose();
    assert.throws(() => a(), { code: "E_DI_SCOPE_DISPOSED" });
  });

  test("borrowed values are left alone", async () => {
    const log: string[] = [];
    const handle = { [Symbol.dispose]: () => void log.push("closed") };
    const OWNED = token<Disposable>("OWNED");
    const BORROWED = token<Disposable>("BORROWED");
    const VALUE = token<Disposable>("VALUE");
    const container = await startApp([
      provide(OWNED, { useFactory: () => handle, scope: "request" }),
      provide(BORROWED, { useFactory: () => ({ ...handle }), scope: "request", dispose: false }),
      provide(VALUE, { useValue: handle }),
    ]);
    const borrowing = container.createScope();
    await Promise.all([borrowing.get(BORROWED), borrowing.get(VALUE)]);
    await borrowing.dispose();
    assert.deepEqual(log, []);
    const owning = container.createScope();
    await owning.get(OWNED);
    await owning.dispose();
    assert.deepEqual(log, ["closed"]);
  });

  test("disposes an object once, however many providers gave it", async () => {
    let disposals = 0;
    const shared = { [Symbol.dispose]: () => void disposals++ };
    const tokens = ["ONE", "TWO"].map((name) => token<Disposable>(name));
    const container = await startApp(
      tokens.map((each) => provide(each, { useFactory: () => shared, scope: "request" })),
    );
    const scope = container.createScope();
    for (const each of tokens) assert.equal(scope.get(each), shared);
    await scope.dispose();
    assert.equal(disposals, 1);
  });

  test("waits for what is still being built, and disposes that too", async () => {
    const gate = Promise.withResolvers<string>();
    const log: string[] = [];
    const container = await startApp([
      provide(A, {
        useFactory: () => gate.promise,
        scope: "request",
        dispose: async (a) => void log.push(a),
      }),
    ]);
    const scope = container.createScope();
    const getting = scope.get(A);
    const ending = scope.dispose();
    assert.ok(ending instanceof Promise);
    gate.resolve("a");
    await Promise.all([getting, ending]);
    assert.deepEqual(log, ["a"]);
  });

  test("goes on after a failure, and tells all failures", async () => {
    const failing = (text: string) => (): Promise<void> => Promise.reject(new Error(text));
    const container = await startApp([
      provide(A, { useFactory: () => "a", scope: "request", dispose: failing("no a") }),
      provide(B, {
        inject: [A],
        useFactory: () => "b",
        scope: "request",
        dispose: () => {
          throw new Error("no b");
        },
      }),
    ]);
    const scope = container.createScope();
    assert.equal(scope.get(B), "b");
    await assert.rejects(async () => scope.dispose(), {
      code: "E_DI_DISPOSE",
      message: "Not everything could be disposed: B: no b; A: no a",
    });
  });

  test("comes by itself with await using", async () => {
    const log: string[] = [];
    const container = await startApp([
      provide(A, { useFactory: () => "a", scope: "request", dispose: (a) => void log.push(a) }),
    ]);
    {
      await using scope = container.createScope();
      await scope.get(A);
    }
    assert.deepEqual(log, ["a"]);
  });
});
