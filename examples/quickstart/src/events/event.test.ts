import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertProblem, call } from "../testing/answer.ts";
import { QuickstartProcess, type LogLine } from "../testing/quickstart-process.ts";
import { RawClient } from "../testing/raw-client.ts";

let app: QuickstartProcess;
let events: string;
before(async () => {
  app = await QuickstartProcess.start();
  events = `${app.url}/api/events`;
});
after(async () => await app.stop());

function eventRequest(query: string): string {
  return `GET /api/events?${query} HTTP/1.1\r\nhost: quickstart\r\n\r\n`;
}

function isOfEvents({ path }: LogLine): boolean {
  return path === "/api/events";
}

function ticksOf(text: string): number[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { tick: number }).tick);
}

test("events come in their order, one to a line", async () => {
  const answer = await call(`${events}?count=50&everyMs=1`);
  assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
  assert.deepEqual(
    ticksOf(answer.text),
    Array.from({ length: 50 }, (_, at) => at + 1),
  );
});

test("each event is a chunk of its own", async () => {
  using client = await RawClient.connect(app.port);
  client.write(eventRequest("count=5&everyMs=1"));
  const [answer] = await client.answers(1);
  assert.deepEqual(answer?.chunks.map(ticksOf), [[1], [2], [3], [4], [5]]);
});

test("the first event arrives before the last is sent", async () => {
  const earlier = app.log.length;
  using client = await RawClient.connect(app.port);
  // All of it would take hours.
  client.write(eventRequest("count=1000&everyMs=10000"));
  const text = await client.until((received) => received.includes('{"tick":1,'));
  assert.ok(!text.includes('{"tick":2,'));
  const id = /x-request-id: (\S+)/.exec(text)?.[1];
  assert.ok(id !== undefined && !app.log.some(({ requestId }) => requestId === id));
  client.leave();
  await app.logged(isOfEvents, earlier);
});

test("a reader that leaves ends its stream", async () => {
  const earlier = app.log.length;
  const leaving = new AbortController();
  const response = await fetch(`${events}?count=1000&everyMs=10000`, { signal: leaving.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = (await reader?.read()) ?? {};
  assert.deepEqual(ticksOf(value ?? ""), [1]);
  leaving.abort();
  const line = await app.logged(isOfEvents, earlier);
  assert.equal(line["level"], 30);
});

test("HEAD tells the fields and does not wait for the events", async () => {
  using client = await RawClient.connect(app.port);
  const head = eventRequest("count=1000&everyMs=10000").replace("GET", "HEAD");
  client.write(`${head}GET /health HTTP/1.1\r\nhost: quickstart\r\n\r\n`);
  const text = await client.until((received) => received.includes('"status":"up"'));
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(text, /content-type: application\/x-ndjson\r\n/);
  assert.ok(!text.includes('"tick"'));
});

test("a query that breaks its schema is refused before anything is sent", async () => {
  assertProblem(await call(`${events}?count=0&everyMs=soon`), {
    status: 400,
    code: "E_VALIDATION_FAILED",
    detail: "The request does not fit its schema (query).",
    problems: ["query /count", "query /everyMs"],
  });
});
