import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import type { Exchange } from "@armature/http";
import { Bench, get, HEAD, turn } from "./connection-bench.test.kit.ts";

test("the answers to all requests of one read leave in one write", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, exchange.target));
  bench.read(get("/1") + get("/2") + get("/3"));
  assert.equal(bench.transport.writes.length, 1);
  assert.match(bench.transport.writes[0] ?? "", /\/1HTTP.*\/2HTTP.*\/3$/s);
  assert.deepEqual(bench.transport.calls, []);
});

test("where the listener closes, a client that has read its answers long ago is not waited for as long as others", () => {
  const answer = (exchange: Exchange): void => exchange.respond(HEAD, exchange.target);
  const idle = new Bench(answer);
  idle.read(get("/"));
  const last = new Bench(answer);
  for (const { pool } of [idle, last]) pool.closing = true;
  idle.connection.close();
  last.read(get("/"));
  for (const bench of [idle, last]) {
    assert.deepEqual(bench.transport.calls, ["end"]);
    bench.pass(1_000);
  }
  assert.deepEqual(idle.transport.calls, ["end", "destroy"]);
  assert.deepEqual(last.transport.calls, ["end"]);
  last.pass(2_000);
  assert.deepEqual(last.transport.calls, ["end", "destroy"]);
});

test("answers that are given in one turn leave in one write", async () => {
  const bench = new Bench((exchange) => {
    const answer = (): void => exchange.respond(HEAD, exchange.target);
    queueMicrotask(exchange.target === "/2" ? () => queueMicrotask(answer) : answer);
  });
  bench.read(get("/1") + get("/2") + get("/3"));
  assert.deepEqual(bench.transport.writes, []);
  await turn();
  assert.equal(bench.transport.writes.length, 1);
  assert.match(bench.transport.writes[0] ?? "", /\/1HTTP.*\/2HTTP.*\/3$/s);
});

test("pieces that are written in one turn leave in one write", async () => {
  const bench = new Bench((exchange) => {
    setImmediate(() => {
      const writer = exchange.stream(HEAD, null);
      for (const piece of ["a", "b", "c"]) writer.write(piece);
      writer.end();
    });
  });
  bench.read(get("/"));
  await turn();
  await turn();
  assert.equal(bench.transport.writes.length, 1);
  assert.match(bench.transport.writes[0] ?? "", /\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n$/);
});

test("a writer that waits is woken where a read answers the request in front of it", async () => {
  const waiting: Exchange[] = [];
  const bench = new Bench(
    (exchange) => {
      if (exchange.target === "/first") waiting.push(exchange);
      if (exchange.target === "/last") for (const each of [...waiting, exchange]) each.respond(HEAD, "done");
      if (exchange.target !== "/stream") return;
      const writer = exchange.stream(HEAD, 26);
      writer.write("abcdefghijklmnopqrstuvwxyz");
      void writer.drained().then(() => writer.end());
    },
    { highWaterBytes: 16 },
  );
  bench.read(get("/first") + get("/stream"));
  await turn();
  assert.deepEqual(bench.transport.writes, []);
  bench.read(get("/last"));
  await turn();
  assert.match(bench.transport.writes.join(""), /doneHTTP.*xyzHTTP.*done$/s);
});

test("reading stops at the limit of requests in work, and what was read is kept", async () => {
  const open: Exchange[] = [];
  const bench = new Bench((exchange) => void open.push(exchange), { maxPipelined: 2 });
  bench.read(get("/0") + get("/1") + get("/2") + get("/3"));
  assert.equal(open.length, 2);
  assert.deepEqual(bench.transport.calls, ["pause"]);
  open[0]?.respond(HEAD, "0");
  await turn();
  assert.equal(open.length, 3);
  assert.deepEqual(bench.transport.calls, ["pause"]);
  open[1]?.respond(HEAD, "1");
  await turn();
  assert.equal(open.length, 4);
  open[2]?.respond(HEAD, "2");
  await turn();
  assert.deepEqual(bench.transport.calls, ["pause", "resume"]);
  assert.deepEqual(
    open.map(({ target }) => target),
    ["/0", "/1", "/2", "/3"],
  );
});

test("reading stops while answers do not leave", async () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, "x"), { highWaterBytes: 1000 });
  bench.transport.pending = 1000;
  bench.read(get("/"));
  assert.deepEqual(bench.transport.calls, ["pause"]);
  assert.equal(bench.counters.requests, 0);
  bench.transport.pending = 0;
  bench.connection.drained();
  await turn();
  assert.equal(bench.counters.requests, 1);
  assert.deepEqual(bench.transport.calls, ["pause", "resume"]);
});

