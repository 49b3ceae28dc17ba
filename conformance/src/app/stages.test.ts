import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  armature,
  Controller,
  defineModule,
  filterOf,
  Get,
  get,
  HttpError,
  inject,
  provide,
  reply,
  token,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UseMiddleware,
  type Context,
  type FilterClass,
  type GuardClass,
  type InterceptorClass,
  type MiddlewareClass,
  type ModuleRef,
  type Next,
  type StageOptions,
  type StandardSchemaV1,
} from "armature";
import { Notes, turn, type Pace } from "./harness/note.ts";
import { WAYS } from "./harness/ways.ts";

const LEVELS = ["app", "module", "controller", "route"] as const;

function stagesOf(notes: Notes, level: string): Required<StageOptions> {
  return {
    middleware: [notes.middleware(`m:${level}`)],
    guards: [notes.guard(`g:${level}`)],
    interceptors: [notes.interceptor(`i:${level}`)],
    filters: [notes.filter(`f:${level}`)],
  };
}

/** A schema that notes that validation ran. */
function noting(notes: Notes, pace: Pace): StandardSchemaV1 {
  const note = (value: unknown): { value: unknown } => {
    notes.list.push("v");
    return { value };
  };
  const validate = pace === "sync" ? note : async (value: unknown) => await turn().then(() => note(value));
  return { "~standard": { version: 1, vendor: "test", validate } };
}

function decoratedModule(notes: Notes, pace: Pace): ModuleRef {
  const at = (level: string): Required<StageOptions> => stagesOf(notes, level);

  @Controller("/c")
  @UseMiddleware(...at("controller").middleware)
  @UseGuards(...at("controller").guards)
  @UseInterceptors(...at("controller").interceptors)
  @UseFilters(...at("controller").filters)
  class NotedController {
    @Get("/:how", { query: noting(notes, pace) })
    @UseMiddleware(...at("route").middleware)
    @UseGuards(...at("route").guards)
    @UseInterceptors(...at("route").interceptors)
    @UseFilters(...at("route").filters)
    handle({ params }: { params: { how: string } }): string | Promise<string> {
      return handle(notes, pace, params.how);
    }
  }
  return defineModule({ ...at("module"), controllers: [NotedController] });
}

function fieldModule(notes: Notes, pace: Pace): ModuleRef {
  const options = { ...stagesOf(notes, "route"), query: noting(notes, pace) };
  class NotedController {
    static readonly path = "/c";
    static readonly options = stagesOf(notes, "controller");
    readonly handle = get("/:how", options, ({ params }) => handle(notes, pace, params.how));
  }
  return defineModule({ ...stagesOf(notes, "module"), controllers: [NotedController] });
}

function handle(notes: Notes, pace: Pace, how: string): string | Promise<string> {
  notes.list.push("handler");
  if (pace === "sync") return finish(how);
  return turn().then(() => finish(how));
}

function finish(how: string): string {
  if (how === "fails") throw new Error("handler");
  return how;
}

const ON_THE_WAY_IN = [
  ...LEVELS.map((level) => `m:${level}`),
  ...LEVELS.map((level) => `g:${level}`),
  "v",
  ...LEVELS.map((level) => `i:${level}`),
  "handler",
];

