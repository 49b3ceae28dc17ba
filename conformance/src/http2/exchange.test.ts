import assert from "node:assert/strict";
import { once } from "node:events";
import { constants } from "node:http2";
import { describe, test } from "node:test";
import { type Exchange, HeaderBlock, HttpError, type Limits } from "@armature/http";
import { eventually, getText, Handover, head, turns } from "../serve.ts";
import { answerOf, ask, Http2Bench } from "./http2-bench.ts";

const PIECE = Buffer.alloc(64 * 1024, "0123456789abcdef");

/** Answers with what the exchange says of its request. */
function describeRequest(exchange: Exchange): void {
  const { method, target, version, headers, peer } = exchange;
  const seen = {
    method,
    target,
    version,
    headers: [...headers],
    secure: peer.secure,
    tls: peer.tls?.protocol,
  };
  exchange.respond(head(200), JSON.stringify(seen));
}

async function answerBody(exchange: Exchange): Promise<void> {
  try {
    exchange.respond(head(200), Buffer.from(await exchange.body.bytes()));
  } catch (error) {
    if (!exchange.answered && error instanceof HttpError) exchange.respond(head(error.status), error.code);
  }
}

describe("a request over HTTP/2", () => {
  test("is an exchange like any other", async () => {
    await using bench = await Http2Bench.start(describeRequest);
    const { status, body } = await bench.ask({
      ":method": "PATCH",
      ":path": "/a%20b?c=d",
      ":authority": "example.com:8443",
      cookie: ["a=1", "b=2"],
      "x-twice": ["1", "2"],
    });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), {
      method: "PATCH",
      target: "/a%20b?c=d",
      version: "2.0",
      headers: [
        ["host", "example.com:8443"],
        ["x-twice", "1"],
        ["x-twice", "2"],
        ["cookie", "a=1; b=2"],
      ],
      secure: true,
      tls: "TLSv1.3",
    });
  });

  test("may name its host in either way, and in both if they agree", async () => {
    await using bench = await Http2Bench.start((exchange) =>
      exchange.respond(head(200), exchange.headers.getAll("host").join("|")),
    );
    assert.equal((await bench.ask({ ":authority": "a", host: "a" })).body, "a");
    assert.equal((await bench.ask({ host: "b" })).body, "b");
    const differing = await bench.ask({ ":authority": "a", host: "b" });
    assert.equal(differing.status, 400);
    assert.equal((JSON.parse(differing.body) as { code: string }).code, "E_HOST_MISMATCH");
  });

  test("is refused where HTTP/1.1 would refuse it", async () => {
    let calls = 0;
    await using bench = await Http2Bench.start(() => calls++, { limits: { maxHeaderFields: 6 } });
    for (const [headers, code] of [
      [{ ":authority": "a:99999" }, "E_HOST_MALFORMED"],
      [{ ":path": "/a#b" }, "E_TARGET_INVALID"],
      [{ ":scheme": "gopher" }, "E_TARGET_FORM"],
      [{ expect: "the-impossible" }, "E_EXPECTATION_UNKNOWN"],
      [{ ":path": `/${"a".repeat(8192)}` }, "E_REQUEST_LINE_TOO_LONG"],
      [{ "x-large": "a".repeat(17_000) }, "E_HEADERS_TOO_LARGE"],
      [{ a: "1", b: "2", c: "3", d: "4", e: "5", f: "6" }, "E_HEADERS_TOO_MANY"],
    ] as const) {
      const { body, headers: fields } = await bench.ask(headers);
      const seen = body === "" ? "nothing" : (JSON.parse(body) as { code: string }).code;
      assert.equal(seen, code, JSON.stringify(headers).slice(0, 100));
      assert.equal(fields["content-type"], "application/problem+json");
    }
    assert.equal(calls, 0);
    assert.equal(bench.listener.stats().refused, 7);
    assert.equal(
      (await bench.ask({ a: "1", b: "2", c: "3", d: "4", ":method": "HEAD", ":path": "*" })).body,
      "",
    );
  });

  test("that is refused is told to whoever listens, who may add fields", async () => {
    const told: unknown[] = [];
    await using bench = await Http2Bench.start(() => {}, {
      onRefusal: ({ method, target, status, code, peer }) => {
        told.push([method, target, status, code, peer.secure]);
        return ["x-request-id", "7"];
      },
    });
    const { headers } = await bench.ask({ ":path": "/x", ":scheme": "gopher" });
    assert.equal(headers["x-request-id"], "7");
    assert.deepEqual(told, [["GET", "/x", 400, "E_TARGET_FORM", true]]);
  });

  test("cannot be upgraded", async () => {
    const codes: unknown[] = [];
    await using bench = await Http2Bench.start((exchange) => {
      const nothing = (): void => {};
      assert.throws(
        () => exchange.upgrade(head(101), { data: nothing, drain: nothing, end: nothing, close: nothing }),
        (error: { code?: unknown }) => codes.push(error.code) > 0,
      );
      exchange.respond(head(426), null);
    });
    assert.equal((await bench.ask()).status, 426);
    assert.deepEqual(codes, ["E_UPGRADE_UNSUPPORTED"]);
  });

  test("whose client gives it up aborts the signal", async () => {
    const handed = new Handover<Exchange>();
    await using bench = await Http2Bench.start((exchange) => {
      if (exchange.target === "/next") exchange.respond(head(200), "next");
      else handed.give(exchange);
    });
    const session = await bench.connect();
    const stream = session.request({ ":path": "/" });
    stream.on("error", () => {});
    const exchange = await handed.taken;
    const { signal } = exchange;
    assert.equal(signal.aborted, false);
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => signal.aborted && exchange.answered);
    exchange.respond(head(200), "for nobody");
    exchange.stream(head(200), null).end();
    exchange.abort();
    await eventually(() => bench.listener.stats().http2.resets === 1);
    assert.equal(bench.listener.stats().inFlight, 0);
    assert.equal((await ask(session, { ":path": "/next" })).body, "next");
  });
});

