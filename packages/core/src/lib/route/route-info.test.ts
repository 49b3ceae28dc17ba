import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inject } from "@armature/di";
import { createApp } from "../application/create-app.ts";
import { RouteRegistry } from "../application/route-registry.ts";
import { Controller } from "../module/controller.ts";
import { defineModule } from "../module/module-definition.ts";
import type { Context } from "../context/context.ts";
import type { Next } from "../pipeline/stages.ts";
import { Get, UseGuards } from "./route-decorators.ts";
import type { RouteInfo } from "./route-info.ts";
import { get } from "./route-field.ts";
import { RouteGroup } from "./route-group.ts";

function log(context: Context, next: Next): unknown {
  return next(context);
}
function isUser(): boolean {
  return true;
}
class IsAdmin {
  canActivate(): boolean {
    return true;
  }
}
function asText(): undefined {}

@Controller("/users", { docs: { tags: ["people"], deprecated: true }, guards: [isUser], version: "2" })
class UserController {
  @Get("/:id", { docs: { summary: "Finds a user", deprecated: false }, maxBodyBytes: 10, host: "A.example" })
  @UseGuards(IsAdmin)
  find(): string {
    return "ok";
  }
}

class Site {
  readonly registry = inject(RouteRegistry);
}

const site = defineModule({
  name: "SiteModule",
  providers: [Site],
  controllers: [UserController],
  routes: [new RouteGroup("/pages", { middleware: [log] }, [get("/about", () => "about")])],
  filters: [asText],
});

async function routesOf(): Promise<readonly RouteInfo[]> {
  await using app = await createApp(site, { middleware: [log], versioning: { type: "path" } });
  return app.get(Site).registry.routes;
}

describe("what is known of a route", () => {
  test("names its module, controller, conditions and limits", async () => {
    const found = (await routesOf()).find(({ name }) => name === "UserController.find");
    assert.deepEqual(
      [found?.path, found?.module, found?.controller, found?.hosts, found?.versions, found?.maxBodyBytes],
      ["/v2/users/:id", "SiteModule", "UserController", ["a.example"], ["2"], 10],
    );
  });

  test("joins what controller and route say to people; the route has the last word", async () => {
    const found = (await routesOf()).find(({ name }) => name === "UserController.find");
    assert.deepEqual(found?.docs, { tags: ["people"], deprecated: false, summary: "Finds a user" });
  });

  test("lists its stages in the order in which they are entered, with what declares them", async () => {
    const [page, user] = (await routesOf()).toSorted((a, b) => a.path.length - b.path.length);
    const named = (info: RouteInfo | undefined): string[] =>
      info?.stages.map(({ kind, name, declaredBy }) => `${kind} ${name} of ${declaredBy}`) ?? [];
    assert.deepEqual(named(page), [
      "middleware log of the application",
      "middleware log of the group /pages",
      "filter asText of SiteModule",
    ]);
    assert.deepEqual(named(user), [
      "middleware log of the application",
      "guard isUser of UserController",
      "guard IsAdmin of UserController.find",
      "filter asText of SiteModule",
    ]);
  });
});

test("the registry refuses to be read before the routes are compiled", async () => {
  class Early {
    readonly #registry = inject(RouteRegistry);
    onModuleInit(): void {
      assert.ok(this.#registry.routes);
    }
  }
  await assert.rejects(createApp(defineModule({ providers: [Early] })), { code: "E_ROUTES_EARLY" });
});
