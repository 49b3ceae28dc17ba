import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StandardSchemaV1 } from "@armature/schema";
import { PlainModule, testContext } from "../context/test-context.test.kit.ts";
import { defineModule, type ModuleOptions } from "../module/module-definition.ts";
import type { Context } from "../context/context.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Constructor, Guard } from "../pipeline/stages.ts";
import { collectEntries, collectRoutes, type CollectedRoute, type RouteRoot } from "./collect-routes.ts";
import { Get, UseGuards } from "./route-decorators.ts";
import { get, post } from "./route-field.ts";
import { RouteGroup } from "./route-group.ts";
import type { StageOptions } from "./route-options.ts";

const { context } = testContext(new Request("http://localhost/"));

function makeModule(options: ModuleOptions): PlainModule {
  return new PlainModule(defineModule(options));
}

interface Surroundings {
  readonly prefix?: string;
  readonly stages?: StageOptions;
}

function collect(options: ModuleOptions, { prefix = "", stages = {} }: Surroundings = {}): CollectedRoute[] {
  const module = makeModule(options);
  return collectRoutes([module], { module, prefix, stages });
}

function pathsOf(routes: readonly CollectedRoute[]): string[] {
  return routes.map(({ definition: { info } }) => `${info.method} ${info.path}`);
}

const seen: string[] = [];

/** Runs the guards of a route, and gives their names. */
function guardsOf(route: CollectedRoute | undefined): string[] {
  seen.length = 0;
  for (const one of route?.definition.stages.guards ?? []) void one(context);
  return seen.splice(0);
}

function guard(name: string): Guard {
  return () => void seen.push(name);
}

class ClassGuard {
  canActivate(): void {
    seen.push("class");
  }
}

describe("the path of a route", () => {
  test("is that of application, module, controller and route, with one slash between them", () => {
    class UserController {
      static readonly path = "users/";
      readonly list = get("/", () => "list");
      readonly find = get(":id", () => "find");
      readonly slash = get("/slash/", () => "slash");
    }
    const module = { prefix: "/module/", controllers: [UserController], routes: [get("health", () => "up")] };
    assert.deepEqual(pathsOf(collect(module, { prefix: "api" })), [
      "GET /api/module/health",
      "GET /api/module/users",
      "GET /api/module/users/:id",
      "GET /api/module/users/slash/",
    ]);
    assert.deepEqual(pathsOf(collect({ routes: [get("/", () => "root")] })), ["GET /"]);
  });

  test("of a group is that of all groups around it", () => {
    const leaf = get("/leaf", () => "leaf");
    const inner = new RouteGroup("/inner/:id", {}, [leaf, post("/", () => "post")]);
    const routes = [new RouteGroup("/outer", {}, [inner, leaf]), leaf];
    assert.deepEqual(pathsOf(collect({ prefix: "/m", routes })), [
      "GET /m/outer/inner/:id/leaf",
      "POST /m/outer/inner/:id",
      "GET /m/outer/leaf",
      "GET /m/leaf",
    ]);
  });

  test("of an application's own route is in front of no module", () => {
    const module = makeModule({ prefix: "/module" });
    const root: RouteRoot = { module: new PlainModule(), prefix: "", stages: {} };
    assert.deepEqual(pathsOf(collectEntries([get("/health", () => "up")], root)), ["GET /health"]);
    assert.deepEqual(pathsOf(collectRoutes([module], root)), []);
  });
});

