import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import type { CloseReport, ConnectionSink, Exchange } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { eventually, Handover, head, needsSockets, request, serve, turns } from "../serve.ts";
import { headerOf } from "../wire/parse-answers.ts";

const GET = request("GET /");

const UPGRADE = head(101, ["connection", "upgrade", "upgrade", "x"]);

const NOTHING_CUT: CloseReport = { cut: 0, requests: 0, streams: 0, upgraded: 0, idle: 0, durationMs: 0 };

function sinkOf(): ConnectionSink {
  const nothing = (): void => {};
  return { data: nothing, drain: nothing, end: nothing, close: nothing };
}

/** Speaks a protocol whose one word is said at the end. */
function upgradeWithGoodbye(exchange: Exchange): void {
  const raw = exchange.upgrade(UPGRADE, {
    ...sinkOf(),
    shutdown: () => {
      queueMicrotask(() => {
        raw.write(Buffer.from("goodbye"));
        raw.end();
      });
    },
  });
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(false));
    socket.once("error", () => resolve(true));
    socket.once("close", () => socket.destroy());
  });
}

/** The end of a listener: nothing new, what is in work to its end, the rest cut. */
export function closeSuite(subject: EngineUnderTest): void {
  test("connections without work are closed when nothing came for a while", async () => {
    const engine = await serve(subject, (exchange) => exchange.respond(head(200), null));
    using fresh = await engine.connect();
    using used = await engine.connect();
    await used.send(GET);
    await used.answers(1);
    const report = await engine.listener.close({ lingerMs: 20 });
    assert.deepEqual({ ...report, durationMs: 0 }, NOTHING_CUT);
    assert.ok(report.durationMs > 0);
    await fresh.closing();
    await used.closing();
    assert.equal(engine.listener.stats().connections, 0);
  });

  test("a request that is on its way is answered, and told that the connection ends", async () => {
    const engine = await serve(subject, (exchange) => exchange.respond(head(200), "still"));
    using fresh = await engine.connect();
    using used = await engine.connect();
    await used.send(GET);
    await used.answers(1);
    await eventually(() => engine.listener.stats().connections === 2);
    const closing = engine.listener.close({ lingerMs: 60_000 });
    await turns();
    await used.send(GET);
    await fresh.send(GET);
    const [, second] = await used.answers(2);
    const [first] = await fresh.answers(1);
    for (const answer of [first, second]) {
      assert.equal(answer?.body, "still");
      assert.equal(answer && headerOf(answer, "connection"), "close");
    }
    assert.equal((await closing).cut, 0);
  });

  test("requests that arrived together are all answered, though the first one closes the listener", async () => {
    const engine = await serve(subject, (exchange) => {
      void engine.listener.close({ lingerMs: 60_000 });
      exchange.respond(head(200), exchange.target);
    });
    using client = await engine.connect();
    await client.send(Array.from({ length: 40 }, (_, at) => request(`GET /${at}`)).join(""));
    const answers = await client.answers(40);
    assert.deepEqual(
      answers.map(({ body }) => body),
      Array.from({ length: 40 }, (_, at) => `/${at}`),
    );
    const closing = answers.filter((answer) => headerOf(answer, "connection") === "close");
    assert.deepEqual(closing, [answers[39]]);
    await client.closing();
    assert.equal((await engine.listener.close()).cut, 0);
  });

  test("connections that wait in the system are accepted and served", needsSockets(subject), async () => {
    const engine = await serve(subject, (exchange) => exchange.respond(head(200), "served"));
    const waiting = Array.from({ length: 20 }, () => engine.connect());
    // The system accepts them within the call, and the engine had no turn to do so.
    await new Promise((resolve) => process.nextTick(resolve));
    const closing = engine.listener.close({ lingerMs: 60_000 });
    for (const connecting of waiting) {
      const client = await connecting;
      await client.send(GET);
      const [answer] = await client.answers(1);
      assert.equal(answer?.body, "served");
      assert.equal(headerOf(answer, "connection"), "close");
      client[Symbol.dispose]();
    }
    assert.equal((await closing).cut, 0);
    assert.equal(engine.listener.stats().accepted, 20);
  });

  test("a request in work is answered, and told that the connection ends", async () => {
    const handed = new Handover<Exchange>();
    const engine = await serve(subject, (exchange) => handed.give(exchange));
    using client = await engine.connect();
    await client.send(GET);
    const exchange = await handed.taken;
    const closing = engine.listener.close();
    let closed = false;
    void closing.then(() => (closed = true));
    await turns();
    assert.equal(closed, false);
    exchange.respond(head(200), "finished");
    assert.equal((await closing).cut, 0);
    await client.closing();
    const [answer] = client.answersFrom(0).complete;
    assert.ok(answer);
    assert.equal(answer.body, "finished");
    assert.equal(headerOf(answer, "connection"), "close");
  });

  test("a request that is arriving is still answered", async () => {
    const engine = await serve(subject, (exchange) => {
      void Promise.resolve(exchange.body.bytes()).then((bytes) => exchange.respond(head(200), bytes));
    });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 10"));
    await client.send("hello");
    await eventually(() => engine.listener.stats().inFlight === 1);
    const closing = engine.listener.close();
    await turns();
    await client.send("world");
    assert.equal((await closing).cut, 0);
    await client.closing();
    assert.equal(client.answersFrom(0).complete[0]?.body, "helloworld");
  });

  test("a stream in work is written to its end", async () => {
    const engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      writer.write("hello");
      setTimeout(() => {
        writer.write("world");
        writer.end();
      }, 50);
    });
    using client = await engine.connect();
    await client.send(GET);
    await client.until(() => client.text.includes("hello"));
    assert.equal((await engine.listener.close()).cut, 0);
    await client.closing();
    assert.equal(client.answersFrom(0).complete[0]?.body, "helloworld");
  });

  test("what is not finished in time is cut, told, and counted by kind", async () => {
    const held: Exchange[] = [];
    const engine = await serve(subject, (exchange) => {
      if (exchange.target === "/upgrade") exchange.upgrade(UPGRADE, sinkOf());
      else if (exchange.target === "/stream") exchange.stream(head(200), null).write("begun");
      else held.push(exchange);
    });
    const clients = await Promise.all(Array.from({ length: 4 }, () => engine.connect()));
    const [waiting, streaming, upgraded, halfway] = clients;
    await waiting?.send(GET + GET);
    await streaming?.send(request("GET /stream"));
    await streaming?.until(() => streaming.text.includes("begun"));
    await upgraded?.send(request("GET /upgrade", "Connection: upgrade", "Upgrade: x"));
    await upgraded?.until(() => upgraded.text !== "");
    await halfway?.send("GET / HT");
    await eventually(() => held.length === 2 && engine.listener.stats().accepted === 4);
    await turns();
    const signals = held.map(({ signal }) => signal);
    const report = await engine.listener.close({ graceMs: 50 });
    const expected = { cut: 4, requests: 2, streams: 1, upgraded: 1, idle: 1, durationMs: 0 };
    assert.deepEqual({ ...report, durationMs: 0 }, expected);
    for (const client of clients) await client.closing();
    assert.equal(waiting?.text, "");
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    );
    assert.equal(engine.listener.stats().inFlight, 0);
  });

  test("an upgraded connection says goodbye, whenever it was taken over", async () => {
    const held = new Handover<Exchange>();
    const engine = await serve(subject, (exchange) => {
      if (exchange.target === "/late") held.give(exchange);
      else upgradeWithGoodbye(exchange);
    });
    using early = await engine.connect();
    using late = await engine.connect();
    await early.send(request("GET /early", "Connection: upgrade", "Upgrade: x"));
    await late.send(request("GET /late", "Connection: upgrade", "Upgrade: x"));
    const exchange = await held.taken;
    await early.until(() => early.text.includes("101"));
    const closing = engine.listener.close({ graceMs: 60_000 });
    await early.closing();
    assert.match(early.text, /\r\n\r\ngoodbye$/);
    upgradeWithGoodbye(exchange);
    await late.closing();
    assert.match(late.text, /\r\n\r\ngoodbye$/);
    assert.equal((await closing).cut, 0);
  });

  test("an upgraded connection that cannot say goodbye is cut when its time is over", async () => {
    const closed = new Handover<void>();
    const engine = await serve(subject, (exchange) => {
      exchange.upgrade(UPGRADE, { ...sinkOf(), close: () => closed.give() });
    });
    using client = await engine.connect();
    await client.send(request("GET /", "Connection: upgrade", "Upgrade: x"));
    await client.until(() => client.text !== "");
    assert.equal((await engine.listener.close({ graceMs: 50 })).upgraded, 1);
    await client.closing();
    await closed.taken;
  });

  test("a client that found no place while it ran is let go", needsSockets(subject), async () => {
    const handed = new Handover<Exchange>();
    const engine = await serve(subject, (exchange) => handed.give(exchange), {
      limits: { maxConnections: 1 },
    });
    using busy = await engine.connect();
    await busy.send(GET);
    const exchange = await handed.taken;
    const late = connect({ port: engine.listener.address.port, host: "127.0.0.1", allowHalfOpen: true });
    late.on("error", () => {});
    late.resume();
    const closing = engine.listener.close();
    await once(late, "connect");
    await turns();
    exchange.respond(head(200), null);
    await closing;
    // It never closes by itself, and learns that nobody is there when it sends something.
    await eventually(() => {
      if (!late.destroyed) late.write("x");
      return late.destroyed;
    });
  });

  test("nothing new is accepted", needsSockets(subject), async () => {
    const handed = new Handover<Exchange>();
    const engine = await serve(subject, (exchange) => handed.give(exchange));
    using client = await engine.connect();
    await client.send(GET);
    const exchange = await handed.taken;
    const closing = engine.listener.close();
    await turns();
    assert.equal(await isRefused(engine.listener.address.port), true);
    exchange.respond(head(200), null);
    await closing;
    assert.equal(await isRefused(engine.listener.address.port), true);
  });

  test("a pipeline is finished, and nothing behind it begun", async () => {
    const held: Exchange[] = [];
    const engine = await serve(subject, (exchange) => void held.push(exchange));
    using client = await engine.connect();
    await client.send(GET + GET);
    await eventually(() => held.length === 2);
    const closing = engine.listener.close();
    await turns();
    for (const exchange of held) exchange.respond(head(200), "ok");
    await client.send(GET);
    assert.equal((await closing).cut, 0);
    await client.closing();
    const answers = client.answersFrom(0).complete;
    assert.equal(answers.length, 2);
    assert.equal(answers[1] && headerOf(answers[1], "connection"), "close");
    assert.equal(held.length, 2);
  });

  test("a second call gets the first one's promise", async () => {
    const engine = await serve(subject, (exchange) => exchange.respond(head(200), null));
    const first = engine.listener.close();
    assert.equal(engine.listener.close({ graceMs: 0 }), first);
    assert.equal((await first).cut, 0);
  });

  test("the port is free behind it", needsSockets(subject), async () => {
    const engine = subject.create();
    const handler = (exchange: Exchange): void => exchange.respond(head(200), null);
    const first = await engine.listen({ port: 0, host: "127.0.0.1" }, handler);
    await first.close();
    const second = await engine.listen({ port: first.address.port, host: "127.0.0.1" }, handler);
    assert.equal(second.address.port, first.address.port);
    await second.close();
  });
}
