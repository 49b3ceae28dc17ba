import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  armature,
  BootError,
  defineModule,
  get,
  inject,
  provide,
  token,
  type AppOptions,
  type ModuleRef,
  type Provider,
  type StandardSchemaV1,
} from "armature";
import { build, type Source } from "./harness/ways.ts";

/** Boots what cannot start, and gives the mistakes. */
async function faultsOf(source: Source, options: AppOptions = {}): Promise<BootError["faults"]> {
  let caught: unknown;
  try {
    const app = await build(source, options);
    await app.close();
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof BootError, `expected a BootError, got ${String(caught)}`);
  assert.equal(caught.code, "E_BOOT");
  for (const { code, message } of caught.faults) {
    assert.ok(caught.message.includes(code), code);
    assert.ok(caught.message.includes(message), message);
    assert.match(message, /[.?]$/);
  }
  return caught.faults;
}

async function codesOf(source: Source, options: AppOptions = {}): Promise<string[]> {
  return (await faultsOf(source, options)).map(({ code }) => code);
}

/** What JavaScript may pass, and TypeScript would not. */
function unchecked(value: unknown): never {
  return value as never;
}

const started: string[] = [];

class Starts {
  onModuleInit(): void {
    started.push("onModuleInit");
  }
  onApplicationBootstrap(): void {
    started.push("onApplicationBootstrap");
  }
}

const MADE = token<string>("MADE");
const starts: Provider[] = [
  Starts,
  provide(MADE, {
    useFactory: () => {
      started.push("factory");
      return "made";
    },
  }),
];

const MISSING = token<string>("MISSING");
class NeedsMissing {
  readonly missing = inject(MISSING);
}
class EmptyController {
  readonly name = "no routes";
}
const noSchema: StandardSchemaV1 = unchecked({ not: "a schema" });

describe("an application with many mistakes", () => {
  const broken = defineModule({
    name: "BrokenModule",
    imports: [
      unchecked(undefined),
      unchecked(class NoModule {}),
      defineModule({ name: "FineModule", providers: starts, exports: [MADE] }),
    ],
    providers: [NeedsMissing],
    controllers: [EmptyController],
    routes: [
      get("/twice/:id", () => "a"),
      get("/twice/:name", () => "b"),
      get("/bad/:", () => "c"),
      get("/bad/:id(nothing)", () => "d"),
      get("/schema", { query: noSchema }, () => "e"),
      get("/guard", { guards: [unchecked(undefined)] }, () => "f"),
      get("/host", { host: "not a host" }, () => "g"),
    ],
  });
  const options: AppOptions = unchecked({
    limits: { maxBodyBytes: -1, headersTimeoutMs: "soon", maxHeaderByte: 3 },
    requestLogs: true,
    middlewares: [],
  });

  test("hears of all of them at once, with codes and what to do", async () => {
    const faults = await faultsOf(broken, options);
    const codes = faults.map(({ code }) => code);
    for (const code of ["E_OPTION_UNKNOWN", "E_LIMIT_INVALID", "E_MODULE_INVALID"])
      assert.ok(codes.includes(code), `${code} is missing among ${codes.join()}`);
    assert.equal(codes.filter((code) => code === "E_MODULE_INVALID").length, 2);
    const text = faults.map(({ message }) => message).join("\n");
    for (const said of [
      /requestLogs/,
      /middlewares/,
      /maxBodyBytes/,
      /headersTimeoutMs/,
      /maxHeaderByte/,
      /NoModule/,
    ])
      assert.match(text, said);
  });

  test("hears of those of its providers and routes together, once its modules can be followed", async () => {
    const { imports: _imports, ...rest } = broken.options;
    const followed = defineModule({
      ...rest,
      imports: [defineModule({ name: "FineModule", providers: starts })],
    });
    const faults = await faultsOf(followed, options);
    const codes = new Set(faults.map(({ code }) => code));
    for (const code of [
      "E_OPTION_UNKNOWN",
      "E_LIMIT_INVALID",
      "E_DI_MISSING",
      "E_STAGE_INVALID",
      "E_SCHEMA_INVALID",
      "E_ROUTE_HOST",
      "E_ROUTE_PATTERN",
      "E_ROUTE_CONSTRAINT",
      "E_ROUTE_DUPLICATE",
    ])
      assert.ok(codes.has(code), `${code} is missing among ${[...codes].join()}`);
  });

  test("hears of all its broken routes together", async () => {
    const routes = [
      get("/twice/:id", () => "a"),
      get("/twice/:name", () => "b"),
      get("/bad/:", () => "c"),
      get("/bad/:id(nothing)", () => "d"),
      get("/bad/:a/:a", () => "e"),
    ];
    const codes = await codesOf(defineModule({ name: "Routes", routes }));
    assert.deepEqual(codes.toSorted(), [
      "E_ROUTE_CONSTRAINT",
      "E_ROUTE_DUPLICATE",
      "E_ROUTE_PARAM_DUPLICATE",
      "E_ROUTE_PATTERN",
    ]);
  });

  test("starts nothing", async () => {
    started.length = 0;
    const fine = defineModule({ name: "FineModule", providers: starts, exports: [MADE] });
    const mistakes: readonly [ModuleRef, AppOptions][] = [
      [broken, options],
      [defineModule({ imports: [fine], providers: [NeedsMissing] }), {}],
      [defineModule({ imports: [fine], controllers: [EmptyController] }), {}],
      [defineModule({ imports: [fine], routes: [get("bad/:", () => "a")] }), {}],
      [fine, options],
    ];
    for (const [module, given] of mistakes) await faultsOf(module, given);
    assert.deepEqual(started, []);
  });
});