test("what is written of the read buffer is copied, as writing may take longer than the handler", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, exchange.body.peek()));
  const body = "b".repeat(40_000);
  const bytes = Buffer.from(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  bench.connection.data(bytes, bytes.length);
  assert.ok(bench.transport.writes.join("").endsWith(body));
  assert.equal(bench.transport.memories.length, 1);
  assert.notEqual(bench.transport.memories[0], bytes.buffer);
});

test("nothing is taken behind a request that closes, though its answer takes time", async () => {
  const open: Exchange[] = [];
  const bench = new Bench((exchange) => void open.push(exchange));
  bench.read(`GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n${get("/2")}`);
  bench.read(get("/3"));
  assert.equal(open.length, 1);
  open[0]?.respond(HEAD, "");
  await turn();
  assert.deepEqual(bench.transport.calls, ["end"]);
});

test("bodies that nobody reads are dropped up to 64 KiB", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, ""));
  const head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ";
  bench.read(`${head}65536\r\n\r\n`);
  bench.read("x".repeat(65_536));
  assert.doesNotMatch(bench.transport.writes.join(""), /connection: close/);
  bench.read("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n10000\r\n");
  bench.read("x".repeat(65_536));
  bench.read("\r\n0\r\n\r\n");
  assert.deepEqual(bench.transport.calls, []);
  bench.read(`${head}65537\r\n\r\n`);
  assert.match(bench.transport.writes.join(""), /connection: close/);
  assert.deepEqual(bench.transport.calls, ["end"]);
});

test("a body that nobody reads and that does not end closes the connection behind all answers", async () => {
  const open: Exchange[] = [];
  const bench = new Bench((exchange) => {
    if (exchange.method === "GET") open.push(exchange);
    else exchange.respond(HEAD, "second");
  });
  bench.read(`${get("/")}POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nfffff\r\n`);
  bench.read("x".repeat(65_537));
  bench.read("x".repeat(1000));
  assert.deepEqual(bench.transport.writes, []);
  open[0]?.respond(HEAD, "first");
  await turn();
  assert.match(bench.transport.writes.join(""), /first.*second$/s);
  assert.deepEqual(bench.transport.calls, ["end"]);
});

test("a body that is malformed behind its answer closes the connection", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, "early"));
  bench.read("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\n");
  assert.deepEqual(bench.transport.calls, []);
  bench.read("hello!");
  assert.deepEqual(bench.transport.calls, ["end"]);
  assert.equal(bench.transport.writes.length, 1);
});

test("a reader that is left behind by the answer is told", async () => {
  const failed = Promise.withResolvers<unknown>();
  const bench = new Bench((exchange) => {
    Promise.resolve(exchange.body.bytes()).then(failed.reject, failed.resolve);
    exchange.respond(HEAD, "early");
  });
  bench.read("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhel");
  assert.equal(((await failed.promise) as { code: string }).code, "E_EXCHANGE_DONE");
});

test("a client that began its body is not asked for it", async () => {
  for (const late of [false, true]) {
    const bench = new Bench((exchange) => {
      if (late) setImmediate(() => void exchange.body.bytes());
      else void exchange.body.bytes();
    });
    bench.read("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n");
    if (late) bench.read("hel");
    await turn();
    await turn();
    assert.equal(bench.transport.writes.length, late ? 0 : 1);
  }
  const bench = new Bench((exchange) => void exchange.body.bytes());
  bench.read("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\nhel");
  await turn();
  assert.deepEqual(bench.transport.writes, []);
});

test("the time of a request is over when its body is complete", () => {
  const bench = new Bench(() => {}, { requestTimeoutMs: 1000, headersTimeoutMs: 1000, handlerTimeoutMs: 0 });
  bench.read("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhel");
  bench.read("lo");
  bench.pass(60_000);
  assert.equal(bench.counters.refused, 0);
  assert.deepEqual(bench.transport.writes, []);
});

test("the handler's time runs from the last byte that came of the body", () => {
  let exchange: Exchange | undefined;
  const bench = new Bench((each) => (exchange = each), { handlerTimeoutMs: 1000, requestTimeoutMs: 100_000 });
  bench.read("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n");
  bench.pass(900);
  bench.read("x");
  bench.pass(900);
  assert.equal(exchange?.answered, false);
  bench.read("y");
  bench.pass(900);
  assert.equal(exchange?.answered, false);
  bench.pass(600);
  assert.equal(exchange?.answered, true);
  assert.match(bench.transport.writes.join(""), /^HTTP\/1.1 503 /);
});