for (const way of WAYS)
  for (const pace of ["sync", "async"] as const)
    for (const [spelling, module] of Object.entries({ decorated: decoratedModule, fields: fieldModule }))
      describe(`${pace} stages of a ${spelling} route by ${way.name}`, () => {
        test("run from the outside in, and back", async () => {
          const notes = new Notes(pace);
          await using running = await way.start(module(notes, pace), stagesOf(notes, "app"));
          const answer = await running.request("GET", "/c/works");
          assert.equal(answer.text, "works");
          assert.deepEqual(notes.take(), [
            ...ON_THE_WAY_IN,
            ...LEVELS.toReversed().map((level) => `/i:${level}`),
            ...LEVELS.toReversed().map((level) => `/m:${level}`),
          ]);
        });

        test("leave errors to the filters from the inside out, within middleware", async () => {
          const notes = new Notes(pace);
          const answers = defineModule({ imports: [module(notes, pace)] });
          await using running = await way.start(answers, {
            ...stagesOf(notes, "app"),
            filters: [
              notes.filter("f:app"),
              (error) => reply(418, `filtered ${(error as Error).message}`),
              () => assert.fail("the filter before has an answer"),
            ],
          });
          const answer = await running.request("GET", "/c/fails");
          assert.deepEqual([answer.status, answer.text], [418, "filtered handler"]);
          assert.deepEqual(notes.take(), [
            ...ON_THE_WAY_IN,
            ...LEVELS.toReversed().map((level) => `f:${level}(handler)`),
            ...LEVELS.toReversed().map((level) => `/m:${level}`),
          ]);
        });
      });

for (const way of WAYS)
  for (const pace of ["sync", "async"] as const)
    describe(`a ${pace} stage by ${way.name}`, () => {
      const soon = <T>(value: () => T): T | Promise<T> => (pace === "sync" ? value() : turn().then(value));
      const fail = (message: string): never => {
        throw new Error(message);
      };

      test("that is middleware may answer itself, and change the answer behind it", async () => {
        await using running = await way.start(
          armature()
            .use((context, next) =>
              context.request.path === "/short" ? soon(() => reply(202, "short")) : next(context),
            )
            .use((context, next) => {
              context.setHeader("x-a", "1");
              context.addHeader("x-b", "1");
              context.addHeader("x-b", "2");
              const result = next(context);
              return result instanceof Promise ? result.then(() => "changed") : soon(() => "changed");
            })
            .get("/short", () => assert.fail("middleware answered"))
            .get("/long", () => soon(() => "long")),
        );
        const short = await running.request("GET", "/short");
        assert.deepEqual([short.status, short.text], [202, "short"]);
        const long = await running.request("GET", "/long");
        assert.equal(long.text, "changed");
        assert.deepEqual([long.all("x-a").join(), long.all("x-b").join(", ")], ["1", "1, 2"]);
      });

      test("that is a guard refuses by false, or as its error says", async () => {
        await using running = await way.start(
          armature()
            .get("/false", { guards: [() => soon(() => false)] }, () => assert.fail("refused"))
            .get("/true", { guards: [() => soon(() => true)] }, () => "passed")
            .get("/nothing", { guards: [() => soon(() => undefined)] }, () => "passed")
            .get(
              "/error",
              {
                guards: [
                  () =>
                    soon(() => {
                      throw new HttpError(401, "E_LOGIN", "Who are you?", {
                        headers: { "www-authenticate": "Basic" },
                      });
                    }),
                ],
              },
              () => assert.fail("refused"),
            ),
        );
        const refused = await running.request("GET", "/false");
        assert.equal(refused.status, 403);
        assert.equal(refused.problem["code"], "E_FORBIDDEN");
        assert.equal((await running.request("GET", "/true")).text, "passed");
        assert.equal((await running.request("GET", "/nothing")).text, "passed");
        const unknown = await running.request("GET", "/error");
        assert.deepEqual([unknown.status, unknown.header("www-authenticate")], [401, "Basic"]);
        assert.equal(unknown.problem["detail"], "Who are you?");
      });

      test("that is a filter takes the errors of every stage", async () => {
        const route = (stages: StageOptions) => get("/", stages, () => soon(() => fail("handler")));
        const stages: Readonly<Record<string, StageOptions>> = {
          middleware: { middleware: [() => soon(() => fail("middleware"))] },
          guard: { guards: [() => soon(() => fail("guard"))] },
          interceptor: { interceptors: [() => soon(() => fail("interceptor"))] },
          handler: {},
        };
        for (const [name, failing] of Object.entries(stages)) {
          const filter = (error: unknown): unknown =>
            soon(() => ({ caught: error instanceof Error ? error.message : "?" }));
          await using running = await way.start(defineModule({ routes: [route(failing)] }), {
            filters: [filter],
          });
          assert.deepEqual((await running.request("GET", "/")).json, { caught: name });
        }
      });

      test("that is a filter and fails hands its error on", async () => {
        await using running = await way.start(
          armature()
            .catch(filterOf(RangeError, (error) => ({ caught: error.message })))
            .get(
              "/",
              {
                filters: [
                  () =>
                    soon(() => {
                      throw new RangeError("from the filter");
                    }),
                ],
              },
              () => fail("handler"),
            ),
        );
        assert.deepEqual((await running.request("GET", "/")).json, { caught: "from the filter" });
      });

      test("of the application runs for what has no route, except guards and interceptors", async () => {
        const notes = new Notes(pace);
        await using running = await way.start(armature(stagesOf(notes, "app")).get("/", () => "root"));
        assert.equal((await running.request("GET", "/none")).status, 404);
        assert.deepEqual(notes.take(), ["m:app", "f:app(There is nothing at /none.)"]);
        assert.equal((await running.request("POST", "/")).status, 405);
        assert.deepEqual(notes.take(), ["m:app", "f:app(POST is not possible at /.)"]);
        assert.equal((await running.request("OPTIONS", "/")).status, 204);
        assert.deepEqual(notes.take(), ["m:app", "/m:app"]);
      });
    });