describe("the stages of a route", () => {
  const around = { guards: [guard("application")] };

  test("are those of application, module, controller, method and route, the outermost first", () => {
    @UseGuards(guard("decorator"))
    class UserController {
      static readonly options = { guards: [guard("controller")] };

      @Get("/decorated", { guards: [guard("route")] })
      @UseGuards(guard("method"))
      decorated(): string {
        return "";
      }

      readonly field = get("/field", { guards: [guard("field")] }, () => "");
    }
    const module = { guards: [guard("module")], controllers: [UserController] };
    const [decorated, field] = collect(module, { stages: around });
    const outside = ["application", "module", "controller", "decorator"];
    assert.deepEqual(guardsOf(decorated), [...outside, "method", "route"]);
    assert.deepEqual(guardsOf(field), [...outside, "field"]);
  });

  test("of groups stand around those of their routes, and around those of no others", () => {
    const leaf = get("/leaf", { guards: [guard("leaf")] }, () => "");
    const inner = new RouteGroup("/inner", { guards: [guard("inner")] }, [leaf]);
    const outer = new RouteGroup("/outer", { guards: [guard("outer")] }, [inner]);
    const [deep, plain] = collect({ guards: [guard("module")], routes: [outer, leaf] }, { stages: around });
    assert.deepEqual(guardsOf(deep), ["application", "module", "outer", "inner", "leaf"]);
    assert.deepEqual(guardsOf(plain), ["application", "module", "leaf"]);
  });

  test("are asked the other way round where they are filters", () => {
    const filter = (name: string) => (): void => void seen.push(name);
    const routes = [get("/", { filters: [filter("route 1"), filter("route 2")] }, () => "")];
    const [route] = collect(
      { filters: [filter("module")], routes },
      { stages: { filters: [filter("application")] } },
    );
    for (const one of route?.definition.stages.filters ?? []) one(new Error("x"), context);
    assert.deepEqual(seen.splice(0), ["route 1", "route 2", "module", "application"]);
  });

  test("see the providers of the module that names them", () => {
    const asked: [string, Constructor<object>][] = [];
    class NamedModule extends PlainModule {
      override readonly name: string;
      constructor(name: string, options: ModuleOptions) {
        super(defineModule(options));
        this.name = name;
      }
      override instanceOf<T extends object>(type: Constructor<T>): T {
        asked.push([this.name, type]);
        return super.instanceOf(type);
      }
    }
    class OtherGuard extends ClassGuard {}
    const module = new NamedModule("module", { guards: [ClassGuard], routes: [get("/", () => "")] });
    const root = new NamedModule("root", {});
    const [route] = collectRoutes([module], { module: root, prefix: "", stages: { guards: [OtherGuard] } });
    assert.deepEqual(asked, [
      ["root", OtherGuard],
      ["module", ClassGuard],
    ]);
    assert.deepEqual(guardsOf(route), ["class", "class"]);
  });

  test("that are none are refused, with the place of the route", () => {
    const routes = [get("/a", { guards: [undefined as unknown as Guard] }, () => ""), get("/b", () => "")];
    assert.throws(
      () => collect({ routes }),
      (error: unknown) => {
        assert.ok(error instanceof AggregateError);
        assert.equal(error.errors.length, 1);
        const [placed] = error.errors as [{ place: string; cause: unknown }];
        assert.equal(placed.place, "GET /a");
        assert.equal((placed.cause as { code: string }).code, "E_STAGE_INVALID");
        return true;
      },
    );
  });
});

describe("the conditions of a route", () => {
  test("are those of its controller or group, unless it says something itself", () => {
    class HostController {
      static readonly options = { host: "outer.com", version: "1" };
      readonly outer = get("/outer", () => "");
      readonly inner = get("/inner", { host: "Inner.com" }, () => "");
    }
    const group = new RouteGroup("/g", { version: ["1", "2"] }, [
      new RouteGroup("/h", { host: "*.group.com" }, [get("/leaf", () => "")]),
    ]);
    const routes = collect({ controllers: [HostController], routes: [group] });
    assert.deepEqual(
      routes.map(({ conditions }) => conditions),
      [
        { hosts: ["*.group.com"], versions: ["1", "2"] },
        { hosts: ["outer.com"], versions: ["1"] },
        { hosts: ["inner.com"], versions: ["1"] },
      ],
    );
  });
});

