import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { token, provide } from "@armature/di";
import { PlainModule, testContext } from "../context/test-context.test.kit.ts";
import { defineModule, resolveModule, type ModuleRef } from "../module/module-definition.ts";
import type { Filter, Guard, Middleware } from "../pipeline/stages.ts";
import { collectRoutes, type CollectedRoute } from "../route/collect-routes.ts";
import { get, post } from "../route/route-field.ts";
import { AppBuilder, type AppPlan } from "./app-builder.ts";
import type { AppOptions } from "./app-options.ts";
import { BootError } from "./boot-error.ts";
import { createApp } from "./create-app.ts";

const NAME = token<string>("NAME");
const { context } = testContext(new Request("http://localhost/"));

function armature(options: AppOptions = {}): AppBuilder {
  return new AppBuilder(options, createApp);
}

function rootOf({ root }: AppPlan) {
  return resolveModule(root, "the root").options;
}

/** The routes as the application will have them. */
function routesOf({ root, options }: AppPlan): CollectedRoute[] {
  const module = new PlainModule(resolveModule(root, "the root"));
  return collectRoutes([module], { module, prefix: options.prefix ?? "", stages: options });
}

function pathsOf(plan: AppPlan): string[] {
  return routesOf(plan).map(({ definition: { info } }) => `${info.method} ${info.path}`);
}

const ran: string[] = [];

function guard(name: string): Guard {
  return () => void ran.push(name);
}

function middleware(name: string): Middleware {
  return (given, next) => (ran.push(name), next(given));
}

function filter(name: string): Filter {
  return () => void ran.push(name);
}

/** Runs the stages of a route in the order in which they stand, and gives their names. */
function stagesOf(route: CollectedRoute | undefined): string {
  const stages = route?.definition.stages ?? assert.fail("no such route");
  for (const one of stages.middleware) one(context, () => "");
  for (const one of stages.guards) void one(context);
  for (const one of stages.interceptors) one(context, () => "");
  for (const one of stages.filters) one(new Error("x"), context);
  return ran.splice(0).join(", ");
}

describe("the plan of a builder", () => {
  test("has the routes of every method in the order of the calls", () => {
    const plan = armature()
      .get("/a", () => "")
      .post("/b", { maxBodyBytes: 1 }, () => "")
      .put("/c", () => "")
      .patch("/d", () => "")
      .delete("/e", () => "")
      .head("/f", () => "")
      .options("/g", () => "")
      .route(post("/h", () => ""))
      .plan();
    assert.deepEqual(pathsOf(plan), [
      "GET /a",
      "POST /b",
      "PUT /c",
      "PATCH /d",
      "DELETE /e",
      "HEAD /f",
      "OPTIONS /g",
      "POST /h",
    ]);
    assert.equal(routesOf(plan)[1]?.definition.maxBodyBytes, 1);
  });

  test("has the stages of its options in front of those that were added, wherever among the routes", () => {
    const options: AppOptions = {
      middleware: [middleware("m0")],
      guards: [guard("g0")],
      interceptors: [middleware("i0")],
      filters: [filter("f0")],
    };
    const plan = armature(options)
      .get("/", { guards: [guard("route")], filters: [filter("route f")] }, () => "")
      .catch(filter("f1"))
      .catch(filter("f2"))
      .intercept(middleware("i1"))
      .guard(guard("g1"))
      .use(middleware("m1"), middleware("m2"))
      .plan();
    assert.equal(stagesOf(routesOf(plan)[0]), "m0, m1, m2, g0, g1, route, i0, i1, route f, f0, f1, f2");
    assert.equal(options.guards?.length, 1, "the options are still the caller's");
  });

  test("is of a module that messages call App", () => {
    assert.equal(resolveModule(armature().plan().root, "the root").name, "App");
  });

  test("keeps all other options, providers and imports", () => {
    const imported = defineModule({ name: "Imported" });
    const provider = provide(NAME, { useValue: "Ada" });
    const plan = armature({ prefix: "/api", debug: true }).provide(provider).module(imported).plan();
    assert.deepEqual([plan.options.prefix, plan.options.debug], ["/api", true]);
    assert.deepEqual([rootOf(plan).providers, rootOf(plan).imports], [[provider], [imported]]);
  });

  test("does not change with what is added later", () => {
    const builder = armature().get("/a", () => "");
    const plan = builder.plan();
    builder
      .get("/b", () => "")
      .provide(provide(NAME, { useValue: "" }))
      .use(middleware("late"));
    assert.deepEqual(pathsOf(plan), ["GET /a"]);
    assert.deepEqual([rootOf(plan).providers, plan.options.middleware], [[], []]);
    assert.deepEqual(pathsOf(builder.plan()), ["GET /a", "GET /b"]);
  });
});

