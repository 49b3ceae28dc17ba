import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "@armature/http";
import type { EngineUnderTest, RunningEngine } from "../engines.ts";
import { eventually, Handover, head, request, serve, turns } from "../serve.ts";
import type { WireClient } from "../wire-client.ts";

const GET = request("GET /");

/** A deadline must not be mistaken for a client that left. */
const NO_DEADLINE = { limits: { handlerTimeoutMs: 0 } };

function aborted(signal: AbortSignal): Promise<void> {
  return eventually(() => signal.aborted);
}

/** An exchange that nobody has answered, with the two ends of its connection. */
class OpenExchange implements AsyncDisposable {
  readonly engine: RunningEngine;
  readonly client: WireClient;
  readonly exchange: Exchange;

  constructor(engine: RunningEngine, client: WireClient, exchange: Exchange) {
    this.engine = engine;
    this.client = client;
    this.exchange = exchange;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]();
    await this.engine[Symbol.asyncDispose]();
  }
}

/** The signal that tells a handler that nobody waits for its answer any more. */
export function signalSuite(subject: EngineUnderTest): void {
  async function open(): Promise<OpenExchange> {
    const handed = new Handover<Exchange>();
    const engine = await serve(subject, (exchange) => handed.give(exchange), NO_DEADLINE);
    const client = await engine.connect();
    await client.send(GET);
    return new OpenExchange(engine, client, await handed.taken);
  }

  test("it aborts when the client closes its connection, as a browser does", async () => {
    await using held = await open();
    const { client, exchange } = held;
    assert.equal(exchange.signal.aborted, false);
    assert.equal(exchange.signal, exchange.signal);
    client[Symbol.dispose]();
    await aborted(exchange.signal);
    assert.ok(exchange.signal.reason instanceof Error);
  });

  test("it aborts when the client resets its connection", async () => {
    await using held = await open();
    const { client, exchange } = held;
    const { signal } = exchange;
    client.reset();
    await aborted(signal);
    assert.equal(exchange.answered, true);
  });

  test("one that is asked for too late has aborted already", async () => {
    await using held = await open();
    const { client, exchange } = held;
    client.reset();
    await eventually(() => exchange.answered);
    assert.equal(exchange.signal.aborted, true);
  });

  test("an answer to nobody is dropped without an error", async () => {
    await using held = await open();
    const { engine, client, exchange } = held;
    client.reset();
    await eventually(() => exchange.answered);
    exchange.respond(head(200), "hello?");
    exchange.stream(head(200), null).end();
    exchange.abort();
    await eventually(() => engine.listener.stats().inFlight === 0);
  });

  test("an answer to a client that closed is dropped without an error", async () => {
    await using held = await open();
    const { engine, client, exchange } = held;
    client[Symbol.dispose]();
    await turns();
    exchange.respond(head(200), Buffer.alloc(1_000_000));
    await eventually(() => engine.listener.stats().connections === 0);
    assert.equal(engine.listener.stats().inFlight, 0);
  });

  test("it does not abort when the client has its answer", async () => {
    await using held = await open();
    const { engine, client, exchange } = held;
    const { signal } = exchange;
    exchange.respond(head(200), null);
    await client.answers(1);
    client[Symbol.dispose]();
    await eventually(() => engine.listener.stats().connections === 0);
    assert.equal(signal.aborted, false);
  });

  test("a client that ends its side alone still gets an answer", async () => {
    await using held = await open();
    const { client, exchange } = held;
    client.end();
    await turns();
    assert.equal(exchange.answered, false);
    exchange.respond(head(200), "still there");
    assert.equal((await client.answers(1))[0]?.body, "still there");
    await client.closing();
  });

  test("it aborts in the middle of a stream", async () => {
    await using held = await open();
    const { client, exchange } = held;
    exchange.stream(head(200), null).write("hello");
    await client.until(() => client.text.includes("hello"));
    client[Symbol.dispose]();
    await aborted(exchange.signal);
  });

  test("it aborts for every request of the connection", async () => {
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => void held.push(exchange), NO_DEADLINE);
    const client = await engine.connect();
    await client.send(GET + GET + GET);
    await eventually(() => held.length === 3);
    const signals = held.map((exchange) => exchange.signal);
    client[Symbol.dispose]();
    for (const signal of signals) await aborted(signal);
  });

  test("it aborts when the time of the handler is over", async () => {
    const handed = new Handover<Exchange>();
    const limits = { handlerTimeoutMs: 50 };
    await using engine = await serve(subject, (exchange) => handed.give(exchange), { limits });
    using client = await engine.connect();
    await client.send(GET);
    const exchange = await handed.taken;
    await aborted(exchange.signal);
    assert.equal((await client.answers(1))[0]?.status, 503);
  });
}
