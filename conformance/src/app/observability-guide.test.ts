import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { SpanRecord } from "./harness/tracing.ts";

const ROOT = join(import.meta.dirname, "../../..");
const GUIDE = readFileSync(join(ROOT, "docs/guides/observability.md"), "utf8");

/** The program of the guide under a heading; it ends by listening. */
function programOf(heading: string): string {
  const section = GUIDE.slice(GUIDE.indexOf(`## ${heading}\n`));
  const code = /```ts\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
  assert.ok(code.includes("await app.listen({ port: 3000 });\n"));
  return code.replace(
    "await app.listen({ port: 3000 });\n",
    "const { url } = await app.listen({ port: 0 });\n",
  );
}

/** Runs a program beside the packages and gives what it printed as JSON. */
function run(program: string): unknown {
  const folder = mkdtempSync(join(ROOT, "conformance/dist/.guide-"));
  try {
    const file = join(folder, "program.ts");
    writeFileSync(file, program);
    const { stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", file], { encoding: "utf8" });
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the histogram of the guide counts requests by their routes", () => {
  const text = run(`${programOf("Metrics")}
await fetch(url + "/users/1");
await fetch(url + "/users/2");
await fetch(url + "/made/up");
console.log(JSON.stringify(await (await fetch(url + "/metrics")).text()));
await app.close();`) as string;
  const name = "http_server_request_duration_seconds";
  assert.match(text, new RegExp(`^# TYPE ${name} histogram$`, "m"));
  assert.match(text, new RegExp(`^${name}_count{method="GET",route="/users/:id",status="200"} 2$`, "m"));
  assert.match(text, new RegExp(`^${name}_bucket{.*route="/users/:id",status="200",le="\\+Inf"} 2$`, "m"));
  assert.match(text, new RegExp(`^${name}_count{method="_OTHER",route="",status="404"} 1$`, "m"));
});

test("the spans of the guide have their route, their status, and the spans of the handler below them", () => {
  const spans = run(`import { recordSpans } from "../app/harness/tracing.js";
const finishedSpans = recordSpans();
${programOf("Traces")}
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
await fetch(url + "/users/1?secret", { headers: { traceparent } });
await fetch(url + "/none");
console.log(JSON.stringify(finishedSpans()));
await app.close();`) as SpanRecord[];
  const [inner, outer, missing] = spans;
  assert.deepEqual(
    spans.map(({ name }) => name),
    ["find user", "GET /users/:id", "GET"],
  );
  assert.equal(inner?.parentId, outer?.spanId);
  assert.equal(outer?.parentId, "b7ad6b7169203331");
  assert.equal(inner?.traceId, "0af7651916cd43dd8448eb211c80319c");
  assert.deepEqual(outer?.attributes, {
    "http.request.method": "GET",
    "url.path": "/users/1",
    "http.route": "/users/:id",
    "http.response.status_code": 200,
  });
  assert.equal(missing?.attributes["http.response.status_code"], 404);
});
