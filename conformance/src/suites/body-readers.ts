import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exchange, HttpError } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { EngineUnderTest } from "../engines.ts";

function post(length: number | "chunked", fields: string = ""): string {
  const framing = length === "chunked" ? "transfer-encoding: chunked" : `content-length: ${length}`;
  return `POST / HTTP/1.1\r\nhost: a\r\n${fields}${framing}\r\n\r\n`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** Answers with the whole body, or with the code of what went wrong. */
async function echo(exchange: Exchange): Promise<void> {
  try {
    exchange.respond(headOf(), latin1(await exchange.body.bytes()));
  } catch (error) {
    exchange.respond(headOf((error as HttpError).status ?? 500), (error as HttpError).code);
  }
}

/** Answers with the pieces of the body. */
async function echoChunks(exchange: Exchange): Promise<void> {
  let text = "";
  try {
    for await (const chunk of exchange.body.chunks()) text += latin1(chunk);
    exchange.respond(headOf(), text);
  } catch (error) {
    exchange.respond(headOf((error as HttpError).status ?? 500), (error as HttpError).code);
  }
}

/** Who reads a body, who does not, and clients that leave or wait within one. */
export function bodyReadersSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("request bodies", () => {
    test("that came with the head are there at once", async () => {
      await using bench = await start((exchange) => {
        assert.equal(exchange.body.length, 5);
        assert.equal(latin1(exchange.body.peek() ?? new Uint8Array()), "hello");
        const bytes = exchange.body.bytes();
        assert.ok(bytes instanceof Uint8Array);
        exchange.respond(headOf(), latin1(bytes));
      });
      const client = await bench.connect();
      client.write(`${post(5)}hello`);
      assert.equal((await client.answer()).body, "hello");
      assert.deepEqual(bench.errors, []);
    });

    test("that are empty are there at once", async () => {
      await using bench = await start((exchange) => {
        assert.equal(exchange.body.length, 0);
        assert.deepEqual(exchange.body.peek(), new Uint8Array(0));
        assert.deepEqual(exchange.body.bytes(), new Uint8Array(0));
        exchange.respond(headOf(), "empty");
      });
      const client = await bench.connect();
      client.write(post(0));
      assert.equal((await client.answer()).body, "empty");
      client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer()).body, "empty");
    });

    test("that came in part cannot be peeked at, and are collected", async () => {
      await using bench = await start((exchange) => {
        assert.equal(exchange.body.peek(), null);
        void echo(exchange);
      });
      const client = await bench.connect();
      for (const piece of [`${post(10)}he`, "llo", " you", "!", post(3), "abc"]) {
        client.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.deepEqual(
        (await client.answers(2)).map(({ body }) => body),
        ["hello you!", "abc"],
      );
      assert.deepEqual(bench.errors, []);
    });

    test("in chunks are collected, whole or in pieces", async () => {
      await using bench = await start((exchange) => {
        assert.equal(exchange.body.length, null);
        void echo(exchange);
      });
      const client = await bench.connect();
      const body = '5\r\nhello\r\n1;q="a;b"\r\n \r\n00004\r\nyou!\r\n0\r\nx-sum: 1\r\n\r\n';
      client.write(post("chunked") + body);
      assert.equal((await client.answer()).body, "hello you!");
      client.write(post("chunked"));
      for (const character of body) client.write(character);
      assert.equal((await client.answer()).body, "hello you!");
      assert.deepEqual(bench.errors, []);
    });

    test("can be read when the handler has returned", async () => {
      await using bench = await start((exchange) => setTimeout(() => void echo(exchange), 10));
      const client = await bench.connect();
      client.write(`${post(5)}hello`);
      client.write(`${post("chunked")}5\r\nhello\r\n5\r\nagain\r\n`);
      client.write("0\r\n\r\n");
      assert.deepEqual(
        (await client.answers(2)).map(({ body }) => body),
        ["hello", "helloagain"],
      );
    });

    test("come piece by piece", async () => {
      await using bench = await start(echoChunks);
      const client = await bench.connect();
      client.write(`${post(8)}ab`);
      client.write("cdef");
      client.write("gh");
      assert.equal((await client.answer()).body, "abcdefgh");
      client.write(`${post("chunked")}2\r\nab\r\n`);
      client.write("2\r\ncd\r\n0\r\n\r\n");
      assert.equal((await client.answer()).body, "abcd");
    });

    test("can be read once", async () => {
      await using bench = await start((exchange) => {
        void exchange.body.bytes();
        assert.throws(() => exchange.body.bytes(), { code: "E_BODY_USED", status: 500 });
        assert.throws(() => exchange.body.chunks(), { code: "E_BODY_USED", status: 500 });
        assert.equal(exchange.body.peek(), null);
        exchange.respond(headOf(), "");
      });
      const client = await bench.connect();
      client.write(`${post(5)}hello`);
      assert.equal((await client.answer()).status, 200);
      assert.deepEqual(bench.errors, []);
    });

    test("with bytes of their own are not changed by later requests", async () => {
      const kept: Uint8Array[] = [];
      await using bench = await start((exchange) => {
        kept.push(exchange.body.bytes() as Uint8Array);
        exchange.respond(headOf(), "");
      });
      const client = await bench.connect();
      for (const body of ["first", "other", "third"]) {
        client.write(post(5) + body);
        await client.answer();
      }
      assert.deepEqual(kept.map(latin1), ["first", "other", "third"]);
      assert.equal(new Set(kept.map(({ buffer }) => buffer)).size, 3);
      assert.deepEqual(
        kept.map(({ buffer }) => buffer.byteLength),
        [5, 5, 5],
      );
    });

    test("over the limit are refused with 413, by their length and by what comes", async () => {
      await using bench = await start((exchange) => void echo(exchange), { maxBodyBytes: 4 });
      const announced = await bench.connect();
      announced.write(`${post(5)}hello`);
      const answer = await announced.answer();
      assert.equal(answer.status, 413);
      assert.equal(answer.body, "E_BODY_TOO_LARGE");
      const chunked = await bench.connect();
      chunked.write(`${post("chunked")}3\r\nabc\r\n`);
      chunked.write("2\r\nde\r\n");
      assert.equal((await chunked.answer()).body, "E_BODY_TOO_LARGE");
      const whole = await bench.connect();
      whole.write(`${post("chunked")}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`);
      assert.equal((await whole.answer()).body, "E_BODY_TOO_LARGE");
    });

    test("over the limit are refused piece by piece too", async () => {
      await using bench = await start((exchange) => void echoChunks(exchange), { maxBodyBytes: 4 });
      const client = await bench.connect();
      client.write(`${post("chunked")}3\r\nabc\r\n`);
      client.write("2\r\nde\r\n0\r\n\r\n");
      assert.equal((await client.answer()).body, "E_BODY_TOO_LARGE");
    });

    test("have the limit that their reader gives", async () => {
      await using bench = await start(
        (exchange) => {
          assert.throws(() => exchange.body.bytes(2), { code: "E_BODY_TOO_LARGE", status: 413 });
          exchange.respond(headOf(), latin1(exchange.body.bytes(5) as Uint8Array));
        },
        { maxBodyBytes: 4 },
      );
      const client = await bench.connect();
      client.write(`${post(5)}hello`);
      assert.equal((await client.answer()).body, "hello");
    });

    test("make the client wait while nobody reads them", async () => {
      const size = 32 * 1024 * 1024;
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => seen.resolve(exchange), {
        highWaterBytes: 64 * 1024,
        maxBodyBytes: size,
      });
      const client = await bench.connect();
      client.write(post(size));
      client.write(Buffer.alloc(size, 0x61));
      const exchange = await seen.promise;
      for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
      assert.ok(client.pending > size / 2, "the server took most of a body that nobody reads");
      let received = 0;
      for await (const chunk of exchange.body.chunks()) {
        assert.ok(chunk.length <= 64 * 1024);
        received += chunk.length;
      }
      assert.equal(received, size);
      exchange.respond(headOf(), "all");
      assert.equal((await client.answer()).body, "all");
    });
  });

  describe("bodies that nobody reads", () => {
    const answerAtOnce = (exchange: Exchange): void => exchange.respond(headOf(), "unread");

    test("are dropped where they are small, and the connection stays", async () => {
      await using bench = await start(answerAtOnce);
      const client = await bench.connect();
      client.write(`${post(6)}abc`);
      assert.equal((await client.answer()).body, "unread");
      client.write(`def${post("chunked")}3\r\nabc\r\n`);
      assert.equal((await client.answer()).headers["connection"], undefined);
      client.write("0\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await client.answer()).body, "unread");
      assert.equal(bench.listener.stats().accepted, 1);
    });

    test("close the connection where they are large", async () => {
      await using bench = await start(answerAtOnce);
      const client = await bench.connect();
      client.write(`${post(100_000_000)}abc`);
      assert.equal((await client.answer()).headers["connection"], "close");
      client.write("x".repeat(100_000));
      assert.equal(await client.rest(), "");
    });

    test("close the connection where they turn out to be large", async () => {
      await using bench = await start(answerAtOnce);
      const client = await bench.connect();
      client.write(`${post("chunked")}ffffff\r\n`);
      assert.equal((await client.answer()).body, "unread");
      for (let at = 0; at < 10; at++) client.write("x".repeat(20_000));
      assert.equal(await client.rest(), "");
    });

    test("cannot be read when the answer is complete", async () => {
      let kept: Exchange | undefined;
      await using bench = await start((exchange) => {
        kept = exchange;
        exchange.respond(headOf(), "");
      });
      const client = await bench.connect();
      client.write(`${post(6)}secret`);
      await client.answer();
      assert.equal(kept?.body.peek(), null);
      assert.throws(() => kept?.body.bytes(), { code: "E_EXCHANGE_DONE" });
      client.write(`${post(6)}sec`);
      await client.answer();
      assert.throws(() => kept?.body.bytes(), { code: "E_EXCHANGE_DONE" });
    });
  });

  describe("a client that leaves", () => {
    test("within its body makes readers fail and the signal abort", async () => {
      const failed = Promise.withResolvers<unknown>();
      let signal: AbortSignal | undefined;
      await using bench = await start((exchange) => {
        ({ signal } = exchange);
        Promise.resolve(exchange.body.bytes()).then(failed.reject, failed.resolve);
      });
      const client = await bench.connect();
      client.write(`${post(10)}abc`);
      client.end();
      assert.equal(((await failed.promise) as HttpError).code, "E_BODY_INCOMPLETE");
      assert.equal(((await failed.promise) as HttpError).status, 400);
      assert.equal(signal?.aborted, true);
      const answer = await client.answer();
      assert.equal(answer.status, 400);
      assert.equal(JSON.parse(answer.body).code, "E_BODY_INCOMPLETE");
    });

    test("abruptly within its body makes readers fail", async () => {
      const failed = Promise.withResolvers<unknown>();
      const seen = Promise.withResolvers<void>();
      await using bench = await start(async (exchange) => {
        seen.resolve();
        try {
          for await (const chunk of exchange.body.chunks()) assert.ok(chunk.length > 0);
          failed.reject(new Error("the body was complete"));
        } catch (error) {
          failed.resolve(error);
        }
      });
      const client = await bench.connect();
      client.write(`${post("chunked")}3\r\nabc\r\n`);
      await seen.promise;
      client.destroy();
      assert.match(((await failed.promise) as HttpError).code, /^E_(BODY_INCOMPLETE|CLIENT_LEFT)$/);
    });

    test("does no harm where the reader is gone too", async () => {
      const seen = Promise.withResolvers<void>();
      await using bench = await start((exchange) => {
        void exchange.body.bytes();
        seen.resolve();
      });
      const client = await bench.connect();
      client.write(`${post(10)}abc`);
      await seen.promise;
      client.destroy();
      while (bench.listener.stats().connections > 0) await new Promise(setImmediate);
      assert.deepEqual(bench.errors, []);
    });
  });

  describe("expect: 100-continue", () => {
    const expecting = post(5, "expect: 100-continue\r\n");

    test("is answered with 100 when the body is read", async () => {
      await using bench = await start((exchange) => setTimeout(() => void echo(exchange), 5));
      const client = await bench.connect();
      client.write(expecting);
      const interim = await client.answer();
      assert.equal(interim.statusLine, "HTTP/1.1 100 Continue");
      client.write("hello");
      assert.equal((await client.answer()).body, "hello");
    });

    test("is answered when its turn comes", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => {
        if (exchange.method === "POST") void echo(exchange);
        else open.push(exchange);
      });
      const client = await bench.connect();
      client.write(`GET / HTTP/1.1\r\nhost: a\r\n\r\n${expecting}`);
      while (open.length === 0) await new Promise(setImmediate);
      open[0]?.respond(headOf(), "first");
      assert.equal((await client.answer()).body, "first");
      assert.equal((await client.answer()).status, 100);
      client.write("hello");
      assert.equal((await client.answer()).body, "hello");
    });

    test("is not answered where the body is here already", async () => {
      await using bench = await start((exchange) => void echo(exchange));
      const client = await bench.connect();
      client.write(`${expecting}hello`);
      assert.equal((await client.answer()).status, 200);
    });

    test("is refused by a final answer that closes", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(403), "no"));
      const client = await bench.connect();
      client.write(expecting);
      const answer = await client.answer();
      assert.equal(answer.status, 403);
      assert.equal(answer.headers["connection"], "close");
      assert.equal(await client.rest(), "");
    });

    test("means nothing in HTTP/1.0", async () => {
      await using bench = await start((exchange) => void echo(exchange));
      const client = await bench.connect();
      client.write("POST / HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n");
      client.write("hello");
      assert.equal((await client.answer()).body, "hello");
    });

    test("is the only expectation that is met", async () => {
      await using bench = await start((exchange) => exchange.respond(headOf(), ""));
      const client = await bench.connect();
      client.write(post(5, "expect: 200-ok\r\n"));
      assert.equal((await client.answer()).status, 417);
    });
  });
}