/** One mistake each, with the code and what its message names. */
const MISTAKES: Readonly<
  Record<string, readonly [source: Source, options: AppOptions, code: string, says: RegExp]>
> = {
  "an unknown option": [defineModule({}), unchecked({ prefxi: "/a" }), "E_OPTION_UNKNOWN", /prefxi/],
  "a limit that is no number": [
    defineModule({}),
    { limits: { maxBodyBytes: Number.NaN } },
    "E_LIMIT_INVALID",
    /maxBodyBytes.*NaN/,
  ],
  "an unknown limit": [
    defineModule({}),
    unchecked({ limits: { maxBodySize: 1 } }),
    "E_OPTION_UNKNOWN",
    /maxBodySize/,
  ],
  "an import that is undefined": [
    defineModule({ name: "RootModule", imports: [unchecked(undefined)] }),
    {},
    "E_MODULE_INVALID",
    /import 1 of RootModule is undefined.*\(\) =>/,
  ],
  "an import that is no module": [
    defineModule({ imports: [unchecked(class Plain {})] }),
    {},
    "E_MODULE_INVALID",
    /Plain.*@Module/,
  ],
  "a root that is no module": [unchecked({}), {}, "E_MODULE_INVALID", /root module/],
  "a missing provider": [
    defineModule({ name: "Root", providers: [NeedsMissing] }),
    {},
    "E_DI_MISSING",
    /MISSING/,
  ],
  "a provider that is exported and not imported": [
    defineModule({
      name: "Root",
      imports: [
        defineModule({
          name: "Between",
          imports: [
            defineModule({
              name: "Home",
              providers: [provide(MISSING, { useValue: "" })],
              exports: [MISSING],
            }),
          ],
        }),
      ],
      providers: [NeedsMissing],
    }),
    {},
    "E_DI_MISSING",
    /Home/,
  ],
  "providers that need each other": [
    (() => {
      class First {
        readonly second: unknown = inject(Second);
      }
      class Second {
        readonly first: unknown = inject(First);
      }
      return defineModule({ providers: [First, Second] });
    })(),
    {},
    "E_DI_CYCLE",
    /First.*Second|Second.*First/,
  ],
  "a controller without routes": [
    defineModule({ controllers: [EmptyController] }),
    {},
    "E_CONTROLLER_EMPTY",
    /EmptyController/,
  ],
  "a controller that is undefined": [
    defineModule({ name: "Root", controllers: [unchecked(undefined)] }),
    {},
    "E_CONTROLLER_INVALID",
    /Root/,
  ],
  "a guard that is undefined": [
    defineModule({ routes: [get("/a", { guards: [unchecked(undefined)] }, () => "a")] }),
    {},
    "E_STAGE_INVALID",
    /undefined/,
  ],
  "middleware that is no function": [
    defineModule({}),
    unchecked({ middleware: ["cors"] }),
    "E_STAGE_INVALID",
    /cors/,
  ],
  "the same route twice": [
    defineModule({ routes: [get("/a/:x", () => "a"), get("/a/:y", () => "b")] }),
    {},
    "E_ROUTE_DUPLICATE",
    /\/a\/:x.*\/a\/:y/s,
  ],
  "the same route twice under one condition": [
    defineModule({ routes: [get("/a", { host: "a.b" }, () => "a"), get("/a", { host: "a.b" }, () => "b")] }),
    {},
    "E_ROUTE_DUPLICATE",
    /\/a/,
  ],
  "a pattern that is none": [
    defineModule({ routes: [get("/a/:", () => "a")] }),
    {},
    "E_ROUTE_PATTERN",
    /\/a\/:/,
  ],
  "an unknown constraint": [
    defineModule({ routes: [get("/:id(even)", () => "a")] }),
    {},
    "E_ROUTE_CONSTRAINT",
    /even/,
  ],
  "a schema that is none": [
    defineModule({ routes: [get("/a", { query: noSchema }, () => "a")] }),
    {},
    "E_SCHEMA_INVALID",
    /schema/i,
  ],
  "a schema of an answer that is none": [
    defineModule({
      routes: [
        get(
          "/a",
          { response: { 200: noSchema } },
          unchecked(() => "a"),
        ),
      ],
    }),
    {},
    "E_SCHEMA_INVALID",
    /schema/i,
  ],
  "a host that is none": [
    defineModule({ routes: [get("/a", { host: "http://a" }, () => "a")] }),
    {},
    "E_ROUTE_HOST",
    /http:\/\/a/,
  ],
  "a version where the application has none": [
    defineModule({ routes: [get("/a", { version: "1" }, () => "a")] }),
    {},
    "E_ROUTE_VERSION",
    /\/a.*versioning/,
  ],
  "versioning that is none": [
    defineModule({}),
    unchecked({ versioning: { type: "cookie" } }),
    "E_OPTION_INVALID",
    /versioning.*cookie/,
  ],
  "a route that is none": [
    defineModule({ name: "Root", routes: [unchecked(undefined)] }),
    {},
    "E_ROUTE_INVALID",
    /Route 1 of Root/,
  ],
  "a list of stages that is none": [
    defineModule({}),
    unchecked({ middleware: () => "cors" }),
    "E_OPTION_INVALID",
    /middleware.*list/,
  ],
  "a logger that is none": [defineModule({}), unchecked({ logger: String }), "E_OPTION_INVALID", /logger/],
  "a way to decompress that is none": [
    defineModule({}),
    unchecked({ decompress: { codings: ["lzma"], maxRatio: 0 } }),
    "E_OPTION_INVALID",
    /decompress.*gzip, deflate, br, zstd.*lzma/,
  ],
  "health that is none": [
    defineModule({}),
    unchecked({ health: { readyy: {} } }),
    "E_OPTION_INVALID",
    /health/,
  ],
  "a limit of a route that is none": [
    defineModule({ routes: [get("/a", { maxBodyBytes: -1 }, () => "a")] }),
    {},
    "E_LIMIT_INVALID",
    /maxBodyBytes.*-1/,
  ],
  "an override of what nobody provides": [
    defineModule({}),
    { overrides: [provide(MISSING, { useValue: "" })] },
    "E_DI_OVERRIDE_UNKNOWN",
    /MISSING/,
  ],
  "a prefix that is no path": [
    armature().get("/a", () => "a"),
    { prefix: "/a/:" },
    "E_ROUTE_PATTERN",
    /\/a\/:/,
  ],
};

