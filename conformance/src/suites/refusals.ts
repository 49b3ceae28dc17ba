import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { Caller } from "../caller.ts";
import type { EngineUnderTest } from "../engines.ts";

const OK = (exchange: Exchange): void => exchange.respond(headOf(), "fine");

async function assertRefused(client: Caller, status: number, code: string): Promise<void> {
  const answer = await client.answer();
  assert.equal(answer.status, status);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  assert.equal(answer.headers["connection"], "close");
  const problem = JSON.parse(answer.body);
  assert.equal(problem.status, status);
  assert.equal(problem.code, code);
  assert.equal(problem.type, "about:blank");
  assert.equal(await client.rest(), "");
}

/** What is over a limit of size or time is refused with a problem document, and the connection closed. */
export function refusalsSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("limits of size", () => {
    test("of the request line", async () => {
      await using bench = await start(OK, { maxRequestLineBytes: 100 });
      const target = `/${"a".repeat(100 - "GET / HTTP/1.1".length)}`;
      const client = await bench.connect();
      client.write(`GET ${target} HTTP/1.1\r\nhost: a\r\n\r\n`);
      assert.equal((await client.answer()).status, 200);
      client.write(`GET ${target}a HTTP/1.1\r\nhost: a\r\n\r\n`);
      await assertRefused(client, 414, "E_REQUEST_LINE_TOO_LONG");
      assert.equal(bench.listener.stats().refused, 1);
    });

    test("of the header fields together", async () => {
      await using bench = await start(OK, { maxHeaderBytes: 100 });
      const host = "host: a\r\n";
      const field = `x: ${"a".repeat(100 - host.length - "x: \r\n".length)}`;
      const client = await bench.connect();
      client.write(`GET / HTTP/1.1\r\n${host}${field}\r\n\r\n`);
      assert.equal((await client.answer()).status, 200);
      client.write(`GET / HTTP/1.1\r\n${host}${field}a\r\n\r\n`);
      await assertRefused(client, 431, "E_HEADERS_TOO_LARGE");
    });

    test("of the number of header fields", async () => {
      await using bench = await start(OK, { maxHeaderFields: 3 });
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\nb: 1\r\nc: 2\r\n\r\n");
      assert.equal((await client.answer()).status, 200);
      client.write("GET / HTTP/1.1\r\nhost: a\r\nb: 1\r\nc: 2\r\nd: 3\r\n\r\n");
      await assertRefused(client, 431, "E_HEADERS_TOO_MANY");
    });

    test("of chunk extensions", async () => {
      await using bench = await start(OK, { maxChunkExtensionBytes: 10 });
      const head = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
      const client = await bench.connect();
      client.write(`${head}1;a=bc\r\na\r\n0;d=ef\r\n\r\n`);
      assert.equal((await client.answer()).status, 200);
      client.write(`${head}1;a=bc\r\na\r\n0;d=efg\r\n\r\n`);
      await assertRefused(client, 400, "E_CHUNK_EXTENSIONS_TOO_LARGE");
    });

    test("of trailers", async () => {
      await using bench = await start(OK, { maxTrailerBytes: 10 });
      const head = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n";
      const client = await bench.connect();
      client.write(`${head}a: bcdef\r\n\r\n`);
      assert.equal((await client.answer()).status, 200);
      client.write(`${head}a: bcdefg\r\n\r\n`);
      await assertRefused(client, 400, "E_TRAILERS_TOO_LARGE");
    });
  });

  describe("limits of time", () => {
    test("of a head", async () => {
      await using bench = await start(OK, { headersTimeoutMs: 40 });
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer()).status, 200);
      client.write("GET / HTTP/1.1\r\nhost");
      await assertRefused(client, 408, "E_HEADERS_TIMEOUT");
      assert.equal(bench.listener.stats().refused, 1);
    });

    test("of a head that never ends, though bytes come", async () => {
      await using bench = await start(OK, { headersTimeoutMs: 60 });
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\n");
      const drip = setInterval(() => client.write("a: b\r\n"), 5);
      await assertRefused(client, 408, "E_HEADERS_TIMEOUT");
      clearInterval(drip);
    });

    test("of a connection that sends nothing", async () => {
      await using bench = await start(OK, { headersTimeoutMs: 40 });
      const client = await bench.connect();
      assert.equal(await client.rest(), "");
      assert.equal(bench.listener.stats().refused, 0);
    });

    test("of a whole request", async () => {
      let code: string | undefined;
      await using bench = await start(
        (exchange) => {
          Promise.resolve(exchange.body.bytes()).catch((error: { code: string }) => ({ code } = error));
        },
        { requestTimeoutMs: 60 },
      );
      const client = await bench.connect();
      client.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n");
      const drip = setInterval(() => client.write("x"), 5);
      await assertRefused(client, 408, "E_REQUEST_TIMEOUT");
      clearInterval(drip);
      assert.equal(code, "E_REQUEST_TIMEOUT");
    });

    test("of a request while earlier ones are in work comes behind their answers", async () => {
      await using bench = await start(
        (exchange) => setTimeout(() => exchange.respond(headOf(), "slow"), 150),
        {
          headersTimeoutMs: 40,
        },
      );
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HT");
      assert.equal((await client.answer()).body, "slow");
      await assertRefused(client, 408, "E_HEADERS_TIMEOUT");
      assert.equal(bench.listener.stats().refused, 1);
    });

    test("of a handler", async () => {
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => seen.resolve(exchange), { handlerTimeoutMs: 40 });
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      const { signal } = await seen.promise;
      await assertRefused(client, 503, "E_HANDLER_TIMEOUT");
      const exchange = await seen.promise;
      assert.equal(signal.aborted, true);
      assert.equal((signal.reason as { code: string }).code, "E_HANDLER_TIMEOUT");
      assert.equal(exchange.answered, true);
      exchange.respond(headOf(), "too late");
      assert.deepEqual(bench.errors, []);
    });

    test("of a handler that has begun its answer does not run", async () => {
      await using bench = await start(
        (exchange) => {
          const writer = exchange.stream(headOf(), null);
          setTimeout(() => {
            writer.write("slow");
            writer.end();
          }, 120);
        },
        { handlerTimeoutMs: 40 },
      );
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer()).body, "slow");
    });

    test("of a handler is none where it is 0", async () => {
      await using bench = await start(
        (exchange) => setTimeout(() => exchange.respond(headOf(), "slow"), 100),
        {
          handlerTimeoutMs: 0,
          headersTimeoutMs: 20,
        },
      );
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer()).body, "slow");
    });

    test("between requests", async () => {
      await using bench = await start(OK, { keepAliveTimeoutMs: 40 });
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer()).headers["connection"], undefined);
      assert.equal(await client.rest(), "");
    });

    test("between requests does not run within one", async () => {
      await using bench = await start(
        (exchange) => setTimeout(() => exchange.respond(headOf(), "slow"), 100),
        {
          keepAliveTimeoutMs: 20,
        },
      );
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer()).body, "slow");
    });
  });

  describe("after a refusal", () => {
    test("what the client still sends is dropped, so that it can read the answer", async () => {
      await using bench = await start(OK);
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nbroken\r\n\r\n");
      for (let at = 0; at < 20; at++) {
        client.write("x".repeat(10_000));
        await new Promise(setImmediate);
      }
      await assertRefused(client, 400, "E_FRAMING_FIELD_NAME");
      assert.equal(bench.listener.stats().connections, 1, "the client has not closed yet");
      client.end();
      while (bench.listener.stats().connections > 0) await new Promise(setImmediate);
    });

    test("a client that does not close is cut", async () => {
      await using bench = await start(OK);
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nbroken\r\n\r\n");
      await assertRefused(client, 400, "E_FRAMING_FIELD_NAME");
      while (bench.listener.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  });
}
