import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "@armature/http";
import type { EngineUnderTest, RunningEngine } from "../engines.ts";
import { eventually, head, request, serve } from "../serve.ts";
import type { WireClient } from "../wire-client.ts";
import { headerOf } from "../wire/parse-answers.ts";

/** No handler takes so long here; it makes the engine look at its deadlines often. */
const QUICK = { handlerTimeoutMs: 200 };

function answer(exchange: Exchange): void {
  exchange.respond(head(200), exchange.target);
}

/** A client that had an answer and keeps its connection. */
async function idleClient(engine: RunningEngine): Promise<WireClient> {
  const client = await engine.connect();
  await client.send(request("GET /"));
  await client.answers(1);
  return client;
}

/** Idleness is told apart by ticks; some go by. */
async function someTicks(): Promise<void> {
  for (let at = 0; at < 5; at++) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Clients come until one that was there has had to go. */
async function comeUntilOneGoes(engine: RunningEngine): Promise<void> {
  while (engine.listener.stats().culled === 0) {
    using client = await engine.connect();
    await client.send(request("GET /"));
    await client.answers(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** How many connections a listener has, which go first, and how long one lives. */
export function connectionsSuite(subject: EngineUnderTest): void {
  test("maxRequestsPerConnection: the answer to the last request closes the connection", async () => {
    await using engine = await serve(subject, answer, { limits: { maxRequestsPerConnection: 3 } });
    using client = await engine.connect();
    await client.send(request("GET /1"));
    await client.answers(1);
    await client.send(request("GET /2") + request("GET /3") + request("GET /4"));
    await client.closing();
    const { complete, rest } = client.answersFrom(0);
    assert.deepEqual(
      complete.map((each) => [each.body, headerOf(each, "connection")]),
      [
        ["/1", undefined],
        ["/2", undefined],
        ["/3", "close"],
      ],
    );
    assert.equal(rest, "");
    assert.equal(engine.listener.stats().requests, 3);
  });

  test("maxConnections: near it the connection that is idle longest goes for a new one", async () => {
    await using engine = await serve(subject, answer, { limits: { ...QUICK, maxConnections: 4 } });
    const clients: WireClient[] = [];
    for (let at = 0; at < 3; at++) {
      clients.push(await idleClient(engine));
      await someTicks();
    }
    const [first, second, third] = clients;
    await comeUntilOneGoes(engine);
    await first?.closing();
    assert.equal(first?.failure, null);
    await second?.send(request("GET /again"));
    assert.equal((await second?.answers(2))?.[1]?.body, "/again");
    for (const client of [first, second, third]) client?.[Symbol.dispose]();
  });

  test("maxConnections: one that never sent anything goes too", async () => {
    await using engine = await serve(subject, answer, { limits: { ...QUICK, maxConnections: 2 } });
    using silent = await engine.connect();
    await eventually(() => engine.listener.stats().connections === 1);
    await comeUntilOneGoes(engine);
    await silent.closing();
    assert.equal(silent.text, "");
  });

  test("maxConnections: where all are at work a new one is told 503", async () => {
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => void held.push(exchange), {
      limits: { maxConnections: 2 },
    });
    using one = await engine.connect();
    using two = await engine.connect();
    for (const client of [one, two]) await client.send(request("GET /"));
    await eventually(() => held.length === 2);
    using three = await engine.connect();
    await three.send(request("GET /"));
    const [refused] = await three.answers(1);
    assert.ok(refused);
    assert.equal(refused.status, 503);
    assert.equal(headerOf(refused, "retry-after"), "1");
    assert.equal(headerOf(refused, "connection"), "close");
    assert.equal((JSON.parse(refused.body) as { code: string }).code, "E_CONNECTIONS_FULL");
    await three.closing();
    assert.equal(three.failure, null);
    assert.partialDeepStrictEqual(engine.listener.stats(), {
      connections: 2,
      accepted: 2,
      refused: 1,
      refusedBy: { E_CONNECTIONS_FULL: 1 },
      culled: 0,
      load: 1,
    });
    for (const exchange of held) exchange.respond(head(200, ["connection", "close"]), "done");
    assert.equal((await one.answers(1))[0]?.body, "done");
    await two.closing();
    await eventually(() => engine.listener.stats().connections === 0);
    using four = await engine.connect();
    await four.send(request("GET /"));
    await eventually(() => held.length === 3);
  });

  test("maxConnections: clients that are turned away and stay are cut, and hold no place", async () => {
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => void held.push(exchange), {
      limits: { ...QUICK, handlerTimeoutMs: 0, headersTimeoutMs: 100, maxConnections: 1 },
    });
    using busy = await engine.connect();
    await busy.send(request("GET /"));
    await eventually(() => held.length === 1);
    const others: WireClient[] = [];
    for (let at = 0; at < 5; at++) {
      // With TLS one may be cut before it knows that it is connected, or within its handshake.
      const other = await engine.connect({ allowHalfOpen: true }).catch(() => null);
      if (other !== null) others.push(other);
    }
    for (const other of others) await other.closing();
    const told = others.filter(({ text }) => text.startsWith("HTTP/1.1 503 "));
    assert.ok(told.length >= 1 && told.length < 5, `${told.length} were told`);
    const { E_CONNECTIONS_FULL: refused = 0 } = engine.listener.stats().refusedBy;
    assert.ok(refused >= told.length && refused <= 5, `${refused} were refused`);
    assert.equal(engine.listener.stats().connections, 1);
    for (const other of others) other[Symbol.dispose]();
  });

  test("keepAliveTimeoutMs: idle connections are kept for a shorter time where many places are taken", async () => {
    const limits = { keepAliveTimeoutMs: 60_000, minKeepAliveTimeoutMs: 10 };
    await using full = await serve(subject, answer, { limits: { ...limits, maxConnections: 4 } });
    await using empty = await serve(subject, answer, { limits: { ...limits, maxConnections: 1_000 } });
    using kept = await idleClient(empty);
    const clients = await Promise.all([idleClient(full), idleClient(full), idleClient(full)]);
    assert.ok(full.listener.stats().load > empty.listener.stats().load);
    await Promise.race(clients.map((client) => client.closing()));
    await kept.send(request("GET /again"));
    assert.equal((await kept.answers(2))[1]?.body, "/again");
    assert.equal(full.listener.stats().culled, 0);
    for (const client of clients) client[Symbol.dispose]();
  });

  test("stats count connections by what they do, and bytes", async () => {
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => {
      if (exchange.target === "/held") held.push(exchange);
      else if (exchange.target === "/upgrade") exchange.upgrade(head(101, ["upgrade", "x"]), SILENT);
      else answer(exchange);
    });
    const { phases } = engine.listener.stats();
    assert.deepEqual(new Set(Object.values(phases)), new Set([0]));
    const texts = {
      idle: request("GET /"),
      reading: "GET / HT",
      receiving: `${request("POST /held", "content-length: 5")}hel`,
      handling: request("GET /held"),
      upgraded: request("GET /upgrade", "connection: upgrade", "upgrade: x"),
    };
    const clients: WireClient[] = [];
    for (const text of Object.values(texts)) {
      const client = await engine.connect();
      clients.push(client);
      await client.send(text);
    }
    const one = { ...phases, idle: 1, reading: 1, receiving: 1, handling: 1, upgraded: 1 };
    await eventually(() => {
      const now = engine.listener.stats().phases;
      return Object.entries(one).every(([name, count]) => now[name as keyof typeof now] === count);
    });
    await clients[0]?.answers(1);
    await clients[4]?.until(() => clients[4]?.text.includes("\r\n\r\n") === true);
    const sent = Object.values(texts).join("").length;
    const received = clients.reduce((sum, { text }) => sum + text.length, 0);
    assert.partialDeepStrictEqual(engine.listener.stats(), {
      connections: 5,
      bytesIn: sent,
      bytesOut: received,
      unsentBytes: 0,
    });
    for (const client of clients) client[Symbol.dispose]();
  });
}

const SILENT = { data: () => {}, drain: () => {}, end: () => {}, close: () => {} };