describe("what is known of a route", () => {
  const schema: StandardSchemaV1 = {
    "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) },
  };

  test("is its name: the class and member, else the function's, else method and path", () => {
    class UserController {
      readonly list = get("/list", () => "");
      @Get("/find")
      find(): string {
        return "";
      }
    }
    function named(): string {
      return "";
    }
    const routes = collect({
      controllers: [UserController],
      routes: [get("/a", named), get("/b", () => "")],
    });
    assert.deepEqual(
      routes.map(({ definition: { info } }) => info.name),
      ["named", "GET /b", "UserController.find", "UserController.list"],
    );
  });

  test("is what it declares, with no key for what it does not", () => {
    const route = get(
      "/",
      { query: schema, response: { 200: schema }, meta: { a: 1 }, maxBodyBytes: 7 },
      () => "",
    );
    const [{ definition } = assert.fail("one route")] = collect({ routes: [route] });
    const { errors, ...known } = definition.info;
    assert.ok(errors.length > 0);
    assert.deepEqual(known, {
      method: "GET",
      path: "/",
      name: "GET /",
      module: "TestModule",
      controller: null,
      schemas: { query: schema, response: { 200: schema } },
      docs: {},
      meta: { a: 1 },
      maxBodyBytes: 7,
      hosts: null,
      versions: null,
      stages: [],
      constant: null,
    });
    assert.equal(definition.maxBodyBytes, 7);
    const [{ definition: plain } = assert.fail("one route")] = collect({ routes: [get("/", () => "")] });
    assert.deepEqual([plain.info.schemas, plain.info.meta, plain.maxBodyBytes], [{}, {}, undefined]);
  });
});

describe("the handler of a route", () => {
  class CountController {
    #count = 0;
    readonly field = get("/field", () => ++this.#count);
    @Get("/method")
    method(): number {
      return ++this.#count;
    }
  }

  test("belongs to the one instance of its controller", () => {
    const results = collect({ controllers: [CountController] }).map(({ definition }) =>
      definition.handler(context),
    );
    assert.deepEqual(results, [1, 2]);
  });

  test("is the subclass's where it overrides the method or the field", () => {
    class SubController extends CountController {
      override readonly field = get("/field", () => -1);
      override method(): number {
        return -2;
      }
    }
    const routes = collect({ controllers: [SubController] });
    assert.deepEqual(pathsOf(routes), ["GET /method", "GET /field"]);
    assert.deepEqual(
      routes.map(({ definition }) => definition.handler(context)),
      [-2, -1],
    );
  });

  test("belongs to an instance of its own for each request where the controller is the request's", async () => {
    class RequestModule extends PlainModule {
      made = 0;
      override isPerRequest(): boolean {
        return true;
      }
      override instanceOf(): never {
        return assert.fail("made for no request");
      }
    }
    const module = new RequestModule(defineModule({ controllers: [CountController] }));
    const routes = collectRoutes([module], { module, prefix: "", stages: {} });
    assert.equal(module.made, 0);
    const made: object[] = [];
    const request = (pace: "sync" | "async"): RequestContext => {
      const resolve = (type: Constructor<object>): unknown => {
        const instance = new type();
        made.push(instance);
        return pace === "sync" ? instance : Promise.resolve(instance);
      };
      return { resolve } as unknown as RequestContext; // all that handlers ask of it
    };
    const call = (at: number, of: Context): unknown => routes[at]?.definition.handler(of);
    const sync = request("sync");
    assert.deepEqual([call(0, sync), call(1, sync)], [1, 1]);
    const later = call(1, request("async"));
    assert.ok(later instanceof Promise);
    assert.equal(await later, 1);
    assert.equal(new Set(made).size, 3);
  });
});

describe("a controller without routes", () => {
  class EmptyController {
    readonly name = "no route";
  }
  const codesOf = (error: unknown): boolean => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(
      error.errors.map(({ code }: { code: string }) => code),
      ["E_CONTROLLER_EMPTY"],
    );
    return true;
  };

  test("is refused, and the others are looked at all the same", () => {
    class FineController {
      readonly fine = get("/fine", () => "");
    }
    assert.throws(() => collect({ controllers: [EmptyController, FineController] }), codesOf);
  });

  test("is nobody's mistake as long as nothing was constructed", () => {
    class DraftedModule extends PlainModule {
      override readonly isConstructed: boolean = false;
    }
    const module = new DraftedModule(defineModule({ controllers: [EmptyController] }));
    assert.deepEqual(collectRoutes([module], { module, prefix: "", stages: {} }), []);
  });
});
