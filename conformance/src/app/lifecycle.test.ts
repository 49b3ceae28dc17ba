import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import {
  armature,
  BootError,
  createApp,
  createEngine,
  defineModule,
  get,
  inject,
  provide,
  silentLogger,
  token,
  type Application,
  type AppOptions,
  type ModuleRef,
} from "armature";
import { eventually, Handover } from "../serve.ts";
import { turn } from "./harness/note.ts";
import { SOCKET, WAYS } from "./harness/ways.ts";

const HOOKS = [
  "onModuleInit",
  "onApplicationBootstrap",
  "beforeApplicationShutdown",
  "onModuleDestroy",
  "onApplicationShutdown",
] as const;

type Hook = (typeof HOOKS)[number];

const notes: string[] = [];

/** Notes its hooks; each waits a little, so that one that is not waited for shows. */
abstract class Noted {
  protected abstract readonly label: string;
  /** The hooks that fail. */
  protected readonly failing: readonly Hook[] = [];

  async onModuleInit(): Promise<void> {
    await this.#note("onModuleInit");
  }
  async onApplicationBootstrap(): Promise<void> {
    await this.#note("onApplicationBootstrap");
  }
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    await this.#note("beforeApplicationShutdown", signal);
  }
  async onModuleDestroy(): Promise<void> {
    await this.#note("onModuleDestroy");
  }
  async onApplicationShutdown(signal?: string): Promise<void> {
    await this.#note("onApplicationShutdown", signal);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await turn();
    notes.push(`${this.label}.dispose`);
  }

  async #note(hook: Hook, signal?: string): Promise<void> {
    await turn();
    notes.push(`${this.label}.${hook}${signal === undefined ? "" : `(${signal})`}`);
    if (this.failing.includes(hook)) throw new Error(`${this.label} fails in ${hook}`);
  }
}

class Database extends Noted {
  protected readonly label = "database";
}

class Repository extends Noted {
  protected readonly label = "repository";
  readonly database = inject(Database);
}

class Controller extends Noted {
  protected readonly label = "controller";
  readonly repository = inject(Repository);
  readonly list = get("/", () => "list");
}

const databaseModule = defineModule({ name: "DatabaseModule", providers: [Database], exports: [Database] });
const root = defineModule({
  name: "RootModule",
  imports: [databaseModule],
  controllers: [Controller],
  providers: [Repository],
});

/** The root with one class that fails in a hook. */
function failingRoot(label: string, ...hooks: readonly Hook[]): ModuleRef {
  class Failing extends Noted {
    protected readonly label = label;
    protected override readonly failing = hooks;
    readonly database = inject(Database);
  }
  return defineModule({ name: "FailingRoot", imports: [databaseModule], providers: [Repository, Failing] });
}

function start(module: ModuleRef, options: AppOptions = {}): Promise<Application> {
  notes.length = 0;
  return createApp(module, { engine: createEngine(), logger: silentLogger, ...options });
}

