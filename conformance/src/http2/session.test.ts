import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { describe, test } from "node:test";
import type { Exchange } from "@armature/http";
import { eventually, Handover, head, turns } from "../serve.ts";
import { FRAME, frame, FrameClient, requestFrame } from "./frame-client.ts";
import { answerOf, ask, type Http2Answer, Http2Bench } from "./http2-bench.ts";

function codeIn({ body }: Http2Answer): string {
  return (JSON.parse(body) as { code: string }).code;
}

function closed(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    if (session.destroyed) resolve();
    else session.once("close", () => resolve());
  });
}

describe("deadlines over HTTP/2", () => {
  test("handlerTimeoutMs: 503, the signal aborts, and other streams go on", async () => {
    const handed = new Handover<Exchange>();
    await using bench = await Http2Bench.start(
      (exchange) => {
        if (exchange.target === "/fast") exchange.respond(head(200), "fast");
        else handed.give(exchange);
      },
      { limits: { handlerTimeoutMs: 50 } },
    );
    const session = await bench.connect();
    const answer = await ask(session);
    assert.deepEqual([answer.status, codeIn(answer)], [503, "E_HANDLER_TIMEOUT"]);
    const exchange = await handed.taken;
    assert.equal(exchange.signal.aborted, true);
    exchange.respond(head(200), "too late, and no error");
    assert.equal((await ask(session, { ":path": "/fast" })).body, "fast");
    assert.equal(bench.listener.stats().refusedBy["E_HANDLER_TIMEOUT"], 1);
  });

  test("handlerTimeoutMs: a stream that has begun may take longer", async () => {
    await using bench = await Http2Bench.start(
      (exchange) => {
        const writer = exchange.stream(head(200), null);
        setTimeout(() => {
          writer.write("slow");
          writer.end();
        }, 300);
      },
      { limits: { handlerTimeoutMs: 50 } },
    );
    assert.equal((await bench.ask()).body, "slow");
  });

  test("requestTimeoutMs: a body that does not arrive is refused", async () => {
    await using bench = await Http2Bench.start(
      async (exchange) => {
        const isRead = await Promise.resolve(exchange.body.bytes()).catch(() => null);
        if (isRead !== null) exchange.respond(head(200), "read");
      },
      { limits: { requestTimeoutMs: 50 } },
    );
    const session = await bench.connect();
    const stream = session.request({ ":method": "POST", ":path": "/" });
    stream.write("half");
    const answer = await answerOf(stream);
    assert.deepEqual([answer.status, codeIn(answer)], [408, "E_REQUEST_TIMEOUT"]);
    assert.equal((await ask(session, { ":method": "POST" }, "whole")).body, "read");
  });

  test("keepAliveTimeoutMs: an idle connection is told to go, one at work is not", async () => {
    await using bench = await Http2Bench.start(
      (exchange) => void setTimeout(() => exchange.respond(head(200), "slow"), 400),
      { limits: { keepAliveTimeoutMs: 100, minKeepAliveTimeoutMs: 100 } },
    );
    const session = await bench.connect();
    const goaway = once(session, "goaway") as Promise<[number]>; // what Node's client emits
    assert.equal((await ask(session)).body, "slow");
    assert.equal((await goaway)[0], 0);
    await closed(session);
    await eventually(() => bench.listener.stats().connections === 0);
  });

  test("a connection that never asks anything is closed", async () => {
    await using bench = await Http2Bench.start(() => {}, { limits: { headersTimeoutMs: 100 } });
    await closed(await bench.connect());
  });
});

