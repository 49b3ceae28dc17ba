import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Controller, readController } from "../module/controller.ts";
import type { Context } from "../context/context.ts";
import type { Guard } from "../pipeline/stages.ts";
import { addMethodStages, controllerMetadata, metadataChain, routedMethods } from "./controller-metadata.ts";
import {
  defineMethodDecorator,
  Delete,
  Get,
  Head,
  Options,
  Patch,
  Post,
  Put,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UseMiddleware,
} from "./route-decorators.ts";
import type { StageOptions } from "./route-options.ts";

/** A guard that is told from others by its name. */
function guard(name: string): Guard {
  return Object.defineProperty(() => true, "name", { value: name });
}

const [a, b, c, d] = ["a", "b", "c", "d"].map(guard) as [Guard, Guard, Guard, Guard];

function guardNames(levels: readonly StageOptions[]): string[] {
  return levels.flatMap(({ guards = [] }) => guards.map(({ name }) => name));
}

/** Each method with its routes and the names of its guards, from the outside in. */
function methodsOf(
  type: new () => object,
): Record<string, readonly [routes: readonly string[], guards: readonly string[]]> {
  return Object.fromEntries(
    routedMethods(type).map(({ name, routes, stages }) => [
      name,
      [routes.map(({ method, path }) => `${method} ${path}`), guardNames(stages)],
    ]),
  );
}

/** What a decorator is told of a member that the compiler would not let it stand on. */
function member(name: string | symbol, kind: { static?: boolean; private?: boolean }): never {
  return { kind: "method", name, static: false, private: false, metadata: {}, ...kind } as never;
}

describe("routes of methods", () => {
  test("have a decorator for each method, and for any other", () => {
    const Report = defineMethodDecorator("REPORT");
    class AnyController {
      @Get("/1")
      @Post("/2")
      @Put("/3")
      @Patch("/4")
      @Delete("/5")
      @Head("/6")
      @Options("/7")
      @Report("/8")
      all(): string {
        return "";
      }
    }
    const [routes = []] = methodsOf(AnyController)["all"] ?? [];
    assert.deepEqual(routes.toSorted(), [
      "DELETE /5",
      "GET /1",
      "HEAD /6",
      "OPTIONS /7",
      "PATCH /4",
      "POST /2",
      "PUT /3",
      "REPORT /8",
    ]);
  });

  test("have the path of their controller where they have none of their own", () => {
    class AnyController {
      @Get()
      index(): string {
        return "";
      }
    }
    assert.deepEqual(methodsOf(AnyController), { index: [["GET /"], []] });
  });

  test("keep their options", () => {
    const options = { maxBodyBytes: 5, meta: { a: 1 } };
    class AnyController {
      @Post("/", options)
      add(): string {
        return "";
      }
    }
    assert.equal(routedMethods(AnyController)[0]?.routes[0]?.options, options);
  });

  test("belong to each class alone", () => {
    class OneController {
      @Get("/one")
      one(): string {
        return "";
      }
    }
    class OtherController {
      @Get("/other")
      other(): string {
        return "";
      }
    }
    class NoController {}
    assert.deepEqual(Object.keys(methodsOf(OneController)), ["one"]);
    assert.deepEqual(Object.keys(methodsOf(OtherController)), ["other"]);
    assert.deepEqual([methodsOf(NoController), metadataChain(NoController)], [{}, []]);
  });

  for (const [what, name, kind] of [
    ["static", "find", { static: true }],
    ["private", "#find", { private: true }],
    ["without a name", Symbol("find"), {}],
  ] as const)
    test(`are refused on a method that is ${what}`, () => {
      assert.throws(() => Get("/")(() => "", member(name, kind)), {
        code: "E_ROUTE_METHOD",
        message: new RegExp(`got ${"static" in kind ? "static " : ""}.*find`),
      });
      assert.throws(() => addMethodStages(member(name, kind), {}), { code: "E_ROUTE_METHOD" });
    });

  test("need decorators with metadata", () => {
    assert.throws(() => controllerMetadata(undefined), { code: "E_DECORATOR_METADATA" });
  });
});

