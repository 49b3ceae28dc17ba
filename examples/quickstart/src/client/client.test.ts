import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { createClient, type Client } from "@armature/client";
import { z } from "zod";
import { ADMIN_TOKEN, QuickstartProcess } from "../testing/quickstart-process.ts";
import type { UploadController } from "../uploads/upload.controller.ts";
import type { Api } from "./api.generated.ts";
import { API_FILE, generate } from "./generate.ts";

let app: QuickstartProcess;
let client: Client<Api>;
before(async () => {
  app = await QuickstartProcess.start();
  client = createClient<Api>(app.url);
});
after(async () => await app.stop());

test("the generated types are those of the application", () => {
  const { text } = generate();
  assert.equal(text, readFileSync(API_FILE, "utf8"), "run examples/quickstart/dist/client/generate.js");
});

test("users are made, found, changed and removed", async () => {
  const made = await client("/api/users").post({ body: { name: "Ada", email: "ada@example.com" } });
  assert.ok(made.status === 201);
  const { id } = made.data;
  assert.equal(made.headers.get("location"), `/api/users/${id}`);
  const taken = await client("/api/users").post({ body: { name: "Eve", email: "ada@example.com" } });
  assert.deepEqual([taken.status, taken.problem?.code], [409, "EMAIL_TAKEN"]);
  const changed = await client("/api/users/:id")
    .put({ params: { id }, body: { name: "Ada L.", email: "ada@example.com" } })
    .orThrow();
  assert.equal(changed.name, "Ada L.");
  const list = await client("/api/users")
    .get({ query: { search: "ada", limit: 5 } })
    .orThrow();
  assert.deepEqual(list, [changed]);
  assert.equal((await client("/api/users/:id").delete({ params: { id } })).status, 204);
  await assert.rejects(client("/api/users/:id").get({ params: { id } }).orThrow(), {
    code: "E_NOT_FOUND",
    status: 404,
  });
});

test("a controller with route fields needs no generated types", async () => {
  const uploads = createClient<typeof UploadController>(app.url);
  const file = new File(["abc"], "ü.txt", { type: "text/plain" });
  const { files } = await uploads("/api/uploads").post({ body: { file }, format: "multipart" }).orThrow();
  assert.deepEqual(
    files.map(({ name, type, bytes }) => [name, type, bytes]),
    [["ü.txt", "text/plain", 3]],
  );
});

test("events are read as they happen", async () => {
  const Tick = z.object({ tick: z.number(), at: z.iso.datetime() });
  const ticks: number[] = [];
  const call = client("/api/events").get({ query: { count: 1000, everyMs: 20 } });
  for await (const { tick } of call.values(Tick)) if (ticks.push(tick) === 3) break;
  assert.deepEqual(ticks, [1, 2, 3]);
});

test("a token goes with every call", async () => {
  const admin = createClient<Api>(app.url, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  assert.equal((await admin("/api/admin/stats").get()).status, 200);
  const stranger = await client("/api/admin/stats").get();
  assert.deepEqual([stranger.status, stranger.problem?.code], [401, "E_UNAUTHORIZED"]);
});