test("each head has its own time, and its body the rest of the request's", () => {
  const bench = new Bench(() => {}, { headersTimeoutMs: 1000, requestTimeoutMs: 5000, handlerTimeoutMs: 0 });
  bench.read("POST / HTTP/1.1\r\nhost: a\r\n");
  bench.pass(900);
  bench.read("content-length: 9\r\n\r\nx");
  bench.pass(4000);
  assert.equal(bench.counters.refused, 0);
  bench.pass(600);
  assert.equal(bench.counters.refused, 1, "the time of a request runs from its first byte");
  assert.match(bench.transport.writes.join(""), /E_REQUEST_TIMEOUT/);
});

test("an idle connection closes when its time is over, a new one without a word", async () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, ""), {
    headersTimeoutMs: 1000,
    keepAliveTimeoutMs: 100,
  });
  bench.pass(900);
  assert.deepEqual(bench.transport.calls, []);
  bench.read(get("/"));
  bench.transport.writes.length = 0;
  bench.pass(90);
  assert.deepEqual(bench.transport.calls, []);
  bench.pass(100);
  assert.deepEqual(bench.transport.calls, ["end"]);
  assert.deepEqual(bench.transport.writes, []);
  bench.pass(1_800);
  assert.deepEqual(bench.transport.calls, ["end"], "the client has some time to close");
  bench.pass(1_000);
  assert.deepEqual(bench.transport.calls, ["end", "destroy"]);
  const fresh = new Bench(() => {}, { headersTimeoutMs: 1000, keepAliveTimeoutMs: 100 });
  fresh.pass(1_600);
  assert.deepEqual(fresh.transport.calls, ["end"]);
  assert.deepEqual(fresh.transport.writes, []);
});

test("a client that takes its answer slowly is not idle", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, ""), {
    keepAliveTimeoutMs: 10,
    minBytesPerSecond: 0,
  });
  bench.transport.pending = 500;
  bench.read(get("/"));
  bench.pass(60_000);
  assert.deepEqual(bench.transport.calls, []);
  bench.transport.pending = 0;
  bench.pass(10);
  assert.deepEqual(bench.transport.calls, []);
  bench.pass(100);
  assert.deepEqual(bench.transport.calls, ["end"]);
});

test("a client that takes its last answer slowly is not cut", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, ""), { minBytesPerSecond: 0 });
  bench.transport.pending = 500;
  bench.read("GET / HTTP/1.0\r\n\r\n");
  assert.deepEqual(bench.transport.calls, ["end"]);
  bench.pass(60_000);
  assert.deepEqual(bench.transport.calls, ["end"]);
  bench.transport.pending = 0;
  bench.pass(60_000);
  assert.deepEqual(bench.transport.calls, ["end", "destroy"]);
});

test("a client that takes its answer too slowly is cut, whatever the connection does then", () => {
  for (const text of [get("/"), "GET / HTTP/1.0\r\n\r\n", `${get("/")}GET / HT`]) {
    const bench = new Bench((exchange) => exchange.respond(HEAD, "x".repeat(1000)));
    bench.transport.pending = 900;
    bench.read(text);
    bench.pass(5_000);
    bench.transport.pending = 300;
    bench.pass(2_000);
    assert.ok(!bench.transport.calls.includes("destroy"), "600 bytes bought 2.5 s");
    bench.pass(4_000);
    assert.equal(bench.transport.calls.filter((call) => call === "destroy").length, 1);
    assert.deepEqual(bench.counters.refusedBy, { E_CLIENT_TOO_SLOW: 1 });
  }
});

test("a shutdown within a handler loses no answer", () => {
  const bench = new Bench((exchange) => {
    exchange.respond(HEAD, "last");
    bench.pool.closing = true;
    bench.connection.shutdown();
  });
  bench.read(get("/"));
  assert.match(bench.transport.writes.join(""), /last$/);
  assert.deepEqual(bench.transport.calls, [], "the client was not told, and may have sent more");
  bench.read(get("/"));
  assert.match(bench.transport.writes.join(""), /connection: close\r\n.*last$/s);
  assert.deepEqual(bench.transport.calls, ["end"]);
});

