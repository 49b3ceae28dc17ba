import assert from "node:assert/strict";
import { test } from "node:test";
import { inject } from "../declare/inject.ts";
import { makeModule } from "../declare/make-module.test.kit.ts";
import { provide } from "../declare/provider.ts";
import { token, type ValueToken } from "../declare/token.ts";
import { GraphError } from "../fault/fault.ts";
import { compileGraph } from "./compile-graph.ts";
import { MAX_TOUCHES } from "./stand-in.ts";

interface Config {
  readonly url: string;
  readonly tags: readonly string[];
}
const CONFIG: ValueToken<Config> = token<Config>("CONFIG");
const config = provide(CONFIG, { useFactory: () => ({ url: "http://a", tags: ["x"] }) });

function fail(error: unknown): never {
  throw error;
}

function counter(): { runs: number } {
  return { runs: 0 };
}

test("the check runs no factory, and a singleton without a stand-in is constructed once", async () => {
  const plain = counter();
  const factory = counter();
  class Plain {
    readonly run = ++plain.runs;
  }
  class Above {
    readonly plain = inject(Plain);
  }
  const counted = provide(CONFIG, { useFactory: () => ({ url: `${factory.runs++}`, tags: [] }) });
  const graph = compileGraph(makeModule("App", { providers: [Above, Plain, counted] }));
  assert.deepEqual([plain.runs, factory.runs], [1, 0]);
  const sample = graph.sample(Above);
  const container = await graph.start();
  assert.deepEqual([plain.runs, factory.runs], [1, 1]);
  assert.equal(container.get(Above), sample);
  assert.equal(container.get(Above).plain, container.get(Plain));
});

test("a singleton with a stand-in below it is constructed again with the real value", async () => {
  const client = counter();
  class Client {
    readonly url = inject(CONFIG).url;
    constructor() {
      client.runs++;
    }
  }
  class Above {
    readonly client = inject(Client);
  }
  const graph = compileGraph(makeModule("App", { providers: [Above, Client, config] }));
  assert.equal(client.runs, 1);
  const container = await graph.start();
  assert.equal(client.runs, 2);
  assert.equal(container.get(Above).client.url, "http://a");
  assert.equal(container.get(Above).client, container.get(Client));
  assert.notEqual(graph.sample(Client), container.get(Client));
});

test("a constructor that trips over a stand-in is no fault, and what it injects afterwards is found at the start", async () => {
  class Later {
    readonly config = inject(CONFIG);
  }
  class Client {
    readonly host = new URL(inject(CONFIG).url).host;
    readonly later = inject(Later);
  }
  class Above {
    readonly client = inject(Client);
    readonly host = this.client.host.toUpperCase();
  }
  const graph = compileGraph(makeModule("App", { providers: [Above, Client, Later, config] }));
  assert.equal(graph.sample(Client), undefined);
  const container = await graph.start();
  assert.equal(container.get(Above).host, "A");
  assert.equal(container.get(Client).later, container.get(Later));
});

test("a constructor that throws on its own is a fault with its cause, those above it are not", () => {
  const cause = new RangeError("too much");
  class Broken {
    readonly size: number = fail(cause);
  }
  class Above {
    readonly text = inject(Broken).size.toFixed();
  }
  assert.throws(
    () => compileGraph(makeModule("App", { providers: [Above, Broken] })),
    (error: unknown) => {
      assert.ok(error instanceof GraphError);
      assert.deepEqual(error.faults, [
        {
          code: "E_DI_CONSTRUCTOR",
          message: "The constructor of Broken threw: too much",
          mend: "Constructors run when the graph is checked: move work that can fail into a factory or a lifecycle hook.",
          path: ["App", "Above", "Broken"],
          cause,
        },
      ]);
      return true;
    },
  );
});

test("what is thrown need not be an error", () => {
  class Broken {
    readonly size: number = fail("text");
  }
  assert.throws(() => compileGraph(makeModule("App", { providers: [Broken] })), {
    message: /The constructor of Broken threw: "text"/,
  });
});

test("values are real during the check", () => {
  class Client {
    readonly url = new URL(inject(CONFIG).url);
  }
  const value = provide(CONFIG, { useValue: { url: "http://b", tags: [] } });
  const graph = compileGraph(makeModule("App", { providers: [Client, value] }));
  assert.equal(graph.sample(Client)?.url.host, "b");
  assert.equal(graph.sample(CONFIG)?.url, "http://b");
});

