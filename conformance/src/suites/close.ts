import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import type { Exchange } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { eventually, Handover, head, needsSockets, request, serve, turns } from "../serve.ts";
import { headerOf } from "../wire/parse-answers.ts";

const GET = request("GET /");

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
  test("connections without work are closed at once", async () => {
    const engine = await serve(subject, (exchange) => exchange.respond(head(200), null));
    using fresh = await engine.connect();
    using used = await engine.connect();
    await used.send(GET);
    await used.answers(1);
    assert.deepEqual(await engine.listener.close(), { cut: 0 });
    await fresh.closing();
    await used.closing();
    assert.equal(engine.listener.stats().connections, 0);
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
    assert.deepEqual(await closing, { cut: 0 });
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
    assert.deepEqual(await closing, { cut: 0 });
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
    assert.deepEqual(await engine.listener.close(), { cut: 0 });
    await client.closing();
    assert.equal(client.answersFrom(0).complete[0]?.body, "helloworld");
  });

  test("what is not finished in time is cut, counted, and told", async () => {
    const handed = new Handover<Exchange>();
    const engine = await serve(subject, (exchange) => handed.give(exchange));
    using client = await engine.connect();
    using idle = await engine.connect();
    await client.send(GET);
    const exchange = await handed.taken;
    const { signal } = exchange;
    assert.deepEqual(await engine.listener.close({ graceMs: 50 }), { cut: 1 });
    await client.closing();
    await idle.closing();
    assert.equal(client.text, "");
    assert.equal(signal.aborted, true);
    assert.equal(engine.listener.stats().inFlight, 0);
  });

  test("an upgraded connection is cut when its time is over", async () => {
    const closed = new Handover<void>();
    const engine = await serve(subject, (exchange) => {
      const nothing = (): void => {};
      exchange.upgrade(head(101, ["connection", "upgrade", "upgrade", "x"]), {
        data: nothing,
        drain: nothing,
        end: nothing,
        close: () => closed.give(),
      });
    });
    using client = await engine.connect();
    await client.send(request("GET /", "Connection: upgrade", "Upgrade: x"));
    await client.until(() => client.text !== "");
    await engine.listener.close({ graceMs: 50 });
    await client.closing();
    await closed.taken;
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
    assert.deepEqual(await closing, { cut: 0 });
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
    assert.deepEqual(await first, { cut: 0 });
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
