import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AppBuilder,
  BootError,
  createApp,
  defineModule,
  get,
  type AppOptions,
  type Context,
  type Middleware,
} from "@armature/core";
import { inject, provide, token } from "@armature/di";
import { createEngine } from "@armature/engine";
import type { Engine } from "@armature/http";
import { createTestApp } from "./create-test-app.ts";

const GREETING = token<string>("GREETING");

class Greeter {
  readonly #greeting = inject(GREETING);
  readonly greeted: string[] = [];

  greet(name: string): string {
    this.greeted.push(name);
    return `${this.#greeting}, ${name}`;
  }
}

class GreetController {
  readonly #greeter = inject(Greeter);
  readonly greet = get("/greet/:name", ({ params }) => ({ text: this.#greeter.greet(params.name) }));
}

// Nothing is exported: tests reach what the root module cannot see.
const greetModule = defineModule({
  name: "GreetModule",
  providers: [Greeter, provide(GREETING, { useValue: "Hello" })],
  controllers: [GreetController],
});
const appModule = defineModule({ name: "AppModule", imports: [greetModule] });

const isShort = {
  version: 1,
  vendor: "test",
  validate: (value: unknown) =>
    typeof value === "string" && value.length < 5 ? { value } : { issues: [{ message: "is too long" }] },
  jsonSchema: { input: () => ({ type: "string" }), output: () => ({ type: "string" }), rewrites: false },
} as const;
const Short: { readonly "~standard": typeof isShort } = { "~standard": isShort };

/** An application as its author would write it, with an engine and a logger of its own. */
function functionApp(options: AppOptions = {}): AppBuilder {
  return new AppBuilder(options, createApp);
}

describe("createTestApp", () => {
  for (const transport of ["memory", "socket"] as const)
    test(`serves a module over ${transport}`, async () => {
      await using app = await createTestApp(appModule, { transport });
      const response = await app.get("/greet/Ada").expect(200).expectJson({ text: "Hello, Ada" });
      assert.equal(response.headers.get("content-type"), "application/json");
    });

  test("listens on a port that others can reach with transport socket", async () => {
    await using app = await createTestApp(appModule, { transport: "socket" });
    const response = await fetch(`${app.url}/greet/Ada`);
    assert.deepEqual(await response.json(), { text: "Hello, Ada" });
  });

  test("overrides providers, also of modules further in", async () => {
    await using app = await createTestApp(appModule, {
      overrides: [provide(GREETING, { useValue: "Good day" })],
    });
    await app.get("/greet/Ada").expectJson({ text: "Good day, Ada" });
  });

  test("refuses to override what nobody provides", async () => {
    const NOBODYS = token<number>("NOBODYS");
    await assert.rejects(
      createTestApp(appModule, { overrides: [provide(NOBODYS, { useValue: 1 })] }),
      (error) => {
        assert.ok(error instanceof BootError);
        assert.deepEqual(
          error.faults.map(({ code }) => code),
          ["E_DI_OVERRIDE_UNKNOWN"],
        );
        return true;
      },
    );
  });

  test("injects instances that the root module does not see", async () => {
    await using app = await createTestApp(appModule);
    await app.get("/greet/Ada");
    assert.deepEqual(app.inject(Greeter).greeted, ["Ada"]);
    assert.equal(app.inject(Greeter), app.inject(Greeter));
  });

  test("says which modules have a provider where several do", async () => {
    const VALUE = token<number>("VALUE");
    const one = defineModule({ name: "One", providers: [provide(VALUE, { useValue: 1 })] });
    const two = defineModule({ name: "Two", providers: [provide(VALUE, { useValue: 2 })] });
    await using app = await createTestApp(defineModule({ name: "Both", imports: [one, two] }));
    assert.throws(() => app.inject(VALUE), {
      code: "E_DI_AMBIGUOUS",
      message: /VALUE is provided by One, Two/,
    });
    assert.throws(() => app.inject(GREETING), { code: "E_DI_MISSING" });
  });

  test("takes an application that is written as functions, with its providers and stages", async () => {
    const order: string[] = [];
    const note =
      (name: string): Middleware =>
      (context, next) => {
        order.push(name);
        return next(context);
      };
    const written = functionApp({ middleware: [note("options")] })
      .use(note("use"))
      .provide(provide(GREETING, { useValue: "Hello" }))
      .get("/greet", (context) => context.inject(GREETING));
    await using app = await createTestApp(written, {
      middleware: [note("test")],
      overrides: [provide(GREETING, { useValue: "Good day" })],
    });
    assert.equal(await app.get("/greet").text(), "Good day");
    assert.deepEqual(order, ["options", "use", "test"]);
  });

  test("leaves an application that is written as functions as it was", async () => {
    const written = functionApp()
      .provide(provide(GREETING, { useValue: "Hello" }))
      .get("/greet", (context) => context.inject(GREETING));
    await using one = await createTestApp(written, { overrides: [provide(GREETING, { useValue: "Hi" })] });
    await using two = await createTestApp(written);
    assert.equal(await one.get("/greet").text(), "Hi");
    assert.equal(await two.get("/greet").text(), "Hello");
  });

  test("never uses the application's own engine in memory, and does over sockets", async () => {
    const listened: string[] = [];
    const real = createEngine();
    const engine: Engine = {
      name: "own",
      listen: async (options, handler) => {
        listened.push("own");
        return await real.listen(options, handler);
      },
    };
    const written = functionApp({ engine }).get("/", () => "ok");
    await using memory = await createTestApp(written);
    assert.equal(await memory.get("/").text(), "ok");
    assert.deepEqual(listened, []);
    await using socket = await createTestApp(written, { transport: "socket" });
    assert.equal(await socket.get("/").text(), "ok");
    assert.deepEqual(listened, ["own"]);
  });

  test("checks answers in full, also where the environment says production", async () => {
    const before = process.env["NODE_ENV"];
    process.env["NODE_ENV"] = "production";
    try {
      const root = defineModule({ routes: [get("/", { response: Short }, () => "too long")] });
      await using app = await createTestApp(root);
      await app.get("/").expect(500);
      await using lenient = await createTestApp(root, { checkAnswers: false });
      await lenient.get("/").expect(200);
    } finally {
      if (before === undefined) delete process.env["NODE_ENV"];
      else process.env["NODE_ENV"] = before;
    }
  });

  test("lets requests say where they come from, in memory", async () => {
    const written = functionApp().get("/", ({ request }) => ({
      address: request.peer.address,
      protocol: request.protocol,
    }));
    await using app = await createTestApp(written, { peer: { address: "203.0.113.7", secure: true } });
    await app.get("/").expectJson({ address: "203.0.113.7", protocol: "https" });
  });

  test("refuses options that exclude each other", async () => {
    await assert.rejects(createTestApp(appModule, { engine: createEngine() }), { code: "E_TEST_OPTIONS" });
    await assert.rejects(createTestApp(appModule, { transport: "socket", peer: {} }), {
      code: "E_TEST_OPTIONS",
    });
    // @ts-expect-error -- what JavaScript could pass
    await assert.rejects(createTestApp(appModule, { transport: "smoke" }), { code: "E_TEST_OPTIONS" });
  });

  test("refuses an unknown option", async () => {
    // @ts-expect-error -- what JavaScript could pass
    await assert.rejects(createTestApp(appModule, { overides: [] }), /no application option "overides"/);
  });
});

describe("TestApp", () => {
  test("records what is logged, with the fields of child loggers", async () => {
    const log = (context: Context): string => {
      context.log.warn({ amount: 3 }, "careful");
      return "ok";
    };
    await using app = await createTestApp(
      functionApp({ requestLog: true, requestId: "trust" }).get("/", log),
    );
    await app.get("/").header("x-request-id", "r1");
    assert.deepEqual(app.logs[0], {
      level: "warn",
      message: "careful",
      fields: { requestId: "r1", amount: 3 },
    });
    assert.equal(app.logs[1]?.message, "request");
  });

  test("passes lines on to a logger that is given", async () => {
    const lines: unknown[] = [];
    const logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields: object, message?: string) => void lines.push([Object.keys(fields), message]),
      child: () => logger,
    };
    const fails = (): never => {
      throw new Error("boom");
    };
    await using app = await createTestApp(functionApp().get("/", fails), { logger });
    await app.get("/").expect(500);
    assert.equal(lines.length, 1);
    assert.equal(app.logs.length, 1);
  });

  test("runs all hooks, and disposes the application at the end of the scope", async () => {
    const hooks: string[] = [];
    class Witness {
      onModuleInit(): void {
        hooks.push("init");
      }
      onApplicationBootstrap(): void {
        hooks.push("bootstrap");
      }
      onApplicationShutdown(): void {
        hooks.push("shutdown");
      }
    }
    {
      await using app = await createTestApp(defineModule({ name: "App", providers: [Witness] }));
      assert.deepEqual(hooks, ["init", "bootstrap"]);
      assert.equal(app.url, "http://memory");
    }
    assert.deepEqual(hooks, ["init", "bootstrap", "shutdown"]);
  });

  test("closes the application again where a bootstrap hook fails", async () => {
    const hooks: string[] = [];
    class Failing {
      onApplicationBootstrap(): void {
        throw new Error("no bootstrap");
      }
      onApplicationShutdown(): void {
        hooks.push("shutdown");
      }
    }
    await assert.rejects(createTestApp(defineModule({ name: "App", providers: [Failing] })), /no bootstrap/);
    assert.deepEqual(hooks, ["shutdown"]);
  });

  test("cuts requests in work when it is closed, so that a test never waits for them", async () => {
    const { promise: never } = Promise.withResolvers<string>();
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    const app = await createTestApp(
      functionApp().get("/", () => {
        begin();
        return never;
      }),
    );
    const cut = assert.rejects(app.get("/"), { code: "E_TEST_RESPONSE_CUT" });
    await began;
    assert.equal((await app.close()).cut, 1);
    await cut;
  });

  test("fails at its end where a request was never awaited", async () => {
    const app = await createTestApp(appModule);
    void app.get("/greet/Ada").expect(200);
    await app.get("/greet/Grace").expect(200);
    await assert.rejects(app.close(), {
      code: "E_TEST_NOT_AWAITED",
      message: /these never were: GET \/greet\/Ada\.$/,
    });
    await app.close(); // it was said once
  });

  test("gives raw connections", async () => {
    for (const transport of ["memory", "socket"] as const) {
      await using app = await createTestApp(
        functionApp().get("/:n", ({ params }) => params.n),
        { transport },
      );
      const connection = await app.connect();
      connection.write(
        "GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
      );
      let text = "";
      for (let bytes = await connection.read(); bytes !== null; bytes = await connection.read())
        text += Buffer.from(bytes).toString("latin1");
      connection.end();
      assert.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n1HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n2$/);
    }
  });

  test("shows cut connections as their end", async () => {
    await using app = await createTestApp(
      functionApp().get("/", ({ exchange }) => exchange.abort()),
      {
        transport: "socket",
      },
    );
    await assert.rejects(app.get("/"), { code: "E_TEST_RESPONSE_CUT" });
  });

  test("answers Web requests, piece by piece", async () => {
    const written = functionApp().get("/", async function* pieces() {
      yield "one ";
      yield "two";
    });
    await using app = await createTestApp(written);
    const response = await app.fetch(new Request("http://localhost/"));
    assert.equal(await response.text(), "one two");
  });

  test("lists the routes", async () => {
    await using app = await createTestApp(appModule);
    assert.deepEqual(
      app.routes.map(({ method, path }) => `${method} ${path}`),
      ["GET /greet/:name"],
    );
  });
});
