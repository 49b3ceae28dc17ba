import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, HttpError } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { Handover, head, request, serve, turns } from "../serve.ts";

const LARGE = 32 * 1024 * 1024;

function post(body: string, ...fields: string[]): string {
  return request("POST /", `Content-Length: ${Buffer.byteLength(body, "latin1")}`, ...fields) + body;
}

/** Answers with the status and code of what a reading of the body ends in. */
function answerOutcome(exchange: Exchange, reading: () => Promise<unknown>): void {
  reading().then(
    () => exchange.answered || exchange.respond(head(200), "read"),
    (error: unknown) => {
      assert.ok(error instanceof HttpError, String(error));
      if (!exchange.answered) exchange.respond(head(error.status), error.code);
    },
  );
}

/** Bodies of requests: whole, in pieces, too large, cut short, or not read at all. */
export function bodySuite(subject: EngineUnderTest): void {
  test("the length is what the client announced", async () => {
    await using engine = await serve(subject, (exchange) =>
      exchange.respond(head(200), String(exchange.body.length)),
    );
    using client = await engine.connect();
    await client.send(
      `${post("hello")}${request("GET /")}${request("POST /", "Transfer-Encoding: chunked")}1\r\na\r\n0\r\n\r\n`,
    );
    assert.deepEqual(
      (await client.answers(3)).map(({ body }) => body),
      ["5", "0", "null"],
    );
  });

  test("a body that came with its head is there at once", async () => {
    const whole: boolean[] = [];
    await using engine = await serve(subject, (exchange) => {
      const peeked = exchange.body.peek();
      const bytes = exchange.body.bytes();
      whole.push(peeked !== null && bytes instanceof Uint8Array);
      exchange.respond(head(200), bytes instanceof Uint8Array ? bytes : null);
    });
    using client = await engine.connect();
    await client.send(post("hello"));
    await client.send(`${request("POST /", "Transfer-Encoding: chunked")}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`);
    await client.send(request("GET /"));
    assert.deepEqual(
      (await client.answers(3)).map(({ body }) => body),
      ["hello", "hello", ""],
    );
    assert.deepEqual(whole, [true, true, true]);
  });

  test("a body that is not there yet is a promise", async () => {
    const handed = new Handover<boolean>();
    await using engine = await serve(subject, (exchange) => {
      assert.equal(exchange.body.peek(), null);
      const body = exchange.body.bytes();
      handed.give(body instanceof Promise);
      void Promise.resolve(body).then((bytes) => exchange.respond(head(200), bytes));
    });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 10"));
    await client.send("hello");
    await turns();
    await client.send("world");
    assert.equal((await client.answers(1))[0]?.body, "helloworld");
    assert.equal(await handed.taken, true);
  });

  test("a body may be asked for when it has long arrived", async () => {
    await using engine = await serve(subject, (exchange) => {
      setTimeout(
        () => void Promise.resolve(exchange.body.bytes()).then((bytes) => exchange.respond(head(200), bytes)),
        30,
      );
    });
    using client = await engine.connect();
    await client.send(post("hello") + post("world"));
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["hello", "world"],
    );
  });

  test("bytes belong to the reader and never change", async () => {
    const kept: Uint8Array[] = [];
    await using engine = await serve(subject, (exchange) => {
      const bytes = exchange.body.bytes();
      if (bytes instanceof Uint8Array) kept.push(bytes);
      exchange.respond(head(200), null);
    });
    using client = await engine.connect();
    for (let at = 0; at < 20; at++) await client.send(post(`body number ${at}`));
    await client.answers(20);
    assert.deepEqual(
      kept.map((bytes) => Buffer.from(bytes).toString()),
      Array.from({ length: 20 }, (_, at) => `body number ${at}`),
    );
  });

  test("a second reading throws", async () => {
    await using engine = await serve(subject, (exchange) => {
      void exchange.body.bytes();
      const codes = [() => exchange.body.bytes(), () => exchange.body.chunks()].map((again) => {
        try {
          return `none but ${typeof again()}`;
        } catch (error) {
          return error instanceof HttpError ? `${error.status} ${error.code}` : String(error);
        }
      });
      exchange.respond(head(200), codes.join());
    });
    using client = await engine.connect();
    await client.send(post("hello"));
    assert.equal((await client.answers(1))[0]?.body, "500 E_BODY_USED,500 E_BODY_USED");
  });

  test("a limit of the reader holds, over and under that of the engine", async () => {
    await using engine = await serve(
      subject,
      (exchange) =>
        answerOutcome(exchange, async () => exchange.body.bytes(Number(exchange.headers.get("x-max")))),
      { limits: { maxBodyBytes: 10 } },
    );
    for (const [max, size, outcome] of [
      [5, 5, "200 read"],
      [5, 6, "413 E_BODY_TOO_LARGE"],
      [20, 20, "200 read"],
      [20, 21, "413 E_BODY_TOO_LARGE"],
    ] as const) {
      const body = "a".repeat(size);
      const chunked = `${request("POST /", "Transfer-Encoding: chunked", `X-Max: ${max}`)}${size.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      for (const text of [post(body, `X-Max: ${max}`), chunked]) {
        using client = await engine.connect();
        await client.send(text);
        const [answer] = await client.answers(1);
        assert.equal(`${answer?.status} ${answer?.body}`, outcome, text);
      }
    }
  });

  test("a client that leaves half-way is an error of the reader", async () => {
    for (const read of ["bytes", "chunks"] as const) {
      const outcome = new Handover<unknown>();
      await using engine = await serve(subject, (exchange) => {
        const reading = async (): Promise<void> => {
          if (read === "bytes") await exchange.body.bytes();
          else for await (const _ of exchange.body.chunks());
        };
        reading().then(
          () => outcome.give("read"),
          (error: unknown) => outcome.give(error),
        );
      });
      const client = await engine.connect();
      await client.send(request("POST /", "Content-Length: 10"));
      await client.send("hello");
      await turns();
      client[Symbol.dispose]();
      const error = await outcome.taken;
      assert.ok(error instanceof Error, String(error));
    }
  });

  test("a client that ends its side half-way gets 400", async () => {
    await using engine = await serve(subject, (exchange) =>
      answerOutcome(exchange, async () => exchange.body.bytes()),
    );
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 10"));
    await client.send("hello");
    client.end();
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 400);
    assert.match(answer.body, /E_BODY_INCOMPLETE/);
  });

  test("chunks are the body, piece by piece", async () => {
    await using engine = await serve(subject, (exchange) => {
      const read = async (): Promise<void> => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of exchange.body.chunks()) chunks.push(Uint8Array.from(chunk));
        exchange.respond(head(200), Buffer.concat(chunks));
      };
      void read();
    });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 15"));
    for (const piece of ["hello", "world", "again"]) {
      await client.send(piece);
      await turns();
    }
    await client.send(post("at once") + request("GET /"));
    assert.deepEqual(
      (await client.answers(3)).map(({ body }) => body),
      ["helloworldagain", "at once", ""],
    );
  });

  test("a reader that waits makes the client wait", async () => {
    const gate = new Handover<void>();
    let received = 0;
    await using engine = await serve(subject, (exchange) => {
      const read = async (): Promise<void> => {
        await gate.taken;
        for await (const chunk of exchange.body.chunks(LARGE)) received += chunk.length;
        exchange.respond(head(200), String(received));
      };
      void read();
    });
    using client = await engine.connect();
    await client.send(request("POST /", `Content-Length: ${LARGE}`));
    await client.send(Buffer.alloc(LARGE, "a"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(client.unsentBytes > 0, "the engine took 32 MiB that nobody read");
    assert.equal(received, 0);
    gate.give();
    assert.equal((await client.answers(1))[0]?.body, String(LARGE));
  });

  test("a small body that nobody reads does not disturb the next request", async () => {
    await using engine = await serve(subject, (exchange) => exchange.respond(head(200), exchange.target));
    using client = await engine.connect();
    await client.send(request("POST /a", "Content-Length: 5"));
    await client.send("hello");
    await client.send(`${request("POST /b", "Transfer-Encoding: chunked")}5\r\nhello\r\n`);
    await client.send("0\r\n\r\n");
    await client.send(request("GET /c"));
    assert.deepEqual(
      (await client.answers(3)).map(({ body }) => body),
      ["/a", "/b", "/c"],
    );
  });

  test("a large body that nobody reads does not keep the answer from the client", async () => {
    await using engine = await serve(subject, (exchange) => exchange.respond(head(200), "no, thank you"));
    using client = await engine.connect();
    await client.send(request("POST /", `Content-Length: ${LARGE}`));
    for (let sent = 0; sent < 4 * 1024 * 1024 && !client.closed; sent += 65536)
      await client.send(Buffer.alloc(65536, "a"));
    const [answer] = await client.answers(1);
    assert.equal(answer?.body, "no, thank you");
    await client.closing();
  });

  test("a reader may stop in the middle of a body", async () => {
    await using engine = await serve(subject, (exchange) => {
      const read = async (): Promise<void> => {
        for await (const chunk of exchange.body.chunks()) {
          exchange.respond(head(200), `saw ${chunk.length > 0 ? "some" : "nothing"}`);
          break;
        }
      };
      void read();
    });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 10"));
    await client.send("hello");
    await client.answers(1);
    await client.send("world");
    await client.send(post("again"));
    assert.deepEqual(
      (await client.answers(2)).map(({ body }) => body),
      ["saw some", "saw some"],
    );
  });

  test("a client that waits for 100 and gets an answer is not asked for its body", async () => {
    await using engine = await serve(subject, (exchange) => exchange.respond(head(403), null));
    using client = await engine.connect();
    await client.send(request("POST /", "Expect: 100-continue", "Content-Length: 5"));
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 403);
    // Nobody knows whether the body follows, so nothing can follow it.
    await client.closing();
  });

  test("100 is sent when the body is asked for, not before", async () => {
    const handed = new Handover<Exchange>();
    await using engine = await serve(subject, (exchange) => handed.give(exchange));
    using client = await engine.connect();
    await client.send(request("POST /", "Expect: 100-continue", "Content-Length: 5"));
    const exchange = await handed.taken;
    await turns();
    assert.equal(client.text, "");
    const body = Promise.resolve(exchange.body.bytes());
    assert.equal((await client.answers(1))[0]?.status, 100);
    await client.send("hello");
    exchange.respond(head(200), await body);
    assert.equal((await client.answers(2))[1]?.body, "hello");
  });

  test("a body may be read while its answer is written", async () => {
    await using engine = await serve(subject, (exchange) => {
      const writer = exchange.stream(head(200), null);
      const copy = async (): Promise<void> => {
        for await (const chunk of exchange.body.chunks()) writer.write(Uint8Array.from(chunk));
        writer.end();
      };
      void copy();
    });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 10"));
    await client.send("hello");
    await client.until(() => client.text.includes("hello"));
    await client.send("world");
    assert.equal((await client.answers(1))[0]?.body, "helloworld");
  });
}