describe("an answer over HTTP/2", () => {
  test("has its fields, and none of HTTP/1.1's connections", async () => {
    const block = new HeaderBlock(["Content-Type", "text/plain", "connection", "keep-alive"]);
    await using bench = await Http2Bench.start((exchange) =>
      exchange.respond(
        {
          status: 418,
          block,
          fields: ["X-B", "2", "set-cookie", "a=1", "set-cookie", "b=2", "upgrade", "x"],
        },
        "h\u00e9llo",
      ),
    );
    const { status, headers, body } = await bench.ask();
    assert.equal(status, 418);
    assert.equal(Buffer.from(body, "latin1").toString(), "h\u00e9llo");
    assert.equal(headers["content-type"], "text/plain");
    assert.equal(headers["x-b"], "2");
    assert.deepEqual(headers["set-cookie"], ["a=1", "b=2"]);
    assert.equal(headers["content-length"], "6");
    assert.match(headers.date ?? "", /GMT$/);
    for (const name of ["connection", "upgrade", "keep-alive", "transfer-encoding"])
      assert.equal(headers[name], undefined, name);
  });

  test("to HEAD, of 204, 205 and of 304 has no body", async () => {
    await using bench = await Http2Bench.start((exchange) => {
      const status = Number(exchange.target.slice(1, 4));
      if (!exchange.target.endsWith("stream")) return exchange.respond(head(status), "hello");
      const writer = exchange.stream(head(status), null);
      writer.write("hello");
      writer.end(["x-t", "1"]);
    });
    for (const suffix of ["", "stream"])
      for (const [method, status, length] of [
        ["HEAD", 200, suffix === "" ? "5" : undefined],
        ["GET", 204, undefined],
        ["GET", 205, "0"],
        ["GET", 304, undefined],
      ] as const) {
        const answer = await bench.ask({ ":method": method, ":path": `/${status}${suffix}` });
        const seen = [answer.status, answer.body, answer.code, answer.headers["content-length"]];
        assert.deepEqual(seen, [status, "", 0, length], `${method} ${status} ${suffix}`);
      }
  });

  test("with a field that must not be written throws, and another one can be given", async () => {
    await using bench = await Http2Bench.start((exchange) => {
      for (const fields of [["x", "a\r\nb: c"], ["x y", "1"], ["content-length", "3"], ["x"]])
        assert.throws(() => exchange.respond(head(200, fields), "no"), HttpError);
      assert.throws(() => exchange.respond(head(99), "no"), { code: "E_STATUS_INVALID" });
      exchange.respond(head(500), "refused");
      assert.throws(() => exchange.respond(head(200), "second"), { code: "E_EXCHANGE_ANSWERED" });
      assert.throws(() => exchange.stream(head(200), null), { code: "E_EXCHANGE_ANSWERED" });
    });
    const { status, body } = await bench.ask();
    assert.deepEqual([status, body], [500, "refused"]);
    assert.deepEqual(bench.errors, []);
  });

  test("may have interim ones in front of it, and trailer fields behind", async () => {
    await using bench = await Http2Bench.start((exchange) => {
      exchange.inform(103, ["link", "</a.css>; rel=preload"]);
      const writer = exchange.stream(head(200, ["trailer", "x-sum"]), null);
      writer.write("hello");
      assert.throws(() => writer.end(["content-length", "5"]), HttpError);
      writer.end(["x-sum", "5"]);
    });
    const session = await bench.connect();
    const stream = session.request({ ":path": "/" });
    const interim = once(stream, "headers") as Promise<[{ ":status": number; link: string }]>; // what Node's client emits
    const answer = await answerOf(stream);
    const [{ ":status": status, link }] = await interim;
    assert.deepEqual([status, link], [103, "</a.css>; rel=preload"]);
    assert.deepEqual([answer.body, answer.trailers["x-sum"]], ["hello", "5"]);
  });

  test("of a handler that throws is 500, and one that throws later is cut", async () => {
    const boom = new Error("boom");
    await using bench = await Http2Bench.start((exchange) => {
      if (exchange.target === "/late") exchange.stream(head(200), null).write("half");
      throw boom;
    });
    const session = await bench.connect();
    const early = await ask(session);
    assert.equal(early.status, 500);
    assert.ok(!early.body.includes("boom"));
    const late = await ask(session, { ":path": "/late" });
    assert.equal(late.code, constants.NGHTTP2_INTERNAL_ERROR);
    assert.deepEqual(bench.errors, [boom, boom]);
  });

  test("that is cut resets the stream, and the connection goes on", async () => {
    await using bench = await Http2Bench.start((exchange) => {
      if (exchange.target === "/cut") return exchange.abort();
      if (exchange.target === "/ok") return exchange.respond(head(200), "ok");
      const writer = exchange.stream(head(200), exchange.target === "/short" ? 10 : null);
      writer.write("half");
      if (exchange.target === "/short") assert.throws(() => writer.end(), { code: "E_ANSWER_LENGTH" });
      else writer.abort();
      assert.equal(writer.closed, true);
    });
    const session = await bench.connect();
    for (const path of ["/cut", "/half", "/short"])
      assert.equal((await ask(session, { ":path": path })).code, constants.NGHTTP2_INTERNAL_ERROR, path);
    assert.equal((await ask(session, { ":path": "/ok" })).body, "ok");
  });

  test("may overtake those of other requests", async () => {
    const held: Exchange[] = [];
    await using bench = await Http2Bench.start((exchange) => {
      if (exchange.target === "/slow") held.push(exchange);
      else exchange.respond(head(200), "fast");
    });
    const session = await bench.connect();
    const slow = ask(session, { ":path": "/slow" });
    assert.equal((await ask(session)).body, "fast");
    await eventually(() => held.length === 1);
    held[0]?.respond(head(200), "slow");
    assert.equal((await slow).body, "slow");
  });

  test("that nobody reads stops its writer, until it is read again", async () => {
    const total = 100 * PIECE.length;
    let pieces = 0;
    await using bench = await Http2Bench.start(async (exchange) => {
      const writer = exchange.stream(head(200), total);
      for (; pieces < 100;) {
        pieces++;
        if (!writer.write(PIECE)) await writer.drained();
      }
      writer.end();
    });
    const session = await bench.connect();
    const stream = session.request({ ":path": "/" });
    stream.pause();
    await once(stream, "response");
    await turns();
    await eventually(() => pieces > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(pieces < 50, `${pieces} of 100 pieces were written for nobody`);
    const answer = answerOf(stream);
    stream.resume();
    assert.equal((await answer).body.length, total);
  });

  test("tells its watcher what became of it", async () => {
    const told: unknown[] = [];
    await using bench = await Http2Bench.start(
      (exchange) => {
        exchange.watch({
          refused: ({ code }) => told.push(code),
          sent: (status, bytes) => told.push([status, bytes]),
          cut: (reason) => told.push((reason as { code: string }).code),
        });
        if (exchange.target === "/whole") exchange.respond(head(200), "hello");
        else if (exchange.target === "/cut") exchange.abort();
        else if (exchange.target === "/stream") {
          const writer = exchange.stream(head(201), null);
          writer.write("hel");
          writer.write("lo!");
          writer.end();
        }
      },
      { limits: { handlerTimeoutMs: 50 } },
    );
    for (const path of ["/whole", "/stream", "/cut", "/never"]) await bench.ask({ ":path": path });
    await eventually(() => told.length === 5);
    assert.deepEqual(told.slice(0, 4), [[200, 5], [201, 6], "E_EXCHANGE_ABORTED", "E_HANDLER_TIMEOUT"]);
    assert.equal((told[4] as [number])[0], 503);
  });
});

describe("a body over HTTP/2", () => {
  const limits: Partial<Limits> = { maxBodyBytes: 100_000 };

  test("is read whole, in pieces, and with its trailer fields", async () => {
    await using bench = await Http2Bench.start(async (exchange) => {
      if (exchange.body.length !== 0) assert.equal(exchange.body.peek(), null);
      const chunks: Uint8Array[] = [];
      for await (const chunk of exchange.body.chunks()) chunks.push(chunk);
      const { length, trailers } = exchange.body;
      const seen = { size: Buffer.concat(chunks).length, length, sum: trailers?.get("x-sum") ?? null };
      exchange.respond(head(200), JSON.stringify(seen));
    });
    const session = await bench.connect();
    const announced = await ask(session, { ":method": "POST", "content-length": 70_000 }, "a".repeat(70_000));
    assert.deepEqual(JSON.parse(announced.body), { size: 70_000, length: 70_000, sum: null });
    const stream = session.request({ ":method": "POST", ":path": "/" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "5" }));
    stream.end("hello");
    assert.deepEqual(JSON.parse((await answerOf(stream)).body), { size: 5, length: null, sum: "5" });
    const none = await ask(session, { ":method": "POST" });
    assert.deepEqual(JSON.parse(none.body), { size: 0, length: 0, sum: null });
  });

  test("over its limit is refused, announced or not", async () => {
    await using bench = await Http2Bench.start(answerBody, { limits });
    const body = "a".repeat(150_000);
    for (const headers of [{}, { "content-length": body.length }]) {
      const answer = await bench.ask({ ":method": "POST", ...headers }, body);
      assert.deepEqual([answer.status, answer.body], [413, "E_BODY_TOO_LARGE"]);
    }
  });

  test("that nobody reads is taken as far as it may go, and the answer arrives", async () => {
    await using bench = await Http2Bench.start((exchange) => exchange.respond(head(200), "no, thank you"), {
      limits,
    });
    const session = await bench.connect();
    for (const size of [50_000, 90_000, 5_000_000]) {
      const answer = await ask(session, { ":method": "POST" }, Buffer.alloc(size, "a"));
      assert.deepEqual([answer.status, answer.body, answer.code], [200, "no, thank you", 0]);
    }
    await eventually(() => bench.listener.stats().phases.idle === 1);
  });

  test("waits for its reader", async () => {
    const gate = new Handover<void>();
    await using bench = await Http2Bench.start(async (exchange) => {
      await gate.taken;
      let size = 0;
      for await (const chunk of exchange.body.chunks(10_000_000)) size += chunk.length;
      exchange.respond(head(200), String(size));
    });
    const session = await bench.connect();
    const stream = session.request({ ":method": "POST", ":path": "/" });
    stream.end(Buffer.alloc(5_000_000, "a"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(stream.writableLength > 0, "the server took 5 MB that nobody read");
    gate.give();
    assert.equal((await answerOf(stream)).body, "5000000");
  });

  test("is asked for with 100 when it is read, and not where the answer does not need it", async () => {
    await using bench = await Http2Bench.start((exchange) => {
      if (exchange.target === "/no") exchange.respond(head(403), "no");
      else void answerBody(exchange);
    });
    const session = await bench.connect();
    const headers = { ":method": "POST", expect: "100-continue" };
    const wanted = session.request({ ":path": "/yes", ...headers });
    wanted.once("continue", () => wanted.end("hello"));
    assert.equal((await answerOf(wanted)).body, "hello");
    const refused = session.request({ ":path": "/no", ...headers });
    refused.once("continue", () => assert.fail("the body was asked for"));
    assert.equal((await answerOf(refused)).body, "no");
  });

  test("whose client leaves half-way is an error of its reader", async () => {
    const handed = new Handover<string>();
    await using bench = await Http2Bench.start((exchange) => {
      Promise.resolve(exchange.body.bytes()).then(
        () => handed.give("read"),
        (error: { code: string }) => handed.give(error.code),
      );
    });
    const session = await bench.connect();
    const stream = session.request({ ":method": "POST", ":path": "/", "content-length": 8 });
    stream.on("error", () => {});
    stream.write("half");
    await eventually(() => bench.listener.stats().inFlight === 1);
    stream.close(constants.NGHTTP2_CANCEL);
    assert.equal(await handed.taken, "E_BODY_INCOMPLETE");
  });
});

test("clients without HTTP/2 are served by HTTP/1.1 on the same port, and by it alone where that is chosen", async () => {
  await using bench = await Http2Bench.start((exchange) => exchange.respond(head(200), exchange.version));
  assert.equal((await bench.ask()).body, "2.0");
  assert.equal(await getText(bench.listener.address.url), "1.1");
  await using plain = await Http2Bench.start((exchange) => exchange.respond(head(200), exchange.version), {
    http2: false,
  });
  assert.equal(await getText(plain.listener.address.url), "1.1");
  await assert.rejects(plain.connect());
});
