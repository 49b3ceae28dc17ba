import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange } from "@armature/http";
import { createEchoHandler } from "../echo-handler.ts";
import type { EngineUnderTest, RunningEngine } from "../engines.ts";
import { eventually, head, request, serve, turns } from "../serve.ts";
import type { WireClient } from "../wire-client.ts";

/** A life of a connection: a request, one with a body, one with chunks, one that waits for a 100, the last one. */
const LIFE = [
  request("GET /a", "X-A: b"),
  `${request("POST /b", "Content-Length: 5")}hello`,
  `${request("POST /c", "Transfer-Encoding: chunked")}3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n`,
  `${request("PUT /d", "Expect: 100-continue", "Content-Length: 3")}abc`,
  request("GET /e", "Connection: close"),
].join("");

/** How clients go. */
const WAYS: Readonly<Record<string, (client: WireClient) => void>> = {
  "resets its connection": (client) => client.reset(),
  "closes its connection": (client) => client[Symbol.dispose](),
  "ends its side": (client) => client.end(),
};

const STRIDE = 5;
const BATCH = 20;

async function answerInPieces(exchange: Exchange): Promise<void> {
  const writer = exchange.stream(head(200), null);
  for (let at = 0; at < 5 && !writer.closed; at++) {
    writer.write(Buffer.alloc(3000, "a"));
    await turns(1);
  }
  writer.end();
}

/** Answers nobody, until the client leaves. */
function hold(exchange: Exchange): void {
  const { signal } = exchange;
  const answer = (): void => void (exchange.answered || exchange.respond(head(200), null));
  if (signal.aborted) answer();
  else signal.addEventListener("abort", answer);
}

const HANDLERS: Readonly<Record<string, (exchange: Exchange) => void>> = {
  "answers at once": createEchoHandler(),
  "answers later": createEchoHandler({ pace: "later" }),
  "streams its answer": (exchange) => void answerInPieces(exchange),
  "waits until the client leaves": hold,
  "never reads the body": (exchange) => exchange.respond(head(200), "unread"),
};

/** Clients that go at any point of their connection's life leave nothing behind. */
export function cutsSuite(subject: EngineUnderTest): void {
  for (const [row, [what, handler]] of Object.entries(HANDLERS).entries())
    for (const [how, leave] of Object.entries(WAYS))
      test(`a client ${how} anywhere, and the handler ${what}`, async () => {
        await using engine = await serve(subject, handler);
        // Each handler has a share of the bytes, and all of them have every one.
        for (let at = row; at <= LIFE.length; at += BATCH * STRIDE)
          await Promise.all(
            Array.from({ length: BATCH }, (_, step) => live(engine, at + step * STRIDE, leave)),
          );
        await assertClean(engine);
      });

  describe("a server that stops while clients are anywhere in their lives", () => {
    for (const [what, handler] of Object.entries(HANDLERS))
      test(`and the handler ${what}`, async () => {
        const engine = await serve(subject, handler);
        const clients = await Promise.all(Array.from({ length: 40 }, () => engine.connect()));
        await Promise.all(
          clients.map((client, at) => client.send(LIFE.slice(0, Math.floor((LIFE.length * at) / 40)))),
        );
        await engine.listener.close({ graceMs: 50 });
        for (const client of clients) await client.closing();
        const { connections, inFlight } = engine.listener.stats();
        assert.deepEqual([connections, inFlight], [0, 0]);
      });
  });
}

async function live(
  engine: RunningEngine,
  bytes: number,
  leave: (client: WireClient) => void,
): Promise<void> {
  const client = await engine.connect();
  await client.send(LIFE.slice(0, bytes));
  // Some go while the server reads, some when it has answered.
  await turns(bytes % 3);
  leave(client);
  if (bytes % 2 === 0) client.pause();
  await turns(2);
  client[Symbol.dispose]();
}

async function assertClean(engine: RunningEngine): Promise<void> {
  await eventually(() => engine.listener.stats().connections === 0);
  assert.equal(engine.listener.stats().inFlight, 0);
  assert.equal(engine.listener.stats().queued, 0);
  using client = await engine.connect({ allowHalfOpen: true });
  await client.send("GET /still-there HTTP/1.0\r\n\r\n");
  client.end();
  await client.closing();
  assert.match(client.text, /^HTTP\/1\.1 200 /);
}
