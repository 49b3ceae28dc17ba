import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { benchFor, headOf } from "../bench.ts";
import type { EngineUnderTest } from "../engines.ts";

interface Refusal {
  readonly what: string;
  readonly request: string;
  readonly status?: number;
  readonly code: string;
}

const HOST = "host: a\r\n";
const CHUNKED = `POST / HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n`;

function get(fields: string): string {
  return `GET / HTTP/1.1\r\n${fields}\r\n`;
}

function post(fields: string, body: string = "abc"): string {
  return `POST / HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
}

/** One for each rule; the pure parser's own tests have the finer cases. */
const REFUSALS: readonly Refusal[] = [
  {
    what: "a content-length with a transfer-encoding",
    request: post("content-length: 3\r\ntransfer-encoding: chunked\r\n"),
    code: "E_FRAMING_LENGTH_AND_CODING",
  },
  {
    what: "two content-lengths",
    request: post("content-length: 3\r\ncontent-length: 3\r\n"),
    code: "E_FRAMING_LENGTH_DUPLICATE",
  },
  { what: "a list of content-lengths", request: post("content-length: 3, 3\r\n"), code: "E_FRAMING_LENGTH" },
  { what: "a negative content-length", request: post("content-length: -3\r\n"), code: "E_FRAMING_LENGTH" },
  {
    what: "an unknown last transfer coding",
    request: post("transfer-encoding: gzip\r\n"),
    code: "E_FRAMING_CODING",
  },
  {
    what: "an unknown transfer coding",
    request: post("transfer-encoding: gzip, chunked\r\n"),
    status: 501,
    code: "E_FRAMING_CODING_UNKNOWN",
  },
  {
    what: "chunked that is not the last coding",
    request: post("transfer-encoding: chunked, gzip\r\n"),
    code: "E_FRAMING_CODING",
  },
  {
    what: "a transfer-encoding in HTTP/1.0",
    request: "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    code: "E_FRAMING_CODING_VERSION",
  },
  { what: "a bare LF", request: "GET / HTTP/1.1\nhost: a\r\n\r\n", code: "E_FRAMING_LINE_ENDING" },
  { what: "a bare LF behind a field", request: get("host: a\n"), code: "E_FRAMING_LINE_ENDING" },
  { what: "a bare CR", request: get("host: a\rb\r\n"), code: "E_FRAMING_LINE_ENDING" },
  { what: "a space in front of the colon", request: get(`${HOST}x : y\r\n`), code: "E_FRAMING_FIELD_NAME" },
  { what: "a folded line", request: get(`${HOST}x: y\r\n z\r\n`), code: "E_FRAMING_FOLD" },
  { what: "a NUL in a field", request: get(`${HOST}x: \0\r\n`), code: "E_FRAMING_FIELD_VALUE" },
  { what: "a control byte in a field", request: get(`${HOST}x: \u007f\r\n`), code: "E_FRAMING_FIELD_VALUE" },
  { what: "no host", request: get(""), code: "E_HOST_MISSING" },
  { what: "two hosts", request: get(HOST + HOST), code: "E_HOST_DUPLICATE" },
  { what: "a host that is none", request: get("host: a/b\r\n"), code: "E_HOST_MALFORMED" },
  {
    what: "a method that is no token",
    request: "G@T / HTTP/1.1\r\nhost: a\r\n\r\n",
    code: "E_METHOD_INVALID",
  },
  {
    what: "a fragment in the target",
    request: "GET /#a HTTP/1.1\r\nhost: a\r\n\r\n",
    code: "E_TARGET_INVALID",
  },
  { what: "a target of no form", request: "GET a/b HTTP/1.1\r\nhost: a\r\n\r\n", code: "E_TARGET_FORM" },
  {
    what: "HTTP/1.2",
    request: "GET / HTTP/1.2\r\nhost: a\r\n\r\n",
    status: 505,
    code: "E_VERSION_UNSUPPORTED",
  },
  {
    what: "the preface of HTTP/2",
    request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    status: 505,
    code: "E_VERSION_UNSUPPORTED",
  },
  { what: "no version", request: "GET /\r\n\r\n", code: "E_TARGET_INVALID" },
  { what: "too many empty lines", request: `${"\r\n".repeat(9)}${get(HOST)}`, code: "E_FRAMING_EMPTY_LINES" },
  { what: "a chunk without a size", request: `${CHUNKED}\r\nabc\r\n0\r\n\r\n`, code: "E_FRAMING_CHUNK" },
  {
    what: "a chunk longer than its size",
    request: `${CHUNKED}2\r\nabc\r\n0\r\n\r\n`,
    code: "E_FRAMING_CHUNK",
  },
  {
    what: "a chunk extension with a control byte",
    request: `${CHUNKED}3;\u0001\r\nabc\r\n0\r\n\r\n`,
    code: "E_FRAMING_CHUNK_EXTENSION",
  },
  { what: "a malformed trailer", request: `${CHUNKED}0\r\na b\r\n\r\n`, code: "E_FRAMING_TRAILER" },
];

/** One refusal for each rule of framing, with its code. */
export function framingSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("a request is refused, and the connection closed, for", () => {
    for (const { what, request, status = 400, code } of REFUSALS) {
      test(what, async () => {
        let handled = 0;
        await using bench = await start((exchange) => {
          handled++;
          exchange.respond(headOf(), "accepted");
        });
        const client = await bench.connect();
        client.write(request + get(HOST));
        const answer = await client.answer();
        assert.equal(answer.status, status);
        assert.equal(JSON.parse(answer.body).code, code);
        assert.equal(await client.rest(), "");
        assert.equal(handled, 0);
        assert.equal(bench.listener.stats().refused, 1);
      });
    }

    test("a fault behind good requests, after their answers", async () => {
      await using bench = await start((exchange) =>
        setTimeout(() => exchange.respond(headOf(), exchange.target), 5),
      );
      const client = await bench.connect();
      client.write(`${get(HOST)}${get(HOST)}GET / HTTP/1.1\r\n\r\n${get(HOST)}`);
      const answers = await client.answers(3);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 400],
      );
      assert.equal(await client.rest(), "");
    });

    test("a chunk that turns out malformed while the handler waits for it", async () => {
      const failed = Promise.withResolvers<unknown>();
      await using bench = await start((exchange) => {
        Promise.resolve(exchange.body.bytes()).then(failed.reject, failed.resolve);
      });
      const client = await bench.connect();
      client.write(`${CHUNKED}3\r\nabc\r\n`);
      while (bench.listener.stats().requests === 0) await new Promise(setImmediate);
      client.write("x\r\n");
      assert.equal((await client.answer()).status, 400);
      assert.equal(((await failed.promise) as { code: string }).code, "E_FRAMING_CHUNK");
    });

    test("a chunk that turns out malformed within a streamed answer, whose end is awaited", async () => {
      await using bench = await start(async (exchange) => {
        const writer = exchange.stream(headOf(), null);
        try {
          for await (const chunk of exchange.body.chunks()) writer.write(chunk);
        } catch (error) {
          writer.write(` ${(error as { code: string }).code}`);
        }
        writer.end();
      });
      const client = await bench.connect();
      client.write(`${CHUNKED}3\r\nabc\r\n`);
      await client.until("abc");
      client.write("x\r\n");
      assert.equal((await client.answer()).body, "abc E_FRAMING_CHUNK");
      assert.equal(await client.rest(), "");
    });
  });
}
