import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Exchange, HeaderBlock } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { EngineUnderTest } from "../engines.ts";

const GET = "GET /a?b=c HTTP/1.1\r\nhost: a\r\n\r\n";
const ABC = (exchange: Exchange): void => exchange.respond(headOf(), "abc");

/** Whole answers as clients see them, in both versions, and what becomes of handlers that throw. */
export function answersSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("whole answers", () => {
    test("carry status, fields, date and length, and keep the connection", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(201, ["x-own", "1"]), "abc"));
      const client = await bench.connect();
      client.write(GET);
      const answer = await client.answer();
      assert.equal(answer.statusLine, "HTTP/1.1 201 Created");
      assert.equal(answer.body, "abc");
      assert.equal(answer.headers["content-type"], "text/plain");
      assert.equal(answer.headers["x-own"], "1");
      assert.equal(answer.headers["content-length"], "3");
      assert.match(answer.headers["date"] ?? "", /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
      assert.equal(answer.headers["connection"], undefined);
      client.write(GET);
      assert.equal((await client.answer()).status, 201);
      assert.equal(bench.listener.stats().accepted, 1);
    });

    test("are sent as UTF-8 with the length in bytes", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(), "caf\u00e9 \u20ac \u{1f600}"));
      const client = await bench.connect();
      client.write(GET + GET);
      const [first, second] = await client.answers(2);
      assert.equal(Buffer.from(first?.body ?? "", "latin1").toString(), "caf\u00e9 \u20ac \u{1f600}");
      assert.equal(second?.headers["content-length"], "14");
    });

    test("are sent as bytes, small and large ones", async () => {
      const large = new Uint8Array(100_000).map((_, at) => at);
      await using bench = await start((exchange) =>
        exchange.respond(headOf(), exchange.target === "/large" ? large : large.subarray(1, 6)),
      );
      const client = await bench.connect();
      client.write("GET /large HTTP/1.1\r\nhost: a\r\n\r\nGET /small HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.deepEqual(Buffer.from((await client.answer()).body, "latin1"), Buffer.from(large));
      assert.equal((await client.answer()).body, "\u0001\u0002\u0003\u0004\u0005");
    });

    test("to HEAD have the length and no body", async () => {
      await using bench = await start(ABC);
      const client = await bench.connect();
      client.write("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n" + GET);
      const head = await client.answer("HEAD");
      assert.equal(head.headers["content-length"], "3");
      assert.equal((await client.answer()).body, "abc");
    });

    test("with 204 and 304 have neither length nor body, with 205 the length 0", async () => {
      await using bench = await start((exchange) =>
        exchange.respond(headOf(Number(exchange.target.slice(1))), "abc"),
      );
      const client = await bench.connect();
      for (const status of [204, 304, 205]) {
        client.write(`GET /${status} HTTP/1.1\r\nhost: a\r\n\r\n`);
        const answer = await client.answer();
        assert.equal(answer.status, status);
        assert.equal(answer.headers["content-length"], status === 205 ? "0" : undefined);
        assert.equal(client.text, "");
      }
    });

    test("without a body have the length 0", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(), null));
      const client = await bench.connect();
      client.write(GET);
      assert.equal((await client.answer()).headers["content-length"], "0");
    });

    test("keep the application's own date", async () => {
      const date = "Sun, 06 Nov 1994 08:49:37 GMT";
      const block = new HeaderBlock(["date", date]);
      await using bench = await start((exchange) =>
        exchange.respond(
          exchange.target === "/block" ? { status: 200, block, fields: null } : headOf(200, ["Date", date]),
          "",
        ),
      );
      const client = await bench.connect();
      client.write("GET /block HTTP/1.1\r\nhost: a\r\n\r\nGET /fields HTTP/1.1\r\nhost: a\r\n\r\n");
      for (const answer of await client.answers(2)) assert.equal(answer.headers["date"], date);
    });

    test("close the connection where they say so", async () => {
      await using bench = await start((exchange) =>
        exchange.respond(headOf(200, ["connection", "close"]), "abc"),
      );
      const client = await bench.connect();
      client.write(GET + GET);
      const answer = await client.answer();
      assert.equal(answer.headers["connection"], "close");
      assert.equal(await client.rest(), "");
    });

    test("with a field that must not be written are refused, and the request can still be answered", async () => {
      await using bench = await start((exchange) => {
        assert.throws(() => exchange.respond(headOf(200, ["x", "a\r\nset-cookie: b"]), "abc"), {
          code: "E_HEADER_VALUE_INVALID",
        });
        assert.throws(() => exchange.respond(headOf(99), "abc"), { code: "E_STATUS_INVALID" });
        assert.throws(() => exchange.respond(headOf(101), "abc"), { code: "E_STATUS_INVALID" });
        assert.equal(exchange.answered, false);
        exchange.respond(headOf(500), "mended");
      });
      const client = await bench.connect();
      client.write(GET);
      assert.equal((await client.answer()).body, "mended");
      assert.deepEqual(bench.errors, []);
    });

    test("can be given once", async () => {
      await using bench = await start((exchange) => {
        exchange.respond(headOf(), "first");
        assert.equal(exchange.answered, true);
        for (const again of [
          () => exchange.respond(headOf(), "second"),
          () => exchange.stream(headOf(), null),
          () => exchange.abort(),
        ])
          assert.throws(again, { code: "E_EXCHANGE_ANSWERED" });
      });
      const client = await bench.connect();
      client.write(GET);
      assert.equal((await client.answer()).body, "first");
      assert.deepEqual(bench.errors, []);
    });
  });

  describe("HTTP/1.0", () => {
    test("closes behind the answer", async () => {
      await using bench = await start(ABC);
      const client = await bench.connect();
      client.write("GET / HTTP/1.0\r\n\r\n");
      const answer = await client.answer();
      assert.equal(answer.headers["connection"], "close");
      assert.equal(answer.body, "abc");
      assert.equal(await client.rest(), "");
    });

    test("stays open where the client asks for it", async () => {
      await using bench = await start(ABC);
      const client = await bench.connect();
      client.write("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
      assert.equal((await client.answer()).headers["connection"], "keep-alive");
      client.write("GET / HTTP/1.0\r\n\r\n");
      assert.equal((await client.answer()).headers["connection"], "close");
    });

    test("gets a stream without chunks, which ends with the connection", async () => {
      await using bench = await start((exchange) => {
        const writer = exchange.stream(headOf(), null);
        writer.write("abc");
        writer.write("def");
        writer.end();
      });
      const client = await bench.connect();
      client.write("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
      const answer = await client.answer();
      assert.equal(answer.headers["transfer-encoding"], undefined);
      assert.equal(answer.headers["connection"], "close");
      assert.equal(answer.body, "abcdef");
    });
  });

  describe("HTTP/1.1", () => {
    test("closes behind the answer where the client asks for it", async () => {
      await using bench = await start(ABC);
      const client = await bench.connect();
      client.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: foo, Close\r\n\r\n" + GET);
      assert.equal((await client.answer()).headers["connection"], "close");
      assert.equal(await client.rest(), "");
      assert.equal(bench.listener.stats().requests, 1);
    });

    test("answers a client that has sent its end, though it may be gone", async () => {
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => seen.resolve(exchange));
      const client = await bench.connect();
      client.write(GET);
      const exchange = await seen.promise;
      assert.equal(exchange.signal.aborted, false);
      client.end();
      while (!exchange.signal.aborted) await new Promise(setImmediate);
      assert.equal((exchange.signal.reason as { code: string }).code, "E_CLIENT_LEFT");
      assert.equal(exchange.answered, false);
      exchange.respond(headOf(), "late");
      const answer = await client.answer();
      assert.equal(answer.body, "late");
      assert.equal(answer.headers["connection"], "close");
      assert.equal(await client.rest(), "");
    });

    test("answers a client that sends its end with the request", async () => {
      await using bench = await start((exchange) => setTimeout(() => exchange.respond(headOf(), "late"), 10));
      const client = await bench.connect();
      client.write(GET + GET);
      client.end();
      assert.deepEqual(
        (await client.answers(2)).map(({ body }) => body),
        ["late", "late"],
      );
      assert.equal(await client.rest(), "");
    });
  });

  describe("a handler that throws", () => {
    test("is answered with 500, and others are served", async () => {
      await using bench = await start((exchange) => {
        if (exchange.target === "/throw") throw new Error("a mistake");
        exchange.respond(headOf(), "fine");
      });
      const client = await bench.connect();
      client.write("GET /throw HTTP/1.1\r\nhost: a\r\n\r\n");
      const answer = await client.answer();
      assert.equal(answer.status, 500);
      assert.equal(answer.headers["content-type"], "application/problem+json");
      assert.equal(JSON.parse(answer.body).code, "E_HANDLER_FAILED");
      assert.doesNotMatch(answer.body, /a mistake/);
      assert.equal((bench.errors[0] as Error).message, "a mistake");
      const other = await bench.connect();
      other.write(GET);
      assert.equal((await other.answer()).body, "fine");
    });

    test("behind its answer changes nothing for the client", async () => {
      await using bench = await start((exchange) => {
        exchange.respond(headOf(), "fine");
        throw new Error("late");
      });
      const client = await bench.connect();
      client.write(GET);
      assert.equal((await client.answer()).body, "fine");
      client.write(GET);
      assert.equal((await client.answer()).body, "fine");
      assert.equal(bench.errors.length, 2);
    });

    test("within a stream cuts the connection", async () => {
      await using bench = await start((exchange) => {
        exchange.stream(headOf(), null).write("abc");
        throw new Error("half-way");
      });
      const client = await bench.connect();
      client.write(GET);
      assert.doesNotMatch(await client.rest(), /\r\n0\r\n\r\n$/);
      assert.equal(bench.errors.length, 1);
    });

    test("answers HEAD without a body", async () => {
      await using bench = await start(() => {
        throw new Error("a mistake");
      });
      const client = await bench.connect();
      client.write("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer("HEAD")).status, 500);
      assert.equal(await client.rest(), "");
    });
  });
}
