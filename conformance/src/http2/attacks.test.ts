import assert from "node:assert/strict";
import { constants } from "node:http2";
import { describe, test } from "node:test";
import type { Exchange } from "@armature/http";
import { eventually, head, turns } from "../serve.ts";
import {
  END_HEADERS,
  END_STREAM,
  fieldBlock,
  FRAME,
  frame,
  FrameClient,
  requestBlock,
  requestFrame,
  setting,
  uint32,
} from "./frame-client.ts";
import { Http2Bench } from "./http2-bench.ts";

const CANCEL = uint32(constants.NGHTTP2_CANCEL);

function answer(exchange: Exchange): void {
  exchange.respond(head(200), "hello");
}

function resetFrame(stream: number): Buffer {
  return frame(FRAME.reset, stream, { payload: CANCEL });
}

/** Others are served while one attacks, and after it. */
async function assertServes(bench: Http2Bench): Promise<void> {
  assert.equal((await bench.ask({ ":path": "/ok" })).status, 200);
}

describe("a client that resets its streams at once", () => {
  const limits = { http2MaxResetsPerSecond: 20 };

  test("is told to calm down before more than the limit were handled", async () => {
    await using bench = await Http2Bench.start(answer, { limits });
    using client = await FrameClient.open(bench.listener);
    for (let at = 0; at < 30 && !client.closed; at++)
      await client.send(requestFrame(2 * at + 1), resetFrame(2 * at + 1));
    await eventually(() => client.closed);
    assert.equal(client.goAwayCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    const { http2, requests, refusedBy, inFlight } = bench.listener.stats();
    assert.ok(http2.resets > 20 && http2.resets <= 30, String(http2.resets));
    assert.ok(requests <= 21, `${requests} handlers ran`);
    assert.deepEqual([refusedBy["E_HTTP2_RESETS_TOO_MANY"], inFlight], [1, 0]);
    await assertServes(bench);
  });

  test("is cut off in the middle of one write, too", async () => {
    await using bench = await Http2Bench.start(answer, { limits });
    using client = await FrameClient.open(bench.listener);
    const frames = Array.from({ length: 2000 }, (_, at) => [
      requestFrame(2 * at + 1),
      resetFrame(2 * at + 1),
    ]);
    await client.send(...frames.flat());
    await eventually(() => client.closed);
    assert.notEqual(client.goAwayCode, constants.NGHTTP2_NO_ERROR);
    const { http2, requests } = bench.listener.stats();
    assert.ok(http2.streams < 200, `${http2.streams} of 2000 streams were taken`);
    assert.ok(requests <= 21, `${requests} handlers ran`);
    await assertServes(bench);
  });

  test("may give up some, as browsers do", async () => {
    await using bench = await Http2Bench.start(answer, { limits });
    using client = await FrameClient.open(bench.listener);
    for (let at = 0; at < 15; at++) await client.send(requestFrame(2 * at + 1), resetFrame(2 * at + 1));
    await client.send(requestFrame(101));
    await eventually(() => client.body(101).toString() === "hello");
    assert.equal(client.closed, false);
  });

  test("does not get away with having the server reset them", async () => {
    await using bench = await Http2Bench.start(() => {}, { limits });
    using client = await FrameClient.open(bench.listener);
    // A window larger than there may be breaks the protocol.
    const tooMuch = uint32(0x7f_ff_ff_ff);
    for (let at = 0; at < 60 && !client.closed; at++) {
      const stream = 2 * at + 1;
      await client.send(requestFrame(stream), frame(FRAME.windowUpdate, stream, { payload: tooMuch }));
    }
    await eventually(() => client.closed);
    assert.notEqual(client.goAwayCode, constants.NGHTTP2_NO_ERROR);
    assert.ok(bench.listener.stats().http2.streams <= 21);
    await eventually(() => bench.listener.stats().inFlight === 0);
  });
});

describe("a flood of frames that ask for nothing", () => {
  const limits = { http2MaxControlFramesPerSecond: 50 };
  const floods: Readonly<Record<string, (at: number) => Buffer>> = {
    PING: () => frame(FRAME.ping, 0, { payload: Buffer.alloc(8) }),
    SETTINGS: () => frame(FRAME.settings, 0),
  };

  for (const [name, make] of Object.entries(floods))
    test(`${name}: is told to calm down`, async () => {
      await using bench = await Http2Bench.start(answer, { limits });
      using client = await FrameClient.open(bench.listener);
      for (let at = 0; at < 200 && !client.closed; at++) await client.send(make(at));
      await eventually(() => client.closed);
      assert.equal(client.goAwayCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
      assert.equal(bench.listener.stats().refusedBy["E_HTTP2_FRAMES_TOO_MANY"], 1);
      await assertServes(bench);
    });

  test("PRIORITY: is passed over, or told to calm down where Node tells of it", async () => {
    await using bench = await Http2Bench.start(answer, { limits });
    using client = await FrameClient.open(bench.listener);
    for (let at = 0; at < 200 && !client.closed; at++)
      await client.send(frame(FRAME.priority, 2 * at + 1, { payload: Buffer.alloc(5, 1) }));
    await client.send(requestFrame(1001));
    await eventually(() => client.closed || client.body(1001).toString() === "hello");
    if (client.closed) assert.equal(client.goAwayCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await assertServes(bench);
  });

  test("some of them are answered, and nothing happens", async () => {
    await using bench = await Http2Bench.start(answer, { limits });
    using client = await FrameClient.open(bench.listener);
    for (let at = 0; at < 20; at++) await client.send(floods["PING"]?.(at) ?? Buffer.alloc(0));
    await eventually(() => client.all(FRAME.ping).length === 20);
    assert.equal(client.closed, false);
  });

  test("CONTINUATION: is cut, and nothing of it is kept", async () => {
    await using bench = await Http2Bench.start(answer);
    using client = await FrameClient.open(bench.listener);
    await client.send(frame(FRAME.headers, 1, { flags: END_STREAM, payload: requestBlock() }));
    const more = frame(FRAME.continuation, 1, { payload: fieldBlock({ "x-a": "b".repeat(100) }) });
    for (let at = 0; at < 1000 && !client.closed; at++) await client.send(more);
    await eventually(() => client.closed);
    assert.notEqual(client.goAwayCode, constants.NGHTTP2_NO_ERROR);
    assert.equal(bench.listener.stats().requests, 0);
    await assertServes(bench);
  });

  test("empty DATA: is no body, and the request is refused as too slow", async () => {
    await using bench = await Http2Bench.start(() => {}, { limits: { rateGraceMs: 100 } });
    using client = await FrameClient.open(bench.listener);
    const payload = requestBlock({ ":method": "POST" });
    await client.send(frame(FRAME.headers, 1, { flags: END_HEADERS, payload }));
    while (client.all(FRAME.headers, 1).length === 0 && !client.closed) {
      await client.send(frame(FRAME.data, 1), frame(FRAME.data, 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(bench.listener.stats().refusedBy["E_REQUEST_TOO_SLOW"], 1);
    await eventually(() => bench.listener.stats().inFlight === 0);
  });

  test("empty DATA: is cut where its stream is answered", async () => {
    await using bench = await Http2Bench.start(answer);
    using client = await FrameClient.open(bench.listener);
    const payload = requestBlock({ ":method": "POST" });
    await client.send(frame(FRAME.headers, 1, { flags: END_HEADERS, payload }));
    await eventually(() => client.body(1).toString() === "hello");
    const empty = Array.from({ length: 100 }, () => frame(FRAME.data, 1));
    for (let at = 0; at < 100 && !client.closed; at++) await client.send(...empty);
    await eventually(() => client.closed);
    await assertServes(bench);
  });

  test("SETTINGS with more entries than anybody knows are cut", async () => {
    await using bench = await Http2Bench.start(answer);
    using client = await FrameClient.open(bench.listener);
    const payload = Buffer.concat(Array.from({ length: 100 }, () => setting(3, 100)));
    await client.send(frame(FRAME.settings, 0, { payload }));
    await eventually(() => client.closed);
    assert.equal(client.goAwayCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });
});

describe("heads", () => {
  const BAD: Readonly<Record<string, Buffer>> = {
    "a field of a connection": requestBlock({ connection: "close" }),
    "transfer-encoding": requestBlock({ "transfer-encoding": "chunked" }),
    "te other than trailers": requestBlock({ te: "gzip" }),
    "a name in capitals": requestBlock({ "X-A": "1" }),
    "user information in the authority": requestBlock({ ":authority": "u@a" }),
    "an unknown pseudo-field": requestBlock({ ":x": "1" }),
    "a pseudo-field behind a field": Buffer.concat([fieldBlock({ "x-a": "1" }), requestBlock()]),
    "two paths": Buffer.concat([requestBlock(), fieldBlock({ ":path": "/b" })]),
    "an empty path": requestBlock({ ":path": "" }),
    "extended CONNECT, which was not offered": requestBlock({
      ":method": "CONNECT",
      ":protocol": "websocket",
    }),
    "a length that is no number": requestBlock({ "content-length": "+1" }),
    "a length without a body": requestBlock({ "content-length": "1" }),
  };
  for (const [what, payload] of Object.entries(BAD))
    test(`with ${what} reset their stream, and nobody handles them`, async () => {
      await using bench = await Http2Bench.start(answer);
      using client = await FrameClient.open(bench.listener);
      await client.send(frame(FRAME.headers, 1, { flags: END_STREAM | END_HEADERS, payload }));
      await eventually(() => client.resetCode(1) !== null || client.closed);
      assert.equal(bench.listener.stats().requests, 0);
      if (client.closed) return;
      await client.send(requestFrame(3));
      await eventually(() => client.body(3).toString() === "hello");
    });

  test("lose fields with control characters, which no handler sees", async () => {
    await using bench = await Http2Bench.start((exchange) =>
      exchange.respond(head(200), JSON.stringify([...exchange.headers])),
    );
    using client = await FrameClient.open(bench.listener);
    for (const [at, value] of ["1\r\nx-b: 2", "\0", "a\u007f"].entries()) {
      const stream = 2 * at + 1;
      await client.send(requestFrame(stream, { "x-a": value }));
      await eventually(() => client.resetCode(stream) !== null || client.body(stream).length > 0);
      if (client.resetCode(stream) === null) assert.equal(client.body(stream).toString(), '[["host","a"]]');
    }
  });

  test("far over the limit are not even answered", async () => {
    await using bench = await Http2Bench.start(answer, { limits: { maxHeaderFields: 10 } });
    using client = await FrameClient.open(bench.listener);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`x-${at}`, "1"]));
    await client.send(requestFrame(1, many));
    await eventually(() => client.resetCode(1) !== null);
    assert.equal(client.resetCode(1), constants.NGHTTP2_ENHANCE_YOUR_CALM);
    assert.equal(bench.listener.stats().requests, 0);
  });

  test("that do not end keep nobody from going", async () => {
    await using bench = await Http2Bench.start(answer, { limits: { headersTimeoutMs: 100 } });
    using client = await FrameClient.open(bench.listener);
    await client.send(frame(FRAME.headers, 1, { payload: requestBlock() }));
    await eventually(() => client.closed);
  });
});

describe("a client that takes nothing", () => {
  const LARGE = Buffer.alloc(1_000_000, "0123456789");
  /** No window at all, for any stream. */
  const CLOSED_WINDOW = setting(4, 0);

  test("http2StallTimeoutMs: loses its stream", async () => {
    await using bench = await Http2Bench.start(
      (exchange) => exchange.respond(head(200), exchange.target === "/large" ? LARGE : null),
      { limits: { http2StallTimeoutMs: 100 } },
    );
    using client = await FrameClient.open(bench.listener, CLOSED_WINDOW);
    await client.send(requestFrame(1, { ":path": "/large" }));
    await eventually(() => client.resetCode(1) !== null);
    assert.equal(client.resetCode(1), constants.NGHTTP2_CANCEL);
    assert.equal(bench.listener.stats().refusedBy["E_CLIENT_TOO_SLOW"], 1);
    await eventually(() => bench.listener.stats().unsentBytes === 0);
    await client.send(requestFrame(3));
    await eventually(() => client.all(FRAME.headers, 3).length === 1);
  });

  test("http2StallTimeoutMs: one that takes a piece now and then keeps it", async () => {
    await using bench = await Http2Bench.start((exchange) => exchange.respond(head(200), LARGE), {
      limits: { http2StallTimeoutMs: 300 },
    });
    using client = await FrameClient.open(bench.listener, setting(4, 65_536));
    await client.send(requestFrame(1));
    while (client.body(1).length < LARGE.length && client.resetCode(1) === null) {
      const window = uint32(65_536);
      await client.send(
        frame(FRAME.windowUpdate, 1, { payload: window }),
        frame(FRAME.windowUpdate, 0, { payload: window }),
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(client.resetCode(1), null);
    assert.ok(client.body(1).equals(LARGE));
  });

  test("http2StallTimeoutMs: loses the stream whose body does not end behind its answer", async () => {
    await using bench = await Http2Bench.start(answer, { limits: { http2StallTimeoutMs: 100 } });
    using client = await FrameClient.open(bench.listener);
    const payload = requestBlock({ ":method": "POST" });
    await client.send(frame(FRAME.headers, 1, { flags: END_HEADERS, payload }));
    await eventually(() => client.body(1).toString() === "hello" && client.resetCode(1) !== null);
    await eventually(() => bench.listener.stats().phases.idle === 1);
  });

  test("http2MaxUnsentBytes: what it asks for further waits", async () => {
    let calls = 0;
    await using bench = await Http2Bench.start(
      (exchange) => {
        calls++;
        exchange.respond(head(200), LARGE);
      },
      { limits: { http2MaxUnsentBytes: 2_500_000 } },
    );
    using client = await FrameClient.open(bench.listener, CLOSED_WINDOW);
    for (let at = 0; at < 10; at++) await client.send(requestFrame(2 * at + 1));
    await eventually(() => calls === 3);
    await turns();
    assert.equal(calls, 3);
    assert.ok(bench.listener.stats().unsentBytes < 3_100_000);
    // Two are given up: two that wait take their place, and not more.
    await client.send(resetFrame(1), resetFrame(3));
    await eventually(() => calls === 5);
    await turns();
    assert.equal(calls, 5);
  });

  test("http2MaxUnsentBytes: goes on when it takes something again", async () => {
    await using bench = await Http2Bench.start((exchange) => exchange.respond(head(200), LARGE), {
      limits: { http2MaxUnsentBytes: 1_500_000 },
    });
    const session = await bench.connect();
    const streams = Array.from({ length: 6 }, () => session.request({ ":path": "/" }));
    const sizes = streams.map(async (stream) => {
      let size = 0;
      for await (const chunk of stream) size += (chunk as Buffer).length; // no encoding is set
      return size;
    });
    assert.deepEqual(
      await Promise.all(sizes),
      Array.from({ length: 6 }, () => LARGE.length),
    );
  });

  test("minBytesPerSecond: one that sends its body too slowly is refused", async () => {
    await using bench = await Http2Bench.start(
      async (exchange) => {
        await Promise.resolve(exchange.body.bytes()).catch(() => null);
      },
      { limits: { minBytesPerSecond: 10_000, rateGraceMs: 100 } },
    );
    using client = await FrameClient.open(bench.listener);
    const payload = requestBlock({ ":method": "POST" });
    await client.send(frame(FRAME.headers, 1, { flags: END_HEADERS, payload }));
    while (client.all(FRAME.headers, 1).length === 0) {
      await client.send(frame(FRAME.data, 1, { payload: Buffer.from("a") }));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(bench.listener.stats().refusedBy["E_REQUEST_TOO_SLOW"], 1);
    assert.match(client.body(1).toString(), /E_REQUEST_TOO_SLOW/);
  });
});

test("bytes that are no HTTP/2 end the connection", async () => {
  await using bench = await Http2Bench.start(answer);
  using client = await FrameClient.open(bench.listener);
  await client.send(Buffer.alloc(200, "x"));
  await eventually(() => client.closed);
  await eventually(() => bench.listener.stats().connections === 0);
  await assertServes(bench);
});