describe("stages of controllers and methods", () => {
  test("stand in the order in which they are written, the first outermost", () => {
    @UseGuards(a, b)
    @Controller("/x", { guards: [c] })
    @UseGuards(d)
    class AnyController {
      @UseGuards(a)
      @Get("/")
      @UseGuards(b, c)
      @UseGuards(d)
      find(): string {
        return "";
      }
    }
    assert.deepEqual(methodsOf(AnyController)["find"]?.[1], ["a", "b", "c", "d"]);
    // What @Controller itself is told stands in front of the decorators beside it.
    assert.deepEqual(guardNames(readController(AnyController).options), ["c", "a", "b", "d"]);
  });

  test("are of each kind", () => {
    const pass = (_context: Context, next: (context: Context) => unknown): unknown => next(_context);
    const ignore = (): undefined => undefined;
    @UseMiddleware(pass)
    @UseInterceptors(pass)
    @UseFilters(ignore)
    class AnyController {}
    assert.deepEqual(Object.assign({}, ...readController(AnyController).options), {
      middleware: [pass],
      interceptors: [pass],
      filters: [ignore],
    });
  });
});

describe("a subclass of a controller", () => {
  @Controller("/base", { host: "base.example.com" })
  @UseGuards(a)
  class BaseController {
    @Get("/find")
    @Get("/look")
    @UseGuards(b)
    find(): string {
      return "base";
    }

    @Post("/add")
    add(): string {
      return "base";
    }
  }

  test("has the routes, stages, path and options of its base, and leaves them as they are", () => {
    class SubController extends BaseController {
      @Get("/own")
      own(): string {
        return "sub";
      }
    }
    assert.deepEqual(methodsOf(SubController), {
      find: [["GET /look", "GET /find"], ["b"]],
      add: [["POST /add"], []],
      own: [["GET /own"], []],
    });
    const { path, options } = readController(SubController);
    assert.deepEqual([path, guardNames(options)], ["/base", ["a"]]);
    assert.deepEqual(Object.keys(methodsOf(BaseController)), ["find", "add"]);
  });

  test("keeps the routes and guards of a method that it overrides without a word", () => {
    class SubController extends BaseController {
      override find(): string {
        return "sub";
      }
    }
    assert.deepEqual(methodsOf(SubController)["find"], [["GET /look", "GET /find"], ["b"]]);
  });

  test("adds guards to a method that it overrides, behind those of its base", () => {
    class SubController extends BaseController {
      @UseGuards(c)
      override find(): string {
        return "sub";
      }
    }
    class LastController extends SubController {
      @UseGuards(d)
      override find(): string {
        return "last";
      }
    }
    assert.deepEqual(methodsOf(LastController)["find"], [
      ["GET /look", "GET /find"],
      ["b", "c", "d"],
    ]);
    assert.deepEqual(methodsOf(SubController)["find"]?.[1], ["b", "c"]);
    assert.deepEqual(methodsOf(BaseController)["find"]?.[1], ["b"]);
  });

  test("puts its own routes of a method in place of its base's, and keeps the guards", () => {
    class SubController extends BaseController {
      @Get("/find")
      override find(): string {
        return "sub";
      }
    }
    assert.deepEqual(methodsOf(SubController)["find"], [["GET /find"], ["b"]]);
    assert.deepEqual(methodsOf(BaseController)["find"]?.[0], ["GET /look", "GET /find"]);
  });

  test("has a path of its own where it says so, and the stages of both", () => {
    @Controller("/sub", { host: "sub.example.com" })
    @UseGuards(c)
    class SubController extends BaseController {}
    const { path, options } = readController(SubController);
    assert.equal(path, "/sub");
    assert.deepEqual(guardNames(options), ["a", "c"]);
    assert.equal(options.findLast(({ host }) => host !== undefined)?.host, "sub.example.com");
  });

  test("may say path and options without decorators", () => {
    class PlainController {
      static readonly path: string = "/plain";
      static readonly options = { guards: [d] };
    }
    @UseGuards(a)
    class SubController extends PlainController {}
    assert.equal(readController(SubController).path, "/plain");
    assert.deepEqual(guardNames(readController(SubController).options), ["d", "a"]);
    assert.equal(readController(class {}).path, "/");
  });
});