test("a shutdown waits for answers that are leaving", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, ""), { minBytesPerSecond: 0 });
  bench.transport.pending = 500;
  bench.read(get("/"));
  bench.pool.closing = true;
  bench.connection.shutdown();
  bench.pass(60_000);
  assert.deepEqual(bench.transport.calls, []);
  bench.transport.pending = 0;
  bench.pass(1_000);
  assert.deepEqual(bench.transport.calls, [], "the client was not told, and may have sent more");
  bench.read(get("/"));
  assert.deepEqual(bench.transport.calls, ["end"]);
});

test("bytes that come though reading was stopped are kept in order", async () => {
  const open: Exchange[] = [];
  const bench = new Bench((exchange) => void open.push(exchange), { maxPipelined: 1 });
  bench.read(get("/0") + "GET /1 HT");
  bench.read("TP/1.1\r\nhost: a\r\n\r\n");
  bench.connection.ended();
  open[0]?.respond(HEAD, "0");
  await turn();
  assert.equal(open[1]?.target, "/1");
  open[1]?.respond(HEAD, "1");
  await turn();
  assert.match(bench.transport.writes.join(""), /connection: close\r\n.*1$/s);
  assert.deepEqual(bench.transport.calls.at(-1), "end");
});

test("a client that ends in the middle of a head is closed without an answer", () => {
  const bench = new Bench(() => {});
  bench.read("GET / HT");
  bench.connection.ended();
  assert.deepEqual(bench.transport.calls, ["end"]);
  assert.deepEqual(bench.transport.writes, []);
});

test("a connection that is closed does nothing more", async () => {
  const open: Exchange[] = [];
  const bench = new Bench((exchange) => void open.push(exchange));
  bench.read(get("/"));
  const { signal } = open[0] as Exchange;
  bench.connection.closed(null);
  bench.connection.closed(null);
  bench.read(get("/"));
  bench.connection.ended();
  bench.connection.drained();
  bench.pass(100_000);
  bench.connection.shutdown();
  open[0]?.respond(HEAD, "nobody");
  await turn();
  assert.equal(signal.aborted, true);
  assert.equal(bench.pool.stats().connections, 0);
  assert.equal(open.length, 1);
  assert.equal(bench.counters.inFlight, 0);
  assert.deepEqual(bench.transport.writes, []);
  assert.deepEqual(bench.transport.calls, []);
});

test("an abort stops what is behind it in the same read", () => {
  const bench = new Bench((exchange) => {
    if (exchange.target === "/2") exchange.abort();
    else exchange.respond(HEAD, exchange.target);
  });
  bench.read(get("/1") + get("/2") + get("/3"));
  assert.match(bench.transport.writes.join(""), /\/1$/);
  assert.deepEqual(bench.transport.calls, ["destroy"]);
  assert.equal(bench.counters.requests, 2);
});

test("what comes behind the last answer is dropped, up to a bound", () => {
  const bench = new Bench((exchange) => exchange.respond(HEAD, ""));
  bench.read("GET / HTTP/1.0\r\n\r\n");
  assert.deepEqual(bench.transport.calls, ["end"]);
  for (let at = 0; at < 16; at++) bench.read("x".repeat(65_536));
  assert.deepEqual(bench.transport.calls, ["end"]);
  bench.read("x");
  assert.deepEqual(bench.transport.calls, ["end", "pause"]);
});

test("exchanges of all kinds have one hidden class", () => {
  setFlagsFromString("--allow-natives-syntax");
  const haveSameMap = runInThisContext("(a, b) => %HaveSameMap(a, b)") as (a: object, b: object) => boolean;
  // The body is compiled at the first call.
  assert.ok(!haveSameMap({ a: 1 }, { b: 1 }) && haveSameMap({ a: 1 }, { a: 2 }));
  setFlagsFromString("--no-allow-natives-syntax");
  const seen: Exchange[] = [];
  const bench = new Bench((exchange) => {
    seen.push(exchange);
    if (exchange.target === "/read") assert.ok(exchange.headers.has("host") && !exchange.signal.aborted);
    if (exchange.target === "/stream") exchange.stream(HEAD, null).end();
    else if (exchange.target !== "/later") exchange.respond(HEAD, "");
  });
  bench.read(`${get("/")}POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc${get("/read")}`);
  bench.read(`${get("/stream")}POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`);
  bench.read(`GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n${get("/later")}`);
  assert.equal(seen.length, 7);
  assert.equal(new Set(seen).size, 7);
  for (const exchange of seen) assert.ok(haveSameMap(exchange, seen[0] as Exchange), exchange.version);
});