const NAME = token<string>("NAME");

class Log {
  readonly lines: string[] = [];
}

class ClassMiddleware implements MiddlewareClass {
  readonly #log = inject(Log);
  use(context: Context, next: Next): unknown {
    this.#log.lines.push("middleware");
    return next(context);
  }
}

class ClassGuard implements GuardClass {
  readonly #log = inject(Log);
  readonly #name = inject(NAME);
  canActivate(context: Context): boolean {
    this.#log.lines.push(`guard of ${this.#name}`);
    return context.request.query["pass"] !== "no";
  }
}

class ClassInterceptor implements InterceptorClass {
  readonly #log = inject(Log);
  intercept(context: Context, next: Next): unknown {
    this.#log.lines.push("interceptor");
    return next(context);
  }
}

class ClassFilter implements FilterClass {
  readonly #log = inject(Log);
  catch(error: unknown): unknown {
    this.#log.lines.push("filter");
    return error instanceof HttpError ? undefined : reply(500, "from the filter");
  }
}

for (const way of WAYS)
  describe(`class stages by ${way.name}`, () => {
    const stages = {
      middleware: [ClassMiddleware],
      guards: [ClassGuard],
      interceptors: [ClassInterceptor],
      filters: [ClassFilter],
    };
    const shared = defineModule({ name: "Shared", global: true, providers: [Log], exports: [Log] });

    test("inject what the module of their level sees, without being listed as providers", async () => {
      class FailingController {
        static readonly path = "/inner";
        readonly works = get("/works", stages, () => "works");
        readonly fails = get("/fails", () => {
          throw new Error("boom");
        });
      }
      const inner = defineModule({
        name: "Inner",
        providers: [provide(NAME, { useValue: "inner" })],
        controllers: [FailingController],
        guards: [ClassGuard],
        filters: [ClassFilter],
      });
      const root = defineModule({
        name: "Root",
        imports: [shared, inner],
        providers: [provide(NAME, { useValue: "root" })],
      });
      await using running = await way.start(root, stages);
      const { lines } = running.app.get(Log);
      assert.equal((await running.request("GET", "/inner/works")).text, "works");
      assert.deepEqual(lines.splice(0), [
        "middleware",
        "middleware",
        "guard of root",
        "guard of inner",
        "guard of inner",
        "interceptor",
        "interceptor",
      ]);
      assert.equal((await running.request("GET", "/inner/fails")).text, "from the filter");
      assert.deepEqual(lines.splice(0).at(-1), "filter");
      assert.equal((await running.request("GET", "/inner/works?pass=no")).status, 403);
    });
  });
