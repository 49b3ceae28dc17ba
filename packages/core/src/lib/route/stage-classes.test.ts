import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defineModule, type ModuleOptions } from "../module/module-definition.ts";
import type { Context } from "../context/context.ts";
import type { Next } from "../pipeline/stages.ts";
import { Controller } from "../module/controller.ts";
import { Get, UseGuards, UseInterceptors } from "./route-decorators.ts";
import { get } from "./route-field.ts";
import { RouteGroup } from "./route-group.ts";
import { stageClassesOf } from "./stage-classes.ts";

class AMiddleware {
  use(context: Context, next: Next): unknown {
    return next(context);
  }
}
class AGuard {
  canActivate(): boolean {
    return true;
  }
}
class OtherGuard extends AGuard {}
class AnInterceptor {
  intercept(context: Context, next: Next): unknown {
    return next(context);
  }
}
class AFilter {
  catch(): void {}
}

function classesOf(options: ModuleOptions): string[] {
  return stageClassesOf(defineModule(options))
    .map(({ name }) => name)
    .toSorted();
}

describe("stageClassesOf", () => {
  test("finds classes of each kind of stage, and leaves functions alone", () => {
    const options: ModuleOptions = {
      middleware: [AMiddleware, (context, next) => next(context)],
      guards: [AGuard, () => true],
      interceptors: [AnInterceptor],
      filters: [AFilter, () => undefined],
    };
    assert.deepEqual(classesOf(options), ["AFilter", "AGuard", "AMiddleware", "AnInterceptor"]);
  });

  test("finds those of routes and of groups within groups", () => {
    const leaf = get("/", { guards: [AGuard] }, () => "");
    const inner = new RouteGroup("/", { interceptors: [AnInterceptor] }, [leaf]);
    const outer = new RouteGroup("/", { filters: [AFilter] }, [inner]);
    assert.deepEqual(classesOf({ routes: [outer] }), ["AFilter", "AGuard", "AnInterceptor"]);
    assert.deepEqual(classesOf({ routes: [leaf] }), ["AGuard"]);
  });

  test("finds those of controllers, however they say them, and of what they extend", () => {
    @UseGuards(AGuard)
    class BaseController {
      @Get("/", { filters: [AFilter] })
      find(): string {
        return "";
      }
    }
    @Controller("/", { middleware: [AMiddleware] })
    class SubController extends BaseController {
      static readonly options = { guards: [OtherGuard] };
      @UseInterceptors(AnInterceptor)
      override find(): string {
        return "";
      }
    }
    assert.deepEqual(classesOf({ controllers: [SubController] }), [
      "AFilter",
      "AGuard",
      "AMiddleware",
      "AnInterceptor",
      "OtherGuard",
    ]);
    assert.deepEqual(classesOf({ controllers: [BaseController] }), ["AFilter", "AGuard"]);
  });

  test("names each class once", () => {
    const route = get("/", { guards: [AGuard, AGuard] }, () => "");
    assert.deepEqual(classesOf({ guards: [AGuard], routes: [route, route] }), ["AGuard"]);
  });

  test("takes a class for a stage only where it has the method of its kind", () => {
    const options = {
      guards: [AMiddleware],
      middleware: [AGuard],
      filters: [undefined],
    } as unknown as ModuleOptions;
    assert.deepEqual(classesOf(options), []);
  });
});
