import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compileGraph } from "../check/compile-graph.ts";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { type Provider, provide } from "../declare/provider.ts";
import { token, type ValueToken } from "../declare/token.ts";
import { GraphError } from "../fault/fault.ts";
import type { ProviderInfo } from "../graph/graph-info.ts";

const A: ValueToken<string> = token<string>("A");
const B: ValueToken<string> = token<string>("B");
const C: ValueToken<string> = token<string>("C");

/** A promise that a test settles, and whether anybody asked for it. */
function createGate<T>(): { promise: Promise<T>; open: (value: T) => void; fail: (error: unknown) => void } {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { promise, open: resolve, fail: reject };
}

/** Lets everything run that does not wait for a gate. */
async function settle(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

async function failureOf(providers: readonly Provider[]): Promise<GraphError> {
  const failure: unknown = await compileGraph(makeModule("App", { providers }))
    .start()
    .catch((error: unknown) => error);
  assert.ok(failure instanceof GraphError, String(failure));
  assert.equal(failure.code, "E_DI_START");
  return failure;
}

function namesOf(providers: readonly ProviderInfo[]): string[] {
  return providers.map(({ name }) => name);
}

suite("a start", () => {
  test("gives factories what they asked for, optional and lazy included", async () => {
    class Service {
      readonly name = "service";
    }
    const seen: unknown[] = [];
    const container = await compileGraph(
      makeModule("App", {
        providers: [
          Service,
          provide(A, {
            inject: [Service, { token: B, optional: true }, { token: C, lazy: true }],
            useFactory: (service, b, c) => {
              seen.push(service.name, b, c);
              return service.name;
            },
          }),
          provide(C, { inject: [A], useFactory: async (a) => `${a}!` }),
        ],
      }),
    ).start();
    assert.deepEqual(seen.slice(0, 2), ["service", undefined]);
    assert.equal((seen[2] as () => string)(), "service!");
    assert.equal(container.get(C), "service!");
  });

  test("runs independent factories together, and dependents when these are done", async () => {
    const gates = { a: createGate<string>(), b: createGate<string>() };
    const log: string[] = [];
    class Both {
      readonly text = `${inject(A)}${inject(B)}`;
    }
    const graph = compileGraph(
      makeModule("App", {
        providers: [
          Both,
          provide(C, { inject: [Both], useFactory: (both) => both.text }),
          provide(A, { useFactory: () => (log.push("a"), gates.a.promise) }),
          provide(B, { useFactory: () => (log.push("b"), gates.b.promise) }),
        ],
      }),
    );
    const starting = graph.start();
    await settle();
    assert.deepEqual(log, ["a", "b"]);
    assert.deepEqual(namesOf(graph.awaited), ["A", "B"]);
    gates.b.open("b");
    await settle();
    assert.deepEqual(namesOf(graph.awaited), ["A"]);
    gates.a.open("a");
    assert.equal((await starting).get(C), "ab");
  });

  test("happens once, however often it is asked for", async () => {
    let runs = 0;
    const graph = compileGraph(
      makeModule("App", { providers: [provide(A, { useFactory: () => `${++runs}` })] }),
    );
    const [first, second] = await Promise.all([graph.start(), graph.start()]);
    assert.equal(first, second);
    assert.equal(runs, 1);
  });

  test("awaits what a factory returns, and nothing else", async () => {
    const PROMISE = token<Promise<string>>("PROMISE");
    const promise = Promise.resolve("later");
    class Thenable {
      readonly config = inject(A);
      // oxlint-disable-next-line unicorn/no-thenable -- query builders have one
      then(): never {
        throw new Error("An instance is no promise.");
      }
    }
    class Reader {
      readonly thenable = inject(Thenable);
      readonly promise = inject(PROMISE);
    }
    const container = await compileGraph(
      makeModule("App", {
        providers: [
          Reader,
          Thenable,
          provide(PROMISE, { useValue: promise }),
          provide(A, { useFactory: async () => "a" }),
        ],
      }),
    ).start();
    const reader = container.get(Reader);
    assert.ok(reader.thenable instanceof Thenable);
    assert.equal(reader.promise, promise);
  });

  test("takes branches that the check did not see", async () => {
    const MODE = token<{ fast: boolean }>("MODE");
    class Slow {
      readonly a = inject(A);
    }
    class Fast {
      readonly name = "fast";
    }
    class Service {
      readonly engine: Slow | Fast;
      readonly last: string;
      constructor() {
        // A stand-in is truthy, so the check sees the first branch alone.
        this.engine = inject(MODE).fast ? inject(Fast) : inject(Slow);
        this.last = inject(B);
      }
    }
    const gate = createGate<string>();
    const graph = compileGraph(
      makeModule("App", {
        providers: [
          Service,
          Fast,
          Slow,
          provide(MODE, { useFactory: () => ({ fast: false }) }),
          provide(B, { useFactory: async () => "b" }),
          provide(A, { useFactory: () => gate.promise }),
        ],
      }),
    );
    const starting = graph.start();
    await settle();
    gate.open("a");
    const container = await starting;
    const service = container.get(Service);
    assert.equal(service.engine, container.get(Slow));
    assert.equal(service.last, "b");
    const order = container.instances().map(({ provider }) => provider.name);
    assert.ok(order.indexOf("Slow") < order.indexOf("Service"), order.join());
  });

  test("reports a cycle that only real values show, instead of waiting for ever", async () => {
    const MODE = token<{ lone: boolean }>("MODE");
    class Left {
      readonly right: unknown = inject(MODE).lone ? null : inject(Right);
    }
    class Right {
      readonly left: unknown = inject(Left);
    }
    const modes = [
      provide(MODE, { useFactory: async () => ({ lone: false }) }),
      provide(MODE, { useFactory: () => ({ lone: false }) }),
    ];
    for (const mode of modes) {
      for (const providers of [
        [Left, Right, mode],
        [Right, Left, mode],
        [mode, Left, Right],
      ]) {
        const { faults } = await failureOf(providers);
        assert.deepEqual(
          faults.map(({ code }) => code),
          ["E_DI_CYCLE"],
        );
      }
    }
  });

  test("reports what a late branch cannot have", async () => {
    const MODE = token<{ shared: boolean }>("MODE");
    class CurrentUser {
      static scope = "request" as const;
      readonly name = "Ada";
    }
    class Cache {
      readonly user = inject(MODE).shared ? null : inject(CurrentUser);
    }
    class Other {
      readonly a = inject(MODE).shared ? null : inject(A);
    }
    const mode = provide(MODE, { useFactory: () => ({ shared: false }) });
    const [scope] = (await failureOf([Cache, CurrentUser, mode])).faults;
    assert.equal(scope?.code, "E_DI_SCOPE");
    const [missing] = (await failureOf([Other, mode])).faults;
    assert.equal(
      missing?.message,
      "Other needs A: nobody provides it. Add provide(A, ...) to the providers of App.",
    );
  });
});

suite("a start that fails", () => {
  test("names the provider with its path, and the cause", async () => {
    const cause = new Error("connection refused");
    class Service {
      readonly a = inject(A);
    }
    const failing = provide(A, { useFactory: () => Promise.reject(cause) });
    const error = await failureOf([Service, failing]);
    assert.deepEqual(error.faults, [
      {
        code: "E_DI_FACTORY",
        message: "The factory of A failed: connection refused",
        path: ["App", "Service", "A"],
        mend: "Look at the cause; what was built before it has been disposed.",
        cause,
      },
    ]);
    assert.equal(error.cause, cause);
    assert.match(error.message, /^The container did not start\.\n\nE_DI_FACTORY {2}App > Service > A\n/);
  });

  test("tells every failure of factories that ran together, and each once", async () => {
    class Service {
      readonly all = [inject(A), inject(B)];
    }
    const { faults } = await failureOf([
      Service,
      provide(A, { useFactory: () => Promise.reject(new Error("no a")) }),
      provide(B, { useFactory: () => Promise.reject(new Error("no b")) }),
      provide(C, { inject: [A], useFactory: (a) => a }),
    ]);
    assert.deepEqual(
      faults.map(({ message }) => message),
      ["The factory of A failed: no a", "The factory of B failed: no b"],
    );
  });

  test("names a constructor that fails with real values only", async () => {
    class Client {
      readonly url = new URL(inject(A));
    }
    const { faults } = await failureOf([Client, provide(A, { useFactory: () => "no url" })]);
    assert.deepEqual(
      faults.map(({ code, message }) => [code, message]),
      [["E_DI_CONSTRUCTOR", "The constructor of Client failed: Invalid URL"]],
    );
  });

  test("begins nothing more, awaits what runs, shows what was built and disposes it, dependents first", async () => {
    const log: string[] = [];
    const gate = createGate<string>();
    class Kept implements Disposable {
      [Symbol.dispose](): void {
        log.push("dispose Kept");
      }
    }
    class Built implements AsyncDisposable {
      readonly kept = inject(Kept);
      readonly a = inject(A);
      async [Symbol.asyncDispose](): Promise<void> {
        log.push("dispose Built");
      }
    }
    const graph = compileGraph(
      makeModule("App", {
        providers: [
          Kept,
          Built,
          provide(A, { useFactory: () => "a", dispose: (a) => void log.push(`dispose ${a}`) }),
          provide(B, { useFactory: () => gate.promise, dispose: (b) => void log.push(`dispose ${b}`) }),
          provide(C, { useFactory: () => Promise.reject(new Error("no c")) }),
          provide(token<string>("D"), { inject: [B], useFactory: () => (log.push("D"), "d") }),
        ],
      }),
    );
    const starting = graph.start({
      onFailed: async (instances) => {
        log.push(`failed with ${instances.map(({ provider }) => provider.name).join(", ")}`);
      },
    });
    const failing = assert.rejects(starting, { code: "E_DI_START" });
    await settle();
    assert.deepEqual(log, []);
    gate.open("b");
    await failing;
    assert.deepEqual(log, [
      "failed with Kept, A, Built, B",
      "dispose b",
      "dispose Built",
      "dispose a",
      "dispose Kept",
    ]);
  });

  test("begins nothing after a synchronous failure", async () => {
    const log: string[] = [];
    const error = await failureOf([
      provide(A, {
        useFactory: () => {
          throw new Error("no a");
        },
      }),
      provide(B, { useFactory: () => (log.push("b"), "b") }),
    ]);
    assert.equal(error.faults.length, 1);
    assert.deepEqual(log, []);
  });

  test("adds what fails while it cleans up", async () => {
    const graph = compileGraph(
      makeModule("App", {
        providers: [
          provide(A, {
            useFactory: () => "a",
            dispose: () => {
              throw new Error("stuck");
            },
          }),
          provide(B, { useFactory: () => Promise.reject(new Error("no b")) }),
        ],
      }),
    );
    const onFailed = (): never => {
      throw new Error("no hook");
    };
    await assert.rejects(graph.start({ onFailed }), (error: unknown) => {
      assert.ok(error instanceof GraphError);
      assert.deepEqual(
        error.faults.map(({ code, message }) => [code, message]),
        [
          ["E_DI_FACTORY", "The factory of B failed: no b"],
          ["E_DI_DISPOSE", "no hook"],
          ["E_DI_DISPOSE", "Not everything could be disposed: A: stuck"],
        ],
      );
      return true;
    });
  });

  test("leaves no promise that nobody handles", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    try {
      await failureOf([
        provide(A, { useFactory: () => Promise.reject(new Error("no a")) }),
        provide(B, { inject: [A], useFactory: (a) => a }),
        provide(C, {
          useFactory: () => {
            throw new Error("no c");
          },
        }),
      ]);
      await settle();
    } finally {
      process.off("unhandledRejection", note);
    }
    assert.deepEqual(unhandled, []);
  });
});

