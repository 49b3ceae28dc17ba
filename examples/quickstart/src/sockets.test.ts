import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { after, before, test } from "node:test";
import { call } from "./testing/answer.ts";
import { QuickstartProcess } from "./testing/quickstart-process.ts";
import { RawClient } from "./testing/raw-client.ts";

let app: QuickstartProcess;
before(async () => {
  app = await QuickstartProcess.start();
});
after(async () => await app.stop());

test("a keep-alive agent uses one socket for all its requests", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (let at = 0; at < 5; at++) {
    const request = get(`${app.url}/api/users`, { agent });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    assert.equal(request.reusedSocket, at > 0);
    ports.add(response.socket.localPort);
    response.resume();
    await once(response, "end");
  }
  assert.equal(ports.size, 1);
  agent.destroy();
});

test("pipelined requests are answered in their order, also behind a slow one", async () => {
  using client = await RawClient.connect(app.port);
  const body = JSON.stringify({ name: "Pipe Line", email: "pipe@example.com" });
  client.write(
    [
      "GET /api/events?count=3&everyMs=30 HTTP/1.1\r\nhost: quickstart\r\n\r\n",
      `POST /api/users HTTP/1.1\r\nhost: quickstart\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      "GET /api/users?search=pipe HTTP/1.1\r\nhost: quickstart\r\n\r\n",
      "GET /assets/style.css HTTP/1.1\r\nhost: quickstart\r\n\r\n",
      "GET /api/nothing HTTP/1.1\r\nhost: quickstart\r\nconnection: close\r\n\r\n",
    ].join(""),
  );
  const answers = await client.answers(5);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 201, 200, 200, 404],
  );
  assert.equal(answers[0]?.chunks.length, 3);
  assert.deepEqual(JSON.parse(answers[2]?.body ?? ""), [JSON.parse(answers[1]?.body ?? "")]);
  assert.match(answers[3]?.body ?? "", /^body \{/);
  await client.closed;
});

test("a request that arrives byte by byte is a request", async () => {
  using client = await RawClient.connect(app.port);
  for (const byte of "GET /health HTTP/1.1\r\nhost: quickstart\r\nconnection: close\r\n\r\n") {
    client.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [answer] = await client.answers(1);
  assert.equal(answer?.status, 200);
  await client.closed;
});

const MALFORMED: Readonly<Record<string, string>> = {
  "no HTTP at all": "hello?\r\n\r\n",
  "no host": "GET /health HTTP/1.1\r\n\r\n",
  "two hosts": "GET /health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
  "a space before a colon": "GET /health HTTP/1.1\r\nhost : a\r\n\r\n",
  "a control byte in a field": "GET /health HTTP/1.1\r\nhost: a\r\nx-odd: a\0b\r\n\r\n",
  "a length that is no number": "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-length: 1x\r\n\r\n{",
  "two lengths": "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
  "a length and chunks":
    "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  "a chunk size that is no number":
    "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
};

for (const [what, text] of Object.entries(MALFORMED)) {
  test(`${what} is answered with 400 and the end of the connection`, async () => {
    using client = await RawClient.connect(app.port);
    // What comes behind must not be taken for a request.
    client.write(`${text}GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n`);
    await client.closed;
    const answers = await client.answers(1);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400],
    );
    assert.equal(answers[0]?.headers.get("connection"), "close");
    assert.equal(answers[0]?.headers.get("content-type"), "application/problem+json");
    assert.equal((await call(`${app.url}/health`)).status, 200);
    assert.ok(app.log.every(({ path }) => path !== "/smuggled"));
  });
}

test("heads that are too long are refused, and the process goes on", async () => {
  const long = "a".repeat(20_000);
  for (const [text, status] of [
    [`GET /${long} HTTP/1.1\r\nhost: a\r\n\r\n`, 414],
    [`GET / HTTP/1.1\r\nhost: a\r\nx-long: ${long}\r\n\r\n`, 431],
  ] as const) {
    using client = await RawClient.connect(app.port);
    client.write(text);
    await client.closed;
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, status);
  }
  assert.equal((await call(`${app.url}/health`)).status, 200);
});

test("a body that ends before its length is answered with 400, and the log says so", async () => {
  const earlier = app.log.length;
  using client = await RawClient.connect(app.port);
  client.write(
    "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 40\r\n\r\n{",
  );
  client.end();
  const [answer] = await client.answers(1);
  assert.equal(answer?.status, 400);
  const { level, status } = await app.logged(({ path }) => path === "/api/users", earlier);
  assert.deepEqual({ level, status }, { level: 30, status: 400 });
});

test("clients that leave at any moment do no harm", async () => {
  const request =
    "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 40\r\n\r\n{";
  for (let length = 0; length <= request.length; length += 10) {
    const client = await RawClient.connect(app.port);
    client.write(request.slice(0, length));
    if (length % 20 === 0) client.leave();
    else client[Symbol.dispose]();
  }
  assert.equal((await call(`${app.url}/health`)).status, 200);
});
