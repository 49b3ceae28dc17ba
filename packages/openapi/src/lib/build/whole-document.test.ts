import assert from "node:assert/strict";
import { test } from "node:test";
import { get, post, type ModuleOptions } from "@armature/core";
import { defineError } from "@armature/http";
import { z } from "zod";
import { describe } from "./describe.test.kit.ts";
import { secured } from "./security.ts";

const Folder = z
  .object({
    name: z.string().min(1),
    size: z.int().nullable(),
    changed: z.iso.datetime(),
    labels: z.record(z.string(), z.string()),
    get folders() {
      return z.array(Folder);
    },
  })
  .meta({ id: "Folder" });
const Shape = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("circle"), radius: z.number().positive() }),
  z.object({ kind: z.literal("square"), side: z.number().positive().default(1) }),
]);
const Full = defineError(409, "FULL", { details: z.object({ free: z.int() }) });
const isUser = secured({ name: "bearer", scheme: { type: "http", scheme: "bearer" } }, () => true);
const docs = {
  summary: "Files shapes",
  description: "With everything that a route can say.",
  deprecated: true,
  operationId: "fileShapes",
  tags: ["shapes"],
  examples: { circle: { kind: "circle", radius: 1 } },
  answers: {
    201: { empty: { name: "a", size: null, changed: "2026-01-01T00:00:00Z", labels: {}, folders: [] } },
  },
};

const module: ModuleOptions = {
  name: "FilesModule",
  guards: [isUser],
  routes: [
    post(
      "/folders/:folder(uuid)/shapes/:at(range:1..9)?",
      {
        version: ["1", "2"],
        query: z.object({ dry: z.stringbool().default(false), tag: z.array(z.string()).optional() }),
        headers: z.object({ "x-trace": z.string().optional() }),
        cookies: z.object({ session: z.string() }),
        body: Shape,
        response: { 201: Folder, 202: null },
        errors: [Full],
        docs,
      },
      ({ reply }) => reply(202),
    ),
    get(
      "/files/*path",
      { docs: { contents: { 200: { "image/png": {}, "text/plain": { type: "string" } } } } },
      () => "text",
    ),
    post(
      "/raw",
      { docs: { bodies: { "application/octet-stream": {} } }, response: { 204: null } },
      ({ reply }) => reply(204),
    ),
  ],
};

test("everything that routes can say stands in one valid document", async () => {
  const document = await describe({
    module,
    app: { versioning: { type: "header" }, prefix: "/api" },
    document: { servers: [{ url: "https://files.example" }], version: "2" },
  });
  const operation = document.paths["/api/folders/{folder}/shapes/{at}"]?.post ?? assert.fail();
  assert.deepEqual(
    operation.parameters?.map(({ in: place, name }) => `${place} ${name}`),
    [
      "path folder",
      "path at",
      "query dry",
      "query tag",
      "header x-trace",
      "cookie session",
      "header x-api-version",
    ],
  );
  assert.deepEqual([operation.deprecated, operation.operationId], [true, "fileShapes"]);
  assert.deepEqual(operation.security, [{ bearer: [] }]);
  assert.deepEqual(Object.keys(operation.requestBody?.content ?? {}), ["application/json"]);
  assert.ok(operation.requestBody?.content["application/json"]?.examples?.["circle"]);
  for (const status of ["201", "202", "409", "422"]) assert.ok(status in operation.responses, status);
  assert.match(JSON.stringify(operation.responses["409"]), /FULL/);
  const { responses = {} } = document.paths["/api/files/{path}"]?.get ?? {};
  assert.deepEqual(Object.keys(responses["200"]?.content ?? {}), ["image/png", "text/plain"]);
  const raw = document.paths["/api/raw"]?.post?.requestBody;
  assert.deepEqual(Object.keys(raw?.content ?? {}), ["application/octet-stream"]);
  assert.ok("Folder" in (document.components?.schemas ?? {}));
});