test("modules and providers are listed, dependencies first", () => {
  const LIST = token.multi<string>("LIST");
  class Service {
    readonly list = inject(LIST);
    readonly a = inject.lazy(A);
  }
  const feature = makeModule("Feature", { providers: [provide(LIST, { useValue: "x" })], exports: [LIST] });
  const config = makeModule("Config", {
    providers: [provide(A, { inject: [B], useFactory: (b) => b }), provide(B, { useValue: "b" })],
    exports: [A],
    global: true,
  });
  const root = makeModule("App", {
    imports: [feature, config],
    providers: [provide(C, { useExisting: A }), Service],
  });
  const graph = compileGraph(root);
  assert.deepEqual(
    graph.modules.map(({ name, order, imports }) => [name, order, imports.map((each) => each.name)]),
    [
      ["Config", 0, []],
      ["Feature", 1, []],
      ["App", 2, ["Feature", "Config"]],
    ],
  );
  assert.deepEqual(
    graph.providers.map(({ name, kind, scope, module, dependencies }) => [
      name,
      kind,
      scope,
      module.name,
      dependencies,
    ]),
    [
      ["B", "value", "singleton", "Config", []],
      ["A", "factory", "singleton", "Config", ["B"]],
      ["LIST[0]", "value", "singleton", "Feature", []],
      ["C", "existing", "singleton", "App", ["A"]],
      ["Service", "class", "singleton", "App", ["LIST[0]", "A"]],
    ],
  );
});
