import assert from "node:assert/strict";
import { test } from "node:test";
import type { BodyWriter, Exchange } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { eventually, fill, Handover, head, needsSockets, request, serve, turns } from "../serve.ts";
import { headerOf } from "../wire/parse-answers.ts";

const GET = request("GET /");
const PIECE = Buffer.alloc(64 * 1024, "0123456789abcdef");

/** Answers whose body comes piece by piece. */
export function streamSuite(subject: EngineUnderTest): void {
  test("pieces of unknown number are chunks", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200, ["x-a", "b"]), null);
      assert.equal(exchange.answered, true);
      assert.equal(writer.closed, false);
      writer.write("h\u00e9");
      writer.write(Buffer.from([0, 255]));
      writer.write("");
      writer.write("\u4e16");
      writer.end();
      assert.equal(writer.closed, true);
    });
    using client = await engine.connect();
    await client.send(GET + GET);
    for (const answer of await client.answers(2)) {
      assert.equal(headerOf(answer, "transfer-encoding"), "chunked");
      assert.equal(headerOf(answer, "x-a"), "b");
      assert.ok(headerOf(answer, "date"));
      const bytes = Buffer.from(answer.body, "latin1");
      assert.deepEqual(
        bytes,
        Buffer.concat([Buffer.from("h\u00e9"), Buffer.from([0, 255]), Buffer.from("\u4e16")]),
      );
    }
  });

  test("a body of known length is not chunked", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), 10);
      writer.write("hello");
      setImmediate(() => {
        writer.write("world");
        writer.end();
      });
    });
    using client = await engine.connect();
    await client.send(GET + GET);
    for (const answer of await client.answers(2)) {
      assert.equal(headerOf(answer, "content-length"), "10");
      assert.equal(answer.body, "helloworld");
    }
  });

  test("an empty body is complete", async () => {
    await using engine = await serve(subject, (exchange) => exchange.stream(head(200), null).end());
    using client = await engine.connect();
    await client.send(GET + GET);
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["", ""],
    );
  });

  test("a piece leaves before the next one is written", async () => {
    const handed = new Handover<BodyWriter>();
    await using engine = await serve(subject, (exchange) => handed.give(exchange.stream(head(200), null)));
    using client = await engine.connect();
    await client.send(GET);
    const writer = await handed.taken;
    await client.until(() => client.text.includes("\r\n\r\n"));
    writer.write("first");
    await client.until(() => client.text.includes("first"));
    writer.write("second");
    await client.until(() => client.text.includes("second"));
    writer.end();
    assert.equal((await client.answers(1))[0]?.body, "firstsecond");
  });

  test("a client of HTTP/1.0 gets no chunks, but the end of the connection", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      writer.write("hello");
      writer.end();
    });
    using client = await engine.connect();
    await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    await client.closing();
    const [answer] = client.answersFrom(0).complete;
    assert.ok(answer);
    assert.equal(answer.body, "hello");
    assert.equal(headerOf(answer, "transfer-encoding"), undefined);
    assert.notEqual(headerOf(answer, "connection"), "keep-alive");
  });

  test("HEAD, 204 and 304 get no body", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(Number(exchange.target.slice(1))), null);
      writer.write("hello");
      writer.end();
    });
    using client = await engine.connect();
    await client.send(request("HEAD /200") + request("GET /204") + request("GET /304") + request("GET /200"));
    const answers = await client.answers(4, new Set([0]));
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body]),
      [
        [200, ""],
        [204, ""],
        [304, ""],
        [200, "hello"],
      ],
    );
  });

  test("what is written is taken at once", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      writer.write("hello");
      setImmediate(() => {
        // A view into a buffer that its owner uses again must be copied before `write` returns, or not be changed.
        writer.write(Uint8Array.from(Buffer.from("world")));
        writer.end();
      });
    });
    using client = await engine.connect();
    await client.send(GET);
    assert.equal((await client.answers(1))[0]?.body, "helloworld");
  });

  test("the next answer waits for the end of the stream", async () => {
    const handed = new Handover<BodyWriter>();
    await using engine = await serve(subject, (exchange) => {
      if (exchange.target === "/stream") handed.give(exchange.stream(head(200), null));
      else exchange.respond(head(200), "next");
    });
    using client = await engine.connect();
    await client.send(request("GET /stream") + request("GET /next"));
    const writer = await handed.taken;
    writer.write("hello");
    await turns();
    assert.ok(!client.text.includes("next"));
    writer.end();
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["hello", "next"],
    );
  });

  test("a stream behind an open answer waits for its turn", async () => {
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => {
      held.push(exchange);
      if (exchange.target === "/first") return;
      const writer = exchange.stream(head(200), null);
      writer.write("second");
      writer.end();
    });
    using client = await engine.connect();
    await client.send(request("GET /first") + request("GET /second"));
    await turns();
    assert.equal(client.text, "");
    held[0]?.respond(head(200), "first");
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["first", "second"],
    );
  });

  test(
    "a client that does not read stops the writer, one that reads again lets it go on",
    needsSockets(subject),
    async () => {
      const handed = new Handover<BodyWriter>();
      await using engine = await serve(subject, (exchange) => handed.give(exchange.stream(head(200), null)));
      using client = await engine.connect();
      await client.send(GET);
      const writer = await handed.taken;
      client.pause();
      const pieces = await fill(
        () => writer.write(PIECE),
        () => writer.drained(),
      );
      let drained = false;
      const room = writer.drained().then(() => (drained = true));
      await turns();
      assert.equal(drained, false);
      client.resume();
      await room;
      writer.end();
      const [answer] = await client.answers(1);
      assert.equal(answer?.body.length, pieces * PIECE.length);
    },
  );

  test("a writer that waits for room sends everything in order", async () => {
    const total = 80;
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), total * PIECE.length);
      const pump = async (): Promise<void> => {
        for (let at = 0; at < total; at++) {
          PIECE.writeUInt32BE(at);
          if (!writer.write(Uint8Array.from(PIECE))) await writer.drained();
        }
        writer.end();
      };
      void pump();
    });
    using client = await engine.connect();
    await client.send(GET);
    const [answer] = await client.answers(1);
    const bytes = Buffer.from(answer?.body ?? "", "latin1");
    assert.equal(bytes.length, total * PIECE.length);
    for (let at = 0; at < total; at++) assert.equal(bytes.readUInt32BE(at * PIECE.length), at);
  });

  test("abort shows the client that the body is not complete", async () => {
    for (const length of [null, 100]) {
      await using engine = await serve(subject, (exchange) => {
        const writer = exchange.stream(head(200), length);
        writer.write("hello");
        setTimeout(() => {
          writer.abort();
          assert.equal(writer.closed, true);
          assert.equal(writer.write("more"), false);
          writer.end();
        }, 20);
      });
      using client = await engine.connect();
      await client.send(GET);
      await client.closing();
      assert.ok(!client.text.endsWith("0\r\n\r\n"), client.text);
      assert.ok(!client.text.includes("more"), client.text);
      assert.throws(() => assert.equal(client.answersFrom(0).complete.length, 1));
    }
  });

  test("too few or too many bytes for the length are not passed off as a whole body", async () => {
    for (const body of ["hell", "hello!"]) {
      const codes: unknown[] = [];
      await using engine = await serve(subject, (exchange) => {
        const writer = exchange.stream(head(200), 5);
        assert.throws(
          () => {
            writer.write(body);
            writer.end();
          },
          (error: { code?: unknown }) => codes.push(error.code) > 0,
        );
      });
      using client = await engine.connect();
      await client.send(GET);
      await client.closing();
      assert.equal(client.answersFrom(0).complete.length, 0);
      assert.deepEqual(codes, ["E_ANSWER_LENGTH"]);
    }
  });

  test("a client that leaves closes the writer and wakes who waits", async () => {
    const handed = new Handover<BodyWriter>();
    await using engine = await serve(subject, (exchange) => handed.give(exchange.stream(head(200), null)));
    const client = await engine.connect();
    await client.send(GET);
    const writer = await handed.taken;
    client.pause();
    while (writer.write(PIECE)) await turns(1);
    const room = writer.drained();
    client[Symbol.dispose]();
    await room;
    await eventually(() => writer.closed);
    assert.equal(writer.write("more"), false);
    await writer.drained();
    writer.end();
    writer.abort();
  });

  test("an answer after a stream has begun throws", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      assert.throws(() => exchange.respond(head(200), "no"), { code: "E_EXCHANGE_ANSWERED" });
      assert.throws(() => exchange.stream(head(200), null), { code: "E_EXCHANGE_ANSWERED" });
      writer.end();
      writer.end();
      assert.throws(() => exchange.respond(head(200), "no"), { code: "E_EXCHANGE_ANSWERED" });
    });
    using client = await engine.connect();
    await client.send(GET + GET);
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["", ""],
    );
  });
}
