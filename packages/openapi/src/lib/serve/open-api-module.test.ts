import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createApp, defineModule, get, type Application } from "@armature/core";
import { parse } from "yaml";
import { z } from "zod";
import { openApi, type OpenApiOptions } from "./open-api-module.ts";
import { OpenApiService } from "./open-api-service.ts";

const INFO = { title: 'Users & <"friends">', version: "1.0.0" };

async function start(options: Partial<OpenApiOptions> = {}): Promise<Application> {
  const users = defineModule({
    name: "UserModule",
    routes: [get("/users", { response: z.array(z.string()) }, () => [])],
  });
  const root = defineModule({ imports: [openApi({ info: INFO, ...options }), users] });
  return await createApp(root, { prefix: "/api" });
}

async function fetchFrom(app: Application, path: string): Promise<Response> {
  return await app.fetch(new Request(`http://localhost${path}`));
}

suite("the document is served", () => {
  test("as JSON, and describes the whole application but itself", async () => {
    await using app = await start();
    const answer = await fetchFrom(app, "/api/openapi.json");
    assert.equal(answer.headers.get("content-type"), "application/json");
    const document = (await answer.json()) as { openapi: string; paths: object };
    assert.equal(document.openapi, "3.1.1");
    assert.deepEqual(Object.keys(document.paths), ["/api/users"]);
  });

  test("as YAML that says the same", async () => {
    await using app = await start();
    const answer = await fetchFrom(app, "/api/openapi.yaml");
    assert.equal(answer.headers.get("content-type"), "application/yaml");
    assert.deepEqual(parse(await answer.text()), await (await fetchFrom(app, "/api/openapi.json")).json());
  });

  test("where the options say, and behind their guards", async () => {
    await using app = await start({ json: "/schema", yaml: false, page: false, guards: [() => false] });
    assert.equal((await fetchFrom(app, "/api/schema")).status, 403);
    for (const path of ["/api/openapi.json", "/api/openapi.yaml", "/api/docs"])
      assert.equal((await fetchFrom(app, path)).status, 404, path);
  });

  test("to the application itself", async () => {
    await using app = await start();
    assert.equal(app.get(OpenApiService, { anywhere: true }).document.info.version, "1.0.0");
  });
});

suite("the page", () => {
  test("loads the viewer and the document from the application alone", async () => {
    await using app = await start();
    const page = await fetchFrom(app, "/api/docs");
    const html = await page.text();
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(page.headers.get("content-security-policy") ?? "", /script-src 'self'/);
    const references = [...html.matchAll(/(?:src|spec-url)="([^"]*)"/g)].map(([, path]) => path ?? "");
    assert.deepEqual(references, ["./docs/openapi-explorer.js", "./openapi.json"]);
    for (const reference of references) {
      const { pathname } = new URL(reference, "http://localhost/api/docs");
      const answer = await fetchFrom(app, pathname);
      assert.equal(answer.status, 200, pathname);
      assert.notEqual(await answer.text(), ""); // read, because the application waits for what is on its way
    }
  });

  test("escapes its title", async () => {
    await using app = await start();
    const html = await (await fetchFrom(app, "/api/docs")).text();
    assert.match(html, /<title>Users &amp; &lt;&quot;friends&quot;&gt;<\/title>/);
  });

  test("finds the document from any depth", async () => {
    await using app = await start({ page: "/help/api/browse", json: "/spec.json" });
    const html = await (await fetchFrom(app, "/api/help/api/browse")).text();
    assert.match(html, /spec-url="\.\.\/\.\.\/spec\.json"/);
    assert.match(html, /src="\.\.\/\.\.\/help\/api\/browse\/openapi-explorer\.js"/);
  });
});

test("an application that cannot be described does not start to serve", async () => {
  const bad = defineModule({ routes: [get("/big", { response: z.bigint() }, () => 1n)] });
  await using app = await createApp(defineModule({ imports: [openApi({ info: INFO }), bad] }));
  await assert.rejects(app.bootstrap(), { code: "E_JSON_SCHEMA", message: /answer 200 of GET \/big/ });
});