for (const [name, [source, options, code, says]] of Object.entries(MISTAKES))
  test(`${name} is one mistake, and says what and where`, async () => {
    const faults = await faultsOf(source, options);
    assert.deepEqual(
      faults.map((fault) => fault.code),
      [code],
    );
    const [fault] = faults;
    assert.match(`${fault?.path.join(" > ")} ${fault?.message}`, says);
  });

test("a mistake of a route says which route it is", async () => {
  class UserController {
    static readonly path = "/users";
    readonly find = get("/:id", { query: noSchema }, () => "a");
  }
  const [fault] = await faultsOf(defineModule({ controllers: [UserController] }));
  assert.deepEqual(fault?.path, ["GET /users/:id (UserController.find)"]);
});

test("a mistake that stands in front of many routes is said once", async () => {
  class UserController {
    static readonly options = { guards: [unchecked(undefined)] };
    readonly one = get("/one", () => "a");
    readonly two = get("/two", () => "a");
  }
  assert.deepEqual(await codesOf(defineModule({ controllers: [UserController] })), ["E_STAGE_INVALID"]);
});

test("a class that is a stage in the wrong place is a mistake", async () => {
  class NotAGuard {
    readonly use = "no method";
  }
  const codes = await codesOf(
    defineModule({ routes: [get("/a", { guards: [unchecked(NotAGuard)] }, () => "a")] }),
  );
  assert.deepEqual(codes, ["E_STAGE_INVALID"]);
});
