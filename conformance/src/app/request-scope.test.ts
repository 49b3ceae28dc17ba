import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  BootError,
  Controller,
  CURRENT_CONTEXT,
  defineInjectable,
  defineModule,
  Get,
  get,
  inject,
  Injectable,
  provide,
  reply,
  token,
  UseGuards,
  type Context,
  type Next,
} from "armature";
import { LogLines } from "./harness/log-lines.ts";
import { turn } from "./harness/note.ts";
import { eventually, Handover } from "../serve.ts";
import { build, ENGINE_WAYS, WAYS } from "./harness/ways.ts";

/** One of them for each request; counts how many were made and given back. */
class RequestUser {
  static readonly scope = "request" as const;
  static made = 0;
  static disposed: string[] = [];
  readonly #context = inject(CURRENT_CONTEXT);
  readonly number = ++RequestUser.made;

  get name(): string {
    return String(this.#context.request.query["user"]);
  }

  [Symbol.dispose](): void {
    RequestUser.disposed.push(this.name);
  }
}

class UserMiddleware {
  static readonly scope = "request" as const;
  readonly #user = inject(RequestUser);
  use(context: Context, next: Next): unknown {
    context.setHeader("x-middleware-user", `${this.#user.name} ${this.#user.number}`);
    return next(context);
  }
}

class UserGuard {
  static readonly scope = "request" as const;
  readonly #user = inject(RequestUser);
  canActivate(context: Context): boolean {
    context.setHeader("x-guard-user", `${this.#user.name} ${this.#user.number}`);
    return this.#user.name !== "nobody";
  }
}

class UserFilter {
  static readonly scope = "request" as const;
  readonly #user = inject(RequestUser);
  catch(error: unknown): unknown {
    return reply(418, `${(error as Error).message} for ${this.#user.name}`);
  }
}

@Controller("/decorated", { filters: [UserFilter], middleware: [UserMiddleware] })
@Injectable({ scope: "request" })
class DecoratedController {
  readonly #user = inject(RequestUser);