describe("a group", () => {
  test("has its prefix in front of its routes, and groups within", () => {
    const plan = armature()
      .get("/before", () => "")
      .group("/outer", {}, (outer) =>
        outer
          .get("/", () => "")
          .group("/inner/:id", {}, (inner) => inner.get("/leaf", () => ""))
          .route(get("last", () => "")),
      )
      .get("/after", () => "")
      .plan();
    assert.deepEqual(pathsOf(plan), [
      "GET /before",
      "GET /outer",
      "GET /outer/inner/:id/leaf",
      "GET /outer/last",
      "GET /after",
    ]);
  });

  test("has stages of its own around its routes alone, those of its options outermost", () => {
    const plan = armature()
      .guard(guard("app"))
      .group("/g", { guards: [guard("options")], middleware: [middleware("m options")] }, (group) =>
        group
          .get("/", { guards: [guard("route")] }, () => "")
          .guard(guard("group"))
          .use(middleware("m group"))
          .catch(filter("f group"))
          .intercept(middleware("i group")),
      )
      .get("/plain", () => "")
      .plan();
    const [inside, outside] = routesOf(plan);
    assert.equal(stagesOf(inside), "m options, m group, app, options, group, route, i group, f group");
    assert.equal(stagesOf(outside), "app");
  });

  test("has conditions for its routes", () => {
    const plan = armature()
      .group("/g", { host: "a.com", version: "1" }, (group) => group.get("/", () => ""))
      .plan();
    assert.deepEqual(routesOf(plan)[0]?.conditions, { hosts: ["a.com"], versions: ["1"] });
  });

  test("shares its providers and modules with the application", async () => {
    const imported = defineModule({ routes: [get("/imported", () => "imported")] });
    await using app = armature().group("/g", {}, (group) =>
      group
        .provide(provide(NAME, { useValue: "Ada" }))
        .module(imported)
        .get("/", (given) => given.inject(NAME)),
    );
    assert.equal(await (await app.fetch(new Request("http://localhost/g"))).text(), "Ada");
    assert.equal(await (await app.fetch(new Request("http://localhost/imported"))).text(), "imported");
    assert.equal(await app.inject(NAME), "Ada");
  });
});

describe("the application of a builder", () => {
  test("is built once, from the plan of that moment", async () => {
    const booted: ModuleRef[] = [];
    const builder = new AppBuilder({}, async (root, options) => {
      booted.push(root);
      return await createApp(root, options);
    }).get("/", () => "hello");
    assert.deepEqual(booted, []);
    const [first, second] = await Promise.all([builder.ready(), builder.ready()]);
    assert.equal(first, second);
    assert.equal(await (await builder.fetch(new Request("http://localhost/"))).text(), "hello");
    assert.equal(booted.length, 1);
    await builder.close();
  });

  test("is not built to be closed", async () => {
    const builder = new AppBuilder({}, () => assert.fail("built"));
    assert.equal((await builder.close()).cut, 0);
  });

  test("is closed with its builder", async () => {
    const ended: (string | undefined)[] = [];
    class Service {
      onApplicationShutdown(signal?: string): void {
        ended.push(signal);
      }
    }
    const builder = armature().provide(Service);
    await builder.ready();
    await builder.close({ signal: "SIGTERM" });
    await builder.close();
    assert.deepEqual(ended, ["SIGTERM"]);
    {
      await using other = armature().provide(Service);
      await other.ready();
    }
    assert.deepEqual(ended, ["SIGTERM", undefined]);
    await assert.rejects(builder.fetch(new Request("http://localhost/")), { code: "E_APP_CLOSED" });
  });

  test("that cannot be built says so to those who wait for it, and to nobody else", async () => {
    const builder = armature().get("/:", () => "");
    const says = (error: unknown): boolean => error instanceof BootError && error.faults.length === 1;
    await assert.rejects(builder.ready(), says);
    await assert.rejects(builder.fetch(new Request("http://localhost/")), says);
    await assert.rejects(builder.listen(), says);
    await assert.rejects(builder.inject(NAME), says);
    assert.equal((await builder.close()).cut, 0);
    await assert.rejects(async () => {
      await using app = armature().get("/:", () => "");
      await app.ready();
    }, says);
  });
});
