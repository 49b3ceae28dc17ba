import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { QuickstartProcess } from "./testing/quickstart-process.ts";

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: unknown }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let app: QuickstartProcess;
let document: ApiDocument;
before(async () => {
  app = await QuickstartProcess.start();
  document = (await (await fetch(`${app.url}/openapi.json`)).json()) as ApiDocument;
});
after(async () => await app.stop());

test("the document has every route of the API, and nothing of the page", () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  assert.deepEqual(operations.toSorted(), [
    "delete /api/users/{id}",
    "get /api/admin/stats",
    "get /api/events",
    "get /api/users",
    "get /api/users/{id}",
    "get /health",
    "get /health/live",
    "get /health/ready",
    "post /api/uploads",
    "post /api/users",
    "put /api/users/{id}",
  ]);
});

test("the document is valid OpenAPI, as JSON and as YAML", async () => {
  for (const file of ["openapi.json", "openapi.yaml"]) {
    const text = await (await fetch(`${app.url}/${file}`)).text();
    const { valid, errors } = await new Validator().validate(text);
    assert.ok(valid, `${file}: ${JSON.stringify(errors)}`);
  }
});

test("the document names its schemas, and what the guard of the admin part asks for", () => {
  for (const name of ["User", "NewUserInput", "StoredFile", "Problem", "HealthReport"])
    assert.ok(name in document.components.schemas, name);
  assert.deepEqual(document.paths["/api/admin/stats"]?.["get"]?.security, [{ adminToken: [] }]);
});

test("the page and its viewer come from the application", async () => {
  const page = await (await fetch(`${app.url}/docs`)).text();
  assert.match(page, /<openapi-explorer spec-url="\.\/openapi\.json"/);
  const viewer = await fetch(`${app.url}/docs/openapi-explorer.js`);
  assert.match(viewer.headers.get("content-type") ?? "", /^text\/javascript/);
  assert.match(await viewer.text(), /openapi-explorer/);
});

test("the application has no mistakes, and no warnings", () => {
  const cli = join(import.meta.dirname, "../../../packages/cli/dist/lib/bin.js");
  const { status, stdout } = spawnSync(process.execPath, [cli, "check", "app.js", "--strict"], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout], [0, "17 routes, 0 mistakes, 0 warnings\n"]);
});