describe("a connection of HTTP/2", () => {
  test("has http2MaxStreams at a time; one more is refused and can be sent again", async () => {
    const held: Exchange[] = [];
    await using bench = await Http2Bench.start((exchange) => held.push(exchange), {
      limits: { http2MaxStreams: 3 },
    });
    const session = await bench.connect();
    assert.equal(session.remoteSettings.maxConcurrentStreams, 3);
    const answers = Array.from({ length: 5 }, () => ask(session));
    await eventually(() => held.length === 3);
    await turns();
    assert.equal(held.length, 3);
    for (let at = 0; at < 5; at++) {
      await eventually(() => held.length > at);
      held[at]?.respond(head(200), "ok");
    }
    for (const answer of await Promise.all(answers)) assert.equal(answer.body, "ok");
  });

  test("ends after maxRequestsPerConnection, and what it was asked before is answered", async () => {
    await using bench = await Http2Bench.start(
      (exchange) => void setTimeout(() => exchange.respond(head(200), "ok"), 20),
      { limits: { maxRequestsPerConnection: 3 } },
    );
    const session = await bench.connect();
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(session)));
    const served = answers.filter(({ status }) => status === 200);
    assert.equal(served.length, 3);
    await closed(session);
    assert.equal(bench.listener.stats().requests, 3);
    assert.equal((await bench.ask()).body, "ok");
  });

  test("ends behind an answer that says close", async () => {
    await using bench = await Http2Bench.start((exchange) =>
      exchange.respond(head(200, ["connection", "close"]), "bye"),
    );
    const session = await bench.connect();
    assert.equal((await ask(session)).body, "bye");
    await closed(session);
  });

  test("takes its turn at the gate, and is shed like others", async () => {
    const held: Exchange[] = [];
    await using bench = await Http2Bench.start((exchange) => held.push(exchange), {
      limits: { maxConcurrentRequests: 1, maxQueuedRequests: 1, maxQueueAgeMs: 0 },
    });
    const session = await bench.connect();
    const first = ask(session, { ":path": "/1" });
    await eventually(() => held.length === 1);
    const second = ask(session, { ":path": "/2" });
    await eventually(() => bench.listener.stats().queued === 1);
    const third = await ask(session, { ":path": "/3" });
    assert.deepEqual([third.status, codeIn(third)], [503, "E_OVERLOADED"]);
    assert.ok(third.headers["retry-after"]);
    held[0]?.respond(head(200), "1");
    await eventually(() => held.length === 2);
    held[1]?.respond(head(200), "2");
    assert.deepEqual([(await first).body, (await second).body], ["1", "2"]);
    const stats = bench.listener.stats();
    assert.deepEqual([stats.shed.full, stats.inFlight, stats.queued], [1, 0, 0]);
  });

  test("leaves the line at the gate when its client leaves", async () => {
    const held: Exchange[] = [];
    await using bench = await Http2Bench.start((exchange) => held.push(exchange), {
      limits: { maxConcurrentRequests: 1, maxQueueAgeMs: 0 },
    });
    const session = await bench.connect();
    const first = ask(session);
    await eventually(() => held.length === 1);
    const other = await bench.connect();
    void ask(other);
    await eventually(() => bench.listener.stats().queued === 1);
    other.destroy();
    await eventually(() => bench.listener.stats().queued === 0);
    held[0]?.respond(head(200), "ok");
    assert.equal((await first).body, "ok");
    assert.equal(held.length, 1);
  });

  test("is counted, with its streams and its bytes", async () => {
    await using bench = await Http2Bench.start(async (exchange) => {
      await exchange.body.bytes();
      exchange.respond(head(200), "x".repeat(10_000));
    });
    const session = await bench.connect();
    for (let at = 0; at < 3; at++) await ask(session, { ":method": "POST" }, "y".repeat(10_000));
    await eventually(() => bench.listener.stats().bytesOut >= 30_000);
    const { http2, connections, accepted, requests, inFlight, bytesIn, phases } = bench.listener.stats();
    assert.deepEqual(http2, { sessions: 1, streams: 3, resets: 0 });
    assert.deepEqual(
      { connections, accepted, requests, inFlight },
      { connections: 1, accepted: 1, requests: 3, inFlight: 0 },
    );
    assert.ok(bytesIn >= 30_000, `${bytesIn}`);
    assert.equal(phases.idle, 1);
    session.destroy();
    await eventually(() => bench.listener.stats().connections === 0);
  });

  test("makes room near the cap, and is turned away where there is none", async () => {
    const handed = new Handover<Exchange>();
    await using bench = await Http2Bench.start((exchange) => handed.give(exchange), {
      limits: { maxConnections: 1 },
    });
    const busy = await bench.connect();
    const answer = ask(busy);
    const exchange = await handed.taken;
    const other = connect(bench.listener.address.url, { rejectUnauthorized: false });
    other.on("error", () => {});
    const [code] = (await once(other, "goaway")) as [number]; // what Node's client emits
    assert.equal(code, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await closed(other);
    assert.equal(bench.listener.stats().refusedBy["E_CONNECTIONS_FULL"], 1);
    exchange.respond(head(200), "ok");
    assert.equal((await answer).body, "ok");
  });
});

describe("the end of a listener", () => {
  test("idle connections are told to go and closed", async () => {
    await using bench = await Http2Bench.start((exchange) => exchange.respond(head(200), "ok"));
    const session = await bench.connect();
    await ask(session);
    const goaway = once(session, "goaway");
    assert.equal((await bench.listener.close()).cut, 0);
    await goaway;
    await closed(session);
  });

  test("a connection whose client said goodbye and keeps its socket does not disturb it", async () => {
    await using bench = await Http2Bench.start((exchange) => exchange.respond(head(200), "ok"));
    using client = await FrameClient.open(bench.listener);
    await client.send(requestFrame(1));
    await eventually(() => client.body(1).toString() === "ok");
    client.pause();
    await client.send(frame(FRAME.goAway, 0, { payload: Buffer.alloc(8) }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal((await bench.listener.close()).cut, 0);
    assert.equal(bench.listener.stats().connections, 0);
  });

  test("streams in work are answered, and nothing new is taken", async () => {
    const held: Exchange[] = [];
    await using bench = await Http2Bench.start((exchange) => held.push(exchange));
    const session = await bench.connect();
    const whole = ask(session, { ":path": "/whole" });
    const streamed = ask(session, { ":path": "/streamed" });
    await eventually(() => held.length === 2);
    const goaway = once(session, "goaway");
    const closing = bench.listener.close();
    await goaway;
    held[0]?.respond(head(200), "whole");
    const writer = held[1]?.stream(head(200), null);
    writer?.write("stre");
    await turns();
    writer?.write("amed");
    writer?.end();
    assert.deepEqual([(await whole).body, (await streamed).body], ["whole", "streamed"]);
    assert.equal((await closing).cut, 0);
    await closed(session);
    assert.equal(held.length, 2);
  });

  test("what is not finished in time is cut, counted and told", async () => {
    const handed = new Handover<Exchange>();
    await using bench = await Http2Bench.start((exchange) => handed.give(exchange));
    const session = await bench.connect();
    const answer = ask(session);
    const { signal } = await handed.taken;
    const { cut, requests } = await bench.listener.close({ graceMs: 50 });
    assert.deepEqual([cut, requests], [1, 1]);
    assert.equal((await answer).status, 0);
    assert.equal(signal.aborted, true);
    assert.equal(bench.listener.stats().inFlight, 0);
  });
});
