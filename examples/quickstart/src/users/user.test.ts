import assert from "node:assert/strict";
import { Agent, request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { assertJson, assertProblem, call, send } from "../testing/answer.ts";
import { QuickstartProcess } from "../testing/quickstart-process.ts";

let app: QuickstartProcess;
let users: string;
before(async () => {
  app = await QuickstartProcess.start();
  users = `${app.url}/api/users`;
});
after(async () => await app.stop());

async function add(name: string): Promise<{ id: number; name: string; email: string }> {
  const answer = await call(users, "POST", { name, email: `${name.toLowerCase()}@example.com` });
  assert.equal(answer.status, 201);
  return JSON.parse(answer.text) as { id: number; name: string; email: string };
}

test("a user is added, read, replaced and removed", async () => {
  const added = await call(users, "POST", { name: "Ada", email: "ada@example.com" });
  const { id } = JSON.parse(added.text) as { id: number };
  const url = `${users}/${id}`;
  assertJson(added, 201, { id, name: "Ada", email: "ada@example.com" });
  assert.equal(added.headers.get("location"), `/api/users/${id}`);
  assertJson(await call(url), 200, { id, name: "Ada", email: "ada@example.com" });
  const countess = { name: "Ada Lovelace", email: "ada@example.com" };
  assertJson(await call(url, "PUT", countess), 200, { id, ...countess });
  assertJson(await call(url), 200, { id, ...countess });
  const removed = await call(url, "DELETE");
  assert.deepEqual([removed.status, removed.text], [204, ""]);
  assert.equal((await call(url)).status, 404);
});

test("the list can be searched and cut", async () => {
  const found = [await add("Listed1"), await add("Listed2"), await add("Listed3")];
  assertJson(await call(`${users}?search=LISTED`), 200, found);
  assertJson(await call(`${users}?search=listed&limit=2`), 200, found.slice(0, 2));
  assertJson(await call(`${users}?search=nobody%20is%20called%20so`), 200, []);
});

test("names may be of any script, and are trimmed", async () => {
  const answer = await call(users, "POST", { name: "  Åsa 🦉 明  ", email: "asa@example.com" });
  assert.equal((JSON.parse(answer.text) as { name: string }).name, "Åsa 🦉 明");
});

test("what the schema does not know is neither kept nor sent", async () => {
  const answer = await call(users, "POST", { name: "Eve", email: "eve@example.com", isAdmin: true, id: 999 });
  const { id } = JSON.parse(answer.text) as { id: number };
  assert.notEqual(id, 999);
  assertJson(await call(`${users}/${id}`), 200, { id, name: "Eve", email: "eve@example.com" });
});

test("a body that breaks its schema is 422 and names each place", async () => {
  const expected = {
    status: 422,
    code: "E_VALIDATION_FAILED",
    detail: "The request does not fit its schema (body).",
  };
  const places: [unknown, string[]][] = [
    [{ name: "", email: "nobody" }, ["body /name", "body /email"]],
    [{ name: "A".repeat(101), email: "a@example.com" }, ["body /name"]],
    [{ email: "a@example.com" }, ["body /name"]],
    [{ name: 7, email: null }, ["body /name", "body /email"]],
    [[], ["body "]],
    ["text", ["body "]],
  ];
  for (const [body, problems] of places) {
    assertProblem(await call(users, "POST", body), { ...expected, problems });
  }
  assertProblem(await call(users, "POST"), { ...expected, problems: ["body "] });
});

test("parameters that break their schema are 400 and named", async () => {
  const expected = { status: 400, code: "E_VALIDATION_FAILED" };
  for (const id of ["abc", "0", "-1", "1.5", "%20"]) {
    assertProblem(await call(`${users}/${id}`), {
      ...expected,
      detail: "The request does not fit its schema (params).",
      problems: ["params /id"],
    });
  }
  assertProblem(await call(`${users}?limit=0&search=${"x".repeat(101)}`), {
    ...expected,
    detail: "The request does not fit its schema (query).",
    problems: ["query /search", "query /limit"],
  });
});

test("a user that is not there is 404, whatever is asked of it", async () => {
  const body = { name: "Nobody", email: "nobody@example.com" };
  for (const [method, content] of [["GET"], ["PUT", body], ["DELETE"]] as const) {
    const answer = await call(`${users}/123456789`, method, content);
    assertProblem(answer, { status: 404, code: "E_NOT_FOUND", detail: "There is no user 123456789." });
  }
});

test("an email has one user", async () => {
  const first = await add("First");
  const second = await add("Second");
  const expected = { status: 409, code: "EMAIL_TAKEN", detail: "The email first@example.com is taken." };
  assertProblem(await call(users, "POST", { name: "Third", email: first.email }), expected);
  assertProblem(await call(`${users}/${second.id}`, "PUT", { name: "Second", email: first.email }), expected);
  assertJson(await call(`${users}/${second.id}`), 200, second);
});

test("a media type that is not understood is 415 and says which are", async () => {
  const answer = await send(users, {
    method: "POST",
    headers: { "content-type": "text/xml" },
    body: "<user/>",
  });
  assertProblem(answer, { status: 415, code: "E_UNSUPPORTED_MEDIA_TYPE", detail: /\(got "text\/xml"\)/ });
  assert.match(answer.headers.get("accept") ?? "", /application\/json/);
});

test("a form is understood as well as JSON", async () => {
  const body = new URLSearchParams({ name: "Form", email: "form@example.com" });
  const answer = await send(users, { method: "POST", body });
  assert.equal(answer.status, 201);
});

test("malformed JSON is 400", async () => {
  const headers = { "content-type": "application/json" };
  for (const body of ["{", '{"name":}', "undefined", '{"name":"a"} trailing']) {
    const answer = await send(users, { method: "POST", headers, body });
    assertProblem(answer, {
      status: 400,
      code: "E_JSON_INVALID",
      detail: "The request body is not valid JSON.",
    });
  }
  const latin = await send(users, { method: "POST", headers, body: Uint8Array.of(0x22, 0xe9, 0x22) });
  assertProblem(latin, {
    status: 400,
    code: "E_BODY_ENCODING",
    detail: "The request body is not valid UTF-8.",
  });
});

test("keys that would reach into prototypes are refused", async () => {
  const body = '{"name":"Proto","email":"proto@example.com","__proto__":{"isAdmin":true}}';
  const answer = await send(users, { method: "POST", headers: { "content-type": "application/json" }, body });
  assertProblem(answer, {
    status: 400,
    code: "E_JSON_PROTOTYPE",
    detail: 'The request body may not have the key "__proto__".',
  });
});

test("a body over the limit is 413, announced or not", async () => {
  const expected = {
    status: 413,
    code: "E_BODY_TOO_LARGE",
    detail: "The body of a request may have 1048576 bytes at most.",
  };
  const headers = { "content-type": "application/json" };
  const body = `"${"x".repeat(1024 * 1024)}"`;
  assertProblem(await send(users, { method: "POST", headers, body }), expected);
  const stream = new Blob([body]).stream();
  assertProblem(await send(users, { method: "POST", headers, body: stream, duplex: "half" }), expected);
});

test("who asks before sending too large a body need not send it", async () => {
  const agent = new Agent();
  const sent = request(users, {
    method: "POST",
    agent,
    headers: { "content-type": "application/json", "content-length": 2 ** 40, expect: "100-continue" },
  });
  sent.flushHeaders();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  assert.equal(response.statusCode, 413);
  sent.destroy();
  agent.destroy();
});