  @Get("/")
  @UseGuards(UserGuard)
  async who(): Promise<object> {
    await turn();
    return { name: this.#user.name, number: this.#user.number };
  }

  @Get("/fails")
  fails(): never {
    throw new Error("failed");
  }
}

class FieldController {
  static readonly path = "/fields";
  static readonly scope = "request" as const;
  static readonly options = { filters: [UserFilter], middleware: [UserMiddleware] };
  readonly #user = inject(RequestUser);
  readonly who = get("/", { guards: [UserGuard] }, async () => {
    await turn();
    return { name: this.#user.name, number: this.#user.number };
  });
  readonly fails = get("/fails", (): never => {
    throw new Error("failed");
  });
}

const module = defineModule({
  providers: [RequestUser],
  controllers: [DecoratedController, FieldController],
});

for (const way of WAYS)
  describe(`the request scope by ${way.name}`, () => {
    for (const path of ["/decorated", "/fields"])
      test(`gives each request of ${path} its own controller, stages and providers, and shares them within it`, async () => {
        await using running = await way.start(module);
        RequestUser.made = 0;
        RequestUser.disposed = [];
        const names = ["ada", "grace", "barbara", "edsger"];
        const answers = await Promise.all(
          names.map(async (name) => await running.request("GET", `${path}?user=${name}`)),
        );
        const seen = new Set<number>();
        for (const [at, answer] of answers.entries()) {
          const { name, number } = answer.json as { name: string; number: number };
          assert.equal(name, names[at]);
          assert.equal(answer.header("x-middleware-user"), `${name} ${number}`);
          assert.equal(answer.header("x-guard-user"), `${name} ${number}`);
          seen.add(number);
        }
        assert.equal(seen.size, names.length);
        assert.equal(RequestUser.made, names.length);
        await eventually(() => RequestUser.disposed.length === names.length);
        assert.deepEqual(RequestUser.disposed.toSorted(), names.toSorted());
      });

    test("is disposed where a guard refuses and where a handler fails", async () => {
      await using running = await way.start(module);
      RequestUser.disposed = [];
      assert.equal(
        (await running.request("GET", "/fields?user=nobody")).text,
        "You may not do this. for nobody",
      );
      assert.equal((await running.request("GET", "/decorated/fails?user=ada")).text, "failed for ada");
      await eventually(() => RequestUser.disposed.length === 2);
      assert.deepEqual(RequestUser.disposed, ["nobody", "ada"]);
    });

    test("is open to handlers of singletons through context.inject, once for each request", async () => {
      const handler = (context: Context): unknown => {
        const user = context.inject(RequestUser);
        return { same: user === context.inject(RequestUser), name: user.name };
      };
      await using running = await way.start(
        defineModule({
          providers: [RequestUser],
          routes: [get("/", (context) => handler(context) as object)],
        }),
      );
      assert.deepEqual((await running.request("GET", "/?user=ada")).json, { same: true, name: "ada" });
    });

    test("waits for asynchronous factories in front of a controller, and says so where nobody can wait", async () => {
      const SESSION = token<string>("SESSION");
      class SessionController {
        static readonly scope = "request" as const;
        readonly #session = inject(SESSION);
        readonly session = get("/", () => this.#session);
      }
      const withSession = defineModule({
        providers: [
          provide(SESSION, {
            scope: "request",
            inject: [CURRENT_CONTEXT],
            useFactory: async (context) => {
              await turn();
              return `session of ${context.request.path}`;
            },
          }),
        ],
        controllers: [SessionController],
        routes: [get("/now", (context) => context.inject(SESSION))],
      });
      const lines = new LogLines();
      await using running = await way.start(withSession, { logger: lines.logger });
      assert.equal((await running.request("GET", "/")).text, "session of /");
      assert.equal((await running.request("GET", "/now")).status, 500);
      assert.equal(lines.errorCodes().join(), "E_DI_ASYNC");
    });

    test("is disposed when a stream has ended, not before", async () => {
      const STATE = defineInjectable(
        class {
          disposed = false;
          [Symbol.dispose](): void {
            this.disposed = true;
          }
        },
        { scope: "request" },
      );
      const seen: boolean[] = [];
      const states: InstanceType<typeof STATE>[] = [];
      const streaming = get("/", async function* pieces(context) {
        const state = context.inject(STATE);
        states.push(state);
        yield "a";
        await turn();
        seen.push(state.disposed);
        yield "b";
      });
      await using running = await way.start(defineModule({ providers: [STATE], routes: [streaming] }));
      assert.equal((await running.request("GET", "/")).text, "ab");
      assert.deepEqual(seen, [false]);
      await eventually(() => states[0]?.disposed === true);
    });

    test("that cannot be disposed is logged and harms nobody", async () => {
      class Stubborn {
        static readonly scope = "request" as const;
        async [Symbol.asyncDispose](): Promise<void> {
          await turn();
          throw new Error("not me");
        }
      }
      const lines = new LogLines();
      await using running = await way.start(
        defineModule({
          providers: [Stubborn],
          routes: [get("/", (context) => ({ made: context.inject(Stubborn) instanceof Stubborn }))],
        }),
        { logger: lines.logger },
      );
      assert.deepEqual((await running.request("GET", "/")).json, { made: true });
      await eventually(() => lines.all.length === 1);
      assert.match(String(lines.all[0]?.message), /could not be disposed/);
    });
  });

for (const way of ENGINE_WAYS)
  test(`the request scope by ${way.name} is disposed when the client leaves`, async () => {
    RequestUser.disposed = [];
    const left = new Handover<void>();
    const began = new Handover<void>();
    const waiting = get("/", async (context) => {
      const { name } = context.inject(RequestUser);
      began.give();
      await left.taken;
      return name;
    });
    await using running = await way.start(defineModule({ providers: [RequestUser], routes: [waiting] }));
    const client = running.connect();
    await client.send("GET /?user=ada HTTP/1.1\r\nhost: a\r\n\r\n");
    await began.taken;
    client[Symbol.dispose]();
    left.give();
    await eventually(() => RequestUser.disposed.length === 1);
    assert.deepEqual(RequestUser.disposed, ["ada"]);
  });

test("a singleton that wants something of a request is a mistake that is found at the start", async () => {
  class Singleton {
    readonly user = inject(RequestUser);
  }
  await assert.rejects(build(defineModule({ providers: [RequestUser, Singleton] }), {}), (error) => {
    assert.ok(error instanceof BootError);
    assert.deepEqual(
      error.faults.map(({ code }) => code),
      ["E_DI_SCOPE"],
    );
    assert.match(error.message, /Singleton.*RequestUser/);
    return true;
  });
});
