import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN_TOKEN, QuickstartProcess } from "./testing/quickstart-process.ts";
import { assertJson, assertProblem, call, send } from "./testing/answer.ts";

let app: QuickstartProcess;
before(async () => {
  app = await QuickstartProcess.start();
});
after(async () => await app.stop());

test("one line says where it can be reached, before any request", () => {
  assert.match(app.lines[0] ?? "", /^quickstart is ready at http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(app.lines.length, 1);
});

test("its health is up, and is not kept by caches", async () => {
  for (const path of ["/health", "/health/ready"]) {
    const answer = await call(app.url + path);
    assertJson(answer, 200, { status: "up", checks: { application: { status: "up" } } });
    assert.equal(answer.headers.get("cache-control"), "no-store");
  }
  assertJson(await call(`${app.url}/health/live`), 200, { status: "up", checks: {} });
});

test("a path that is not there is a problem", async () => {
  for (const method of ["GET", "POST", "DELETE"]) {
    const answer = await call(`${app.url}/api/nothing`, method);
    assertProblem(answer, {
      status: 404,
      code: "E_ROUTE_NOT_FOUND",
      detail: "There is nothing at /api/nothing.",
    });
  }
});

test("a method that is not there is a problem that says which are", async () => {
  const answer = await call(`${app.url}/api/uploads`);
  assertProblem(answer, {
    status: 405,
    code: "E_METHOD_NOT_ALLOWED",
    detail: "GET is not possible at /api/uploads.",
  });
  assert.equal(answer.headers.get("allow"), "OPTIONS, POST");
});

test("HEAD and OPTIONS are answered without being written", async () => {
  const got = await call(`${app.url}/api/users`);
  const head = await call(`${app.url}/api/users`, "HEAD");
  assert.deepEqual([head.status, head.text], [200, ""]);
  assert.equal(head.headers.get("content-length"), got.headers.get("content-length"));
  const options = await call(`${app.url}/api/users`, "OPTIONS");
  assert.deepEqual([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS, POST"]);
});

test("pages of other origins may call it, and browsers are told to be careful", async () => {
  const preflight = await send(`${app.url}/api/users`, {
    method: "OPTIONS",
    headers: { origin: "https://app.example", "access-control-request-method": "POST" },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /\bPOST\b/);
  const { headers } = await call(`${app.url}/api/users`);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(headers.get("content-security-policy") ?? "", /default-src 'self'/);
});

test("every request is one line of JSON in the log, without its secrets", async () => {
  const password = "a-password-in-the-query";
  const answer = await send(`${app.url}/api/admin/stats?password=${password}`, {
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      cookie: "session=a-cookie",
      "x-request-id": "logged-1",
    },
  });
  const id = answer.headers.get("x-request-id");
  assert.ok(id !== null);
  await call(`${app.url}/api/nothing`, "POST", { name: "a-body" });
  await app.logged(({ method, path }) => method === "POST" && path === "/api/nothing");
  const lines = app.log.filter(({ requestId }) => requestId === id);
  assert.equal(lines.length, 1);
  const { time, pid, hostname, durationMs, ...rest } = lines[0] ?? {};
  assert.deepEqual(rest, {
    level: 30,
    name: "quickstart",
    requestId: id,
    method: "GET",
    path: "/api/admin/stats",
    route: "/api/admin/stats",
    status: 200,
    client: "127.0.0.1",
    msg: "request",
  });
  assert.deepEqual([typeof time, pid, typeof hostname], ["number", app.pid, "string"]);
  assert.ok(typeof durationMs === "number" && durationMs >= 0);
  const all = app.lines.join("\n");
  for (const secret of [password, ADMIN_TOKEN, "a-cookie", "a-body"]) assert.ok(!all.includes(secret));
});

test("as many requests, as many lines", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => call(`${app.url}/api/users/not-a-number-${at}`)),
  );
  const counted = () => app.log.filter(({ path }) => String(path).startsWith("/api/users/not-a-number"));
  await app.until(() => counted().length >= answers.length);
  assert.deepEqual(
    counted()
      .map(({ requestId }) => String(requestId))
      .toSorted(),
    answers.map(({ headers }) => String(headers.get("x-request-id"))).toSorted(),
  );
  assert.ok(counted().every(({ status, route }) => status === 400 && route === "/api/users/:id"));
});