function take(): string[] {
  return notes.splice(0);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

describe("the hooks of an application", () => {
  test("run in the order of dependencies, and the other way round at the end", async () => {
    const app = await start(root);
    assert.deepEqual(take(), ["database.onModuleInit", "repository.onModuleInit", "controller.onModuleInit"]);
    const { port } = await app.listen({ port: 0 });
    assert.deepEqual(take(), [
      "database.onApplicationBootstrap",
      "repository.onApplicationBootstrap",
      "controller.onApplicationBootstrap",
    ]);
    await app.close({ signal: "SIGTERM" });
    const reversed = ["controller", "repository", "database"];
    assert.deepEqual(take(), [
      ...reversed.map((label) => `${label}.beforeApplicationShutdown(SIGTERM)`),
      ...reversed.map((label) => `${label}.onModuleDestroy`),
      ...reversed.map((label) => `${label}.onApplicationShutdown(SIGTERM)`),
      ...reversed.map((label) => `${label}.dispose`),
    ]);
    assert.equal(await canConnect(port), false);
  });

  test("run once, however often somebody listens, fetches or closes", async () => {
    const app = await start(root);
    await Promise.all([
      app.fetch(new Request("http://localhost/")),
      app.fetch(new Request("http://localhost/")),
      app.listen({ port: 0 }),
    ]);
    assert.equal(take().filter((note) => note.endsWith("onApplicationBootstrap")).length, 3);
    const [first, second] = [app.close(), app.close()];
    assert.equal(first, second);
    await first;
    await app[Symbol.asyncDispose]();
    assert.equal(take().filter((note) => note.endsWith("onModuleDestroy")).length, 3);
  });

  test("stand on values and on what factories give, and on modules that are classes", async () => {
    const VALUE = token<object>("VALUE");
    const MADE = token<object>("MADE");
    const seen: string[] = [];
    const made = defineModule({
      providers: [
        provide(VALUE, { useValue: { onModuleInit: () => void seen.push("value") } }),
        provide(MADE, {
          inject: [VALUE],
          useFactory: () => ({ onModuleInit: () => void seen.push("made") }),
        }),
      ],
    });
    await using _app = await start(made);
    assert.deepEqual(seen, ["value", "made"]);
  });

  test("of a start that fails: what was opened is closed, and nothing listens", async () => {
    await assert.rejects(start(failingRoot("last", "onModuleInit")), /^Error: last fails in onModuleInit$/);
    assert.deepEqual(take(), [
      "database.onModuleInit",
      "repository.onModuleInit",
      "last.onModuleInit",
      "repository.onModuleDestroy",
      "database.onModuleDestroy",
      "last.dispose",
      "repository.dispose",
      "database.dispose",
    ]);
  });

  test("of a bootstrap that fails: the application does not listen, and lets go of its providers", async () => {
    const app = await start(failingRoot("last", "onApplicationBootstrap"));
    take();
    await assert.rejects(app.listen({ port: 0 }), /last fails in onApplicationBootstrap/);
    assert.equal(app.address, null);
    assert.equal(take().filter((note) => note.endsWith(".dispose")).length, 3);
    await assert.rejects(app.fetch(new Request("http://localhost/")), { code: "E_APP_CLOSED" });
    await app.close();
    assert.deepEqual(take(), []);
  });

  test("of a stop that fail: all the others run, and all failures are told", async () => {
    const app = await start(
      failingRoot("bad", "beforeApplicationShutdown", "onModuleDestroy", "onApplicationShutdown"),
    );
    const { port } = await app.listen({ port: 0 });
    take();
    await assert.rejects(app.close(), (error) => {
      assert.ok(error instanceof AggregateError);
      assert.deepEqual(
        error.errors.map(({ message }: Error) => message),
        [
          "bad fails in beforeApplicationShutdown",
          "bad fails in onModuleDestroy",
          "bad fails in onApplicationShutdown",
        ],
      );
      return true;
    });
    assert.equal(take().length, 12);
    assert.equal(await canConnect(port), false);
  });
});

describe("providers of an application that cannot start", () => {
  test("fail as a boot error that names them, and those that were made are disposed", async () => {
    const BROKEN = token<number>("BROKEN");
    class Needs {
      readonly broken = inject(BROKEN);
    }
    const module = defineModule({
      name: "BrokenModule",
      imports: [databaseModule],
      providers: [
        Repository,
        Needs,
        provide(BROKEN, {
          useFactory: async (): Promise<number> => {
            await turn();
            throw new Error("no route to host");
          },
        }),
      ],
    });
    await assert.rejects(start(module), (error) => {
      assert.ok(error instanceof BootError);
      assert.match(error.message, /BROKEN/);
      assert.match(error.message, /no route to host/);
      return true;
    });
    assert.deepEqual(
      take().filter((note) => !note.endsWith(".dispose")),
      [],
    );
  });
});

describe("an application that stops", () => {
  test("answers what is in work, accepts nothing new, and lets go of its providers last", async () => {
    const began = new Handover<void>();
    const go = new Handover<void>();
    const resources: Resource[] = [];
    class Resource {
      open = true;
      constructor() {
        resources.push(this);
      }
      onModuleDestroy(): void {
        this.open = false;
      }
    }
    const source = armature()
      .provide(Resource)
      .get("/", async (context) => {
        began.give();
        await go.taken;
        return { open: context.inject(Resource).open };
      });
    const running = await SOCKET.start(source);
    const busy = running.connect();
    const idle = running.connect();
    await busy.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await began.taken;
    const port = running.app.address?.port ?? 0;
    const closing = running.app.close();
    await idle.closing();
    await eventually(() => running.app.stats()?.connections === 1);
    assert.equal(await canConnect(port), false);
    go.give();
    const [answer] = await busy.answers(1);
    assert.deepEqual(JSON.parse(answer?.body ?? ""), { open: true });
    assert.equal((await closing).cut, 0);
    assert.ok(resources.some(({ open }) => !open));
    for (const client of [busy, idle]) client[Symbol.dispose]();
  });

  test("cuts what is still in work after its grace time", async () => {
    const began = new Handover<AbortSignal>();
    const source = armature().get("/", async ({ signal }) => {
      began.give(signal);
      await new Promise(() => {});
      return "never";
    });
    const running = await SOCKET.start(source);
    const client = running.connect();
    await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    const signal = await began.taken;
    assert.equal((await running.app.close({ graceMs: 5 })).cut, 1);
    assert.equal(signal.aborted, true);
    await client.closing();
    client[Symbol.dispose]();
  });

  test("while it starts to listen does not listen afterwards", async () => {
    const app = await start(root);
    const listening = app.listen({ port: 0 }).then(
      ({ port }) => port,
      (error: { code: string }) => error.code,
    );
    await app.close();
    const outcome = await listening;
    assert.equal(app.address, null);
    if (typeof outcome === "number") assert.equal(await canConnect(outcome), false);
    else assert.equal(outcome, "E_APP_CLOSED");
    const order = take();
    const lastStart = order.findLastIndex((note) => note.endsWith("onApplicationBootstrap"));
    const firstStop = order.findIndex((note) => note.endsWith("onModuleDestroy"));
    assert.ok(lastStart < firstStop, order.join());
  });

  test("refuses requests and listening from then on", async () => {
    const app = await start(root);
    await app.close();
    await assert.rejects(app.listen({ port: 0 }), { code: "E_APP_CLOSED" });
    await assert.rejects(app.fetch(new Request("http://localhost/")), { code: "E_APP_CLOSED" });
  });
});

describe("an application that listens", () => {
  test("says where, and for how many", async () => {
    await using app = await start(root);
    assert.equal(app.address, null);
    assert.equal(app.stats(), null);
    const address = await app.listen({ port: 0, host: "127.0.0.1" });
    assert.deepEqual(app.address, address);
    assert.match(address.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await (await fetch(address.url)).text(), "list");
    assert.equal(app.stats()?.requests, 1);
  });

  test("does so once", async () => {
    await using app = await start(root);
    const first = app.listen({ port: 0 });
    await assert.rejects(app.listen({ port: 0 }), { code: "E_APP_LISTENING" });
    await first;
    await assert.rejects(app.listen({ port: 0 }), { code: "E_APP_LISTENING" });
  });

  test("says that a port is in use, and lets go of its providers", async () => {
    await using taken = await start(root);
    const { port } = await taken.listen({ port: 0 });
    await using app = await start(root);
    await assert.rejects(app.listen({ port }), { code: "E_PORT_IN_USE", message: new RegExp(String(port)) });
    assert.equal(app.closing, true);
    assert.equal(take().filter((note) => note.endsWith(".dispose")).length, 3);
  });

  test("refuses what is no port, host or option, and says so", async () => {
    for (const port of [-1, 65_536, 1.5, Number.NaN, "3000" as unknown as number])
      await assert.rejects((await start(root)).listen({ port }), { code: "E_PORT_INVALID" });
    for (const host of ["", "256.0.0.1.nowhere.invalid"])
      await assert.rejects((await start(root)).listen({ port: 0, host }), { code: "E_HOST_INVALID" });
    await using app = await start(root);
    // @ts-expect-error -- what JavaScript could pass
    await assert.rejects(app.listen({ prot: 0 }), { code: "E_OPTION_UNKNOWN", message: /prot/ });
    await app.listen({ port: 0 });
  });

  test("needs an engine", async () => {
    const app = await start(root, { engine: undefined } as unknown as AppOptions); // not even the default one
    await assert.rejects(app.listen({ port: 0 }), { code: "E_ENGINE_MISSING" });
    assert.equal(await (await app.fetch(new Request("http://localhost/"))).text(), "list");
    await app.close();
  });
});

for (const way of WAYS)
  test(`requests by ${way.name} wait for the bootstrap hooks`, async () => {
    let ready = false;
    class Slow {
      async onApplicationBootstrap(): Promise<void> {
        for (let at = 0; at < 5; at++) await turn();
        ready = true;
      }
    }
    const source = armature()
      .provide(Slow)
      .get("/", () => ({ ready }));
    await using running = await way.start(source);
    assert.deepEqual((await running.request("GET", "/")).json, { ready: true });
  });

for (const way of WAYS)
  describe(`an application that stops, by ${way.name}`, () => {
    test("waits for requests in work", async () => {
      const began = new Handover<void>();
      const go = new Handover<void>();
      let isOpen = true;
      class Resource {
        onModuleDestroy(): void {
          isOpen = false;
        }
      }
      const source = armature()
        .provide(Resource)
        .get("/", async () => {
          began.give();
          await go.taken;
          return { isOpen };
        });
      await using running = await way.start(source);
      const answer = running.request("GET", "/");
      await began.taken;
      const closing = running.app.close();
      for (let at = 0; at < 20; at++) await turn();
      assert.equal(isOpen, true);
      go.give();
      assert.deepEqual((await answer).json, { isOpen: true });
      assert.equal((await closing).cut, 0);
      assert.equal(isOpen, false);
    });

    test("cuts those that take too long, and says how many", async () => {
      const began = new Handover<void>();
      const source = armature().get("/", async () => {
        began.give();
        await new Promise(() => {});
      });
      await using running = await way.start(source);
      const answer = running.request("GET", "/").then(
        ({ cut }) => (cut ? "cut" : "answered"),
        () => "cut",
      );
      await began.taken;
      const { cut, requests } = await running.app.close({ graceMs: 20 });
      assert.deepEqual([cut, requests], [1, 1]);
      assert.equal(await answer, "cut");
    });

    test("tells streams that have no end", async () => {
      const began = new Handover<void>();
      const source = armature().get("/", async function* ({ stopping }) {
        yield "begun ";
        began.give();
        await new Promise((resolve) => stopping.addEventListener("abort", resolve));
        yield "ended";
      });
      await using running = await way.start(source);
      const answer = running.request("GET", "/");
      await began.taken;
      assert.equal(running.app.stopping.aborted, false);
      assert.equal((await running.app.close()).cut, 0);
      assert.equal((await answer).text, "begun ended");
    });
  });