test("each injection of a transient is an instance of its own, and each is constructed once", async () => {
  const transient = counter();
  class Log {
    static scope = "transient" as const;
    readonly id = ++transient.runs;
  }
  const ALIAS = token<Log>("ALIAS");
  class Service {
    readonly first = inject(Log);
    readonly second = inject(ALIAS);
  }
  class Other {
    readonly log = inject(Log);
  }
  const providers = [Service, Other, Log, provide(ALIAS, { useExisting: Log })];
  const container = await compileGraph(makeModule("App", { providers })).start();
  const { first, second } = container.get(Service);
  assert.deepEqual([first.id, second.id, container.get(Other).log.id], [1, 2, 3]);
  assert.equal(transient.runs, 3);
  assert.equal(container.get(Log).id, 4);
});

test("each injection of a transient is an instance of its own around a stand-in too", async () => {
  class Log {
    static scope = "transient" as const;
    readonly name = "log";
  }
  class Service {
    readonly config = inject(CONFIG);
    readonly first = inject(Log);
    readonly second = inject(Log);
  }
  const container = await compileGraph(makeModule("App", { providers: [Service, Log, config] })).start();
  const { first, second } = container.get(Service);
  assert.ok(first instanceof Log && second instanceof Log);
  assert.notEqual(first, second);
});

test("stand-ins may be touched often, by each constructor anew", () => {
  class Busy {
    readonly config = inject(CONFIG);
    constructor() {
      for (let touch = 0; touch < 0.6 * MAX_TOUCHES; touch++) void this.config.url;
    }
  }
  class BusyToo extends Busy {
    readonly busy = inject(Busy);
  }
  const graph = compileGraph(makeModule("App", { providers: [BusyToo, Busy, config] }));
  assert.ok(graph.sample(Busy) instanceof Busy && graph.sample(BusyToo) instanceof BusyToo);
});

test("transients and request-scoped classes of the check are not handed out later when they hold stand-ins", async () => {
  class Log {
    static scope = "transient" as const;
    readonly url = inject(CONFIG).url;
  }
  class Handler {
    static scope = "request" as const;
    readonly log = inject(Log);
  }
  class Service {
    readonly log = inject(Log);
  }
  const graph = compileGraph(makeModule("App", { providers: [Handler, Service, Log, config] }));
  const sample = graph.sample(Handler);
  assert.ok(sample instanceof Handler);
  const container = await graph.start();
  const handler = await container.createScope().get(Handler);
  assert.notEqual(handler, sample);
  assert.deepEqual([handler.log.url, container.get(Service).log.url], ["http://a", "http://a"]);
});

test("a lazy dependency that its own constructor calls is a fault", () => {
  class Eager {
    readonly name = "eager";
  }
  class Lazy {
    readonly eager = inject.lazy(Eager)();
  }
  assert.throws(() => compileGraph(makeModule("App", { providers: [Lazy, Eager] })), {
    message:
      /E_DI_LAZY_EARLY {2}App > Lazy\n {2}The constructor of Lazy calls the lazy Eager\. Call it later/,
  });
});

test("a lazy dependency that another constructor calls waits for the start", async () => {
  class Registry {
    readonly #eager = inject.lazy(Eager);
    get eager(): Eager {
      return this.#eager();
    }
  }
  class Eager {
    readonly name = "eager";
  }
  class Reader {
    readonly eager = inject(Registry).eager;
  }
  const container = await compileGraph(makeModule("App", { providers: [Registry, Reader, Eager] })).start();
  assert.equal(container.get(Reader).eager, container.get(Eager));
});

test("lazy dependencies of kept instances work after the start, and not before", async () => {
  class Left {
    readonly right: () => Right = inject.lazy(Right);
  }
  class Right {
    readonly left = inject(Left);
    readonly config = inject(CONFIG);
  }
  const graph = compileGraph(makeModule("App", { providers: [Left, Right, config] }));
  const left = graph.sample(Left);
  assert.throws(() => left?.right(), {
    code: "E_DI_NOT_STARTED",
    message: "Right is not there: await graph.start() first.",
  });
  const container = await graph.start();
  assert.equal(container.get(Left), left);
  assert.equal(left?.right(), container.get(Right));
});

test("a failed check leaves the outer injection context as it was", async () => {
  class Broken {
    readonly missing = inject(CONFIG);
  }
  class Outer {
    constructor() {
      assert.throws(() => compileGraph(makeModule("Inner", { providers: [Broken] })));
    }
    readonly config = inject(CONFIG);
  }
  const container = await compileGraph(makeModule("App", { providers: [Outer, config] })).start();
  assert.equal(container.get(Outer).config.url, "http://a");
});
