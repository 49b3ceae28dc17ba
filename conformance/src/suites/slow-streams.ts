import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BodyWriter, Exchange } from "@armature/http";
import { benchFor, headOf } from "../bench.ts";
import type { EngineUnderTest } from "../engines.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** Streamed answers at the pace of their client, and clients that leave within one. */
export function slowStreamsSuite(subject: EngineUnderTest): void {
  const start = benchFor(subject);

  describe("streamed answers", () => {
    test("without a length are chunked", async () => {
      await using bench = await start((exchange) => {
        const writer = exchange.stream(headOf(), null);
        writer.write("caf\u00e9 ");
        writer.write("");
        writer.write(new Uint8Array(0));
        writer.write(new Uint8Array([0x61, 0x62]));
        setTimeout(() => {
          writer.write("later");
          writer.end();
          assert.equal(writer.closed, true);
          assert.equal(writer.write("dropped"), false);
          writer.end();
        }, 5);
      });
      const client = await bench.connect();
      client.write(GET + GET);
      for (const answer of await client.answers(2)) {
        assert.equal(answer.headers["transfer-encoding"], "chunked");
        assert.equal(answer.headers["content-length"], undefined);
        assert.equal(Buffer.from(answer.body, "latin1").toString(), "caf\u00e9 ablater");
      }
      assert.deepEqual(bench.errors, []);
    });

    test("begin at once, though nothing was written yet", async () => {
      const writer = Promise.withResolvers<BodyWriter>();
      await using bench = await start((exchange) => {
        setImmediate(() => writer.resolve(exchange.stream(headOf(), null)));
      });
      const client = await bench.connect();
      client.write(GET);
      await client.until("\r\n\r\n");
      assert.equal((await writer.promise).write(""), true);
      await (await writer.promise).drained();
      (await writer.promise).end();
      assert.equal((await client.answer()).body, "");
    });

    test("with a length are sent as they are", async () => {
      await using bench = await start((exchange) => {
        const writer = exchange.stream(headOf(), 6);
        writer.write("abc");
        setImmediate(() => {
          writer.write("def");
          writer.end();
        });
      });
      const client = await bench.connect();
      client.write(GET + GET);
      for (const answer of await client.answers(2)) {
        assert.equal(answer.headers["content-length"], "6");
        assert.equal(answer.body, "abcdef");
      }
    });

    test("with a wrong length are cut, and the application is told", async () => {
      await using bench = await start((exchange) => {
        const writer = exchange.stream(headOf(), 3);
        writer.write("ab");
        assert.throws(() => (exchange.target === "/more" ? writer.write("cd") : writer.end()), {
          code: "E_ANSWER_LENGTH",
        });
        assert.equal(writer.closed, true);
      });
      for (const target of ["/more", "/less"]) {
        const client = await bench.connect();
        client.write(`GET ${target} HTTP/1.1\r\nhost: a\r\n\r\n`);
        assert.match(await client.rest(), /^(?!.*abc).*$/s);
      }
      assert.deepEqual(bench.errors, []);
    });

    test("to HEAD have no body", async () => {
      await using bench = await start((exchange) => {
        const writer = exchange.stream(headOf(), exchange.target === "/sized" ? 3 : null);
        writer.write("abc");
        writer.end();
      });
      const client = await bench.connect();
      client.write("HEAD / HTTP/1.1\r\nhost: a\r\n\r\nHEAD /sized HTTP/1.1\r\nhost: a\r\n\r\n" + GET);
      assert.equal((await client.answer("HEAD")).headers["transfer-encoding"], "chunked");
      assert.equal((await client.answer("HEAD")).headers["content-length"], "3");
      assert.equal((await client.answer()).body, "abc");
    });

    test("that are aborted cut the connection", async () => {
      await using bench = await start((exchange) => {
        const writer = exchange.stream(headOf(), null);
        writer.write("abc");
        setTimeout(() => writer.abort(), 5);
      });
      const client = await bench.connect();
      client.write(GET);
      assert.doesNotMatch(await client.rest(), /0\r\n\r\n$/);
    });

    test("wait for a slow client", async () => {
      const piece = new Uint8Array(32 * 1024).fill(0x61);
      let waited = 0;
      let written = 0;
      const done = Promise.withResolvers<void>();
      await using bench = await start(async (exchange) => {
        const writer = exchange.stream(headOf(), null);
        for (let at = 0; at < 600; at++) {
          written++;
          if (writer.write(piece)) continue;
          waited++;
          await writer.drained();
        }
        writer.end();
        done.resolve();
      });
      const client = await bench.connect();
      client.pause();
      client.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      let before = -1;
      while (written > before) {
        before = written;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.ok(before < 600, "all was written though nothing was read");
      client.resume();
      assert.equal((await client.lastAnswer()).body.length, 600 * piece.length);
      assert.ok(waited > 0);
      await done.promise;
      assert.deepEqual(bench.errors, []);
    });

    test("that wait for their turn are told to wait too", async () => {
      const open: Exchange[] = [];
      await using bench = await start((exchange) => open.push(exchange), { highWaterBytes: 1000 });
      const client = await bench.connect();
      client.write(GET + GET);
      while (open.length < 2) await new Promise(setImmediate);
      const writer = open[1]?.stream(headOf(), null) as BodyWriter;
      assert.equal(writer.write("x".repeat(500)), true);
      assert.equal(writer.write("x".repeat(500)), false);
      const drained = writer.drained();
      open[0]?.respond(headOf(), "first");
      await drained;
      writer.end();
      assert.equal((await client.answer()).body, "first");
      assert.equal((await client.answer()).body.length, 1000);
    });

    test("can send back the body while it arrives", async () => {
      await using bench = await start(async (exchange) => {
        const writer = exchange.stream(headOf(), null);
        for await (const chunk of exchange.body.chunks(10_000_000))
          if (!writer.write(chunk)) await writer.drained();
        writer.end();
      });
      const client = await bench.connect();
      const size = 5_000_000;
      client.write(`POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: ${size}\r\n\r\n`);
      client.write(Buffer.alloc(size, 0x62));
      const answer = await client.lastAnswer();
      assert.equal(answer.body.length, size);
      assert.match(answer.body, /^b+$/);
    });

    test("do not change with the memory that was written, up to 16 KiB", async () => {
      const memory = new Uint8Array(5);
      await using bench = await start((exchange) => {
        const writer = exchange.stream(headOf(), null);
        for (const letter of [0x61, 0x62, 0x63]) writer.write(memory.fill(letter));
        writer.end();
      });
      const client = await bench.connect();
      client.write(GET);
      assert.equal((await client.answer()).body, "aaaaabbbbbccccc");
    });

    test("and whole ones may be made of the request's own bytes", async () => {
      await using bench = await start((exchange) => {
        const body = exchange.body.peek() ?? new Uint8Array();
        if (exchange.target === "/whole") return exchange.respond(headOf(), body);
        const writer = exchange.stream(headOf(), null);
        writer.write(body);
        writer.end();
      });
      const client = await bench.connect();
      // What arrives in one read: a TLS record has 16 KiB at most.
      const body = "b".repeat(subject.isSecure ? 12_000 : 30_000);
      const tail = ` HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
      client.write(`POST /whole${tail}`);
      assert.equal((await client.answer()).body, body);
      client.write(`POST /stream${tail}`);
      assert.equal((await client.answer()).body, body);
    });
  });

  describe("a client that leaves within its answer", () => {
    test("closes the writer, frees who waits for it, and aborts the signal", async () => {
      const ended = Promise.withResolvers<boolean>();
      const aborted = Promise.withResolvers<unknown>();
      await using bench = await start(async (exchange) => {
        exchange.signal.addEventListener("abort", () => aborted.resolve(exchange.signal.reason));
        const writer = exchange.stream(headOf(), null);
        while (!writer.closed) {
          writer.write("x".repeat(10_000));
          await writer.drained();
          await new Promise(setImmediate);
        }
        ended.resolve(writer.write("dropped"));
      });
      const client = await bench.connect();
      client.write(GET);
      await client.until("xxx");
      client.destroy();
      assert.equal(await ended.promise, false);
      assert.equal(((await aborted.promise) as { code: string }).code, "E_CLIENT_LEFT");
      assert.equal(bench.listener.stats().inFlight, 0);
      assert.deepEqual(bench.errors, []);
    });

    test("frees a writer that waits", async () => {
      const ended = Promise.withResolvers<void>();
      await using bench = await start(async (exchange) => {
        const writer = exchange.stream(headOf(), null);
        while (writer.write("x".repeat(100_000)));
        await writer.drained();
        ended.resolve();
      });
      const client = await bench.connect();
      client.pause();
      client.write(GET);
      while (bench.listener.stats().inFlight === 0) await new Promise(setImmediate);
      client.destroy();
      await ended.promise;
    });

    test("can no longer be answered, and nothing throws", async () => {
      const seen = Promise.withResolvers<Exchange>();
      await using bench = await start((exchange) => seen.resolve(exchange));
      const client = await bench.connect();
      client.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc");
      const exchange = await seen.promise;
      client.destroy();
      while (!exchange.answered) await new Promise(setImmediate);
      assert.equal(exchange.signal.aborted, true);
      exchange.respond(headOf(), "nobody");
      const writer = exchange.stream(headOf(), null);
      assert.equal(writer.closed, true);
      writer.write("nobody");
      writer.end();
      exchange.abort();
      assert.deepEqual(bench.errors, []);
    });
  });

  describe("abort", () => {
    test("cuts the connection without an answer", async () => {
      await using bench = await start((exchange) => exchange.abort());
      const client = await bench.connect();
      client.write(GET + GET);
      assert.equal(await client.rest(), "");
      assert.equal(bench.listener.stats().requests, 1);
    });
  });
}
