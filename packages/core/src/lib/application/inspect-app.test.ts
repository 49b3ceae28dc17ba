import assert from "node:assert/strict";
import { test } from "node:test";
import { inject, provide, token } from "@armature/di";
import { defineModule } from "../module/module-definition.ts";
import { get } from "../route/route-field.ts";
import { inspectApp } from "./inspect-app.ts";

const DATABASE = token<object>("DATABASE");

test("the routes and modules of an application are known before anything starts", () => {
  let started = 0;
  class UserController {
    readonly database = inject(DATABASE);
    readonly list = get("/users", () => []);
    onModuleInit(): void {
      started++;
    }
  }
  const data = defineModule({
    name: "DataModule",
    providers: [provide(DATABASE, { useFactory: () => ({ started: started++ }) })],
    exports: [DATABASE],
  });
  const root = defineModule({ name: "RootModule", imports: [data], controllers: [UserController] });
  const { faults, registry, modules } = inspectApp(root, { prefix: "/api" });
  assert.deepEqual(faults, []);
  assert.deepEqual(
    registry.routes.map(({ method, path }) => `${method} ${path}`),
    ["GET /api/users"],
  );
  assert.deepEqual(
    modules.map(({ name }) => name),
    ["DataModule", "RootModule"],
  );
  assert.equal(started, 0);
});

test("every mistake is listed, and none is thrown", () => {
  class Needy {
    readonly database = inject(DATABASE);
  }
  const root = defineModule({
    providers: [Needy],
    routes: [
      get("/a", () => "one"),
      get("/a", () => "two"),
      get("/:a(nosuch)", () => "bad"),
      get("/b", () => "sound"),
    ],
  });
  const { faults, registry } = inspectApp(root, { limits: { maxBodyBytes: -1 } });
  const codes = new Set(faults.map(({ code }) => code));
  for (const code of ["E_DI_MISSING", "E_ROUTE_CONSTRAINT", "E_ROUTE_DUPLICATE", "E_LIMIT_INVALID"])
    assert.ok(codes.has(code), code);
  assert.deepEqual(
    registry.routes.map(({ path }) => path),
    ["/b"],
  );
});

test("no route is looked at where it is not known which ones a mistake is about", () => {
  const root = defineModule({ routes: [get("/a", () => "one")] });
  const { faults, registry } = inspectApp(root, { constraints: { "not a name": () => true } });
  assert.deepEqual([faults[0]?.code, registry.routes], ["E_ROUTE_CONSTRAINT", []]);
});

test("modules that are none leave nothing to look at", () => {
  const { faults, modules } = inspectApp(defineModule({ imports: [undefined as never] }));
  assert.deepEqual([faults[0]?.code, modules], ["E_MODULE_INVALID", []]);
});
