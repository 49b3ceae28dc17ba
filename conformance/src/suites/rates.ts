import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { eventually, head, needsSockets, request, serve } from "../serve.ts";
import type { WireClient } from "../wire-client.ts";

/** Less than any client here that is not slow on purpose. */
const LIMITS = { minBytesPerSecond: 50_000, rateGraceMs: 100 };
/** Longer than the grace and all that the bytes of a test can buy. */
const LONG_MS = 800;

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function echo(exchange: Exchange): Promise<void> {
  try {
    exchange.respond(head(200), await exchange.body.bytes());
  } catch {
    // The engine has answered in place of the handler.
  }
}

async function assertTooSlow(client: WireClient): Promise<void> {
  const [answer] = await client.answers(1);
  assert.ok(answer);
  assert.equal(answer.status, 408);
  assert.equal((JSON.parse(answer.body) as { code: string }).code, "E_REQUEST_TOO_SLOW");
  await client.closing();
}

/** More than all buffers between a server and a client hold. */
const LARGE = new Uint8Array(32 * 1024 * 1024).fill(0x61);

/** Clients that are slow in either direction, and those that only look so. */
export function ratesSuite(subject: EngineUnderTest): void {
  slowBodies(subject);
  slowReaders(subject);
}

function slowBodies(subject: EngineUnderTest): void {
  test("minBytesPerSecond: a body that comes in drops is refused", async () => {
    await using engine = await serve(subject, (exchange) => void echo(exchange), { limits: LIMITS });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 100000"));
    while (!client.closed && client.text === "") {
      await client.send("a");
      await later(5);
    }
    await assertTooSlow(client);
    assert.deepEqual(engine.listener.stats().refusedBy, { E_REQUEST_TOO_SLOW: 1 });
  });

  test("minBytesPerSecond: a body that stops half-way is refused, in chunks too", async () => {
    await using engine = await serve(subject, (exchange) => void echo(exchange), { limits: LIMITS });
    using client = await engine.connect();
    await client.send(`${request("POST /", "Transfer-Encoding: chunked")}5\r\nhel`);
    await assertTooSlow(client);
  });

  test("minBytesPerSecond: a slow body is none where its rate is allowed", async () => {
    await using engine = await serve(subject, (exchange) => void echo(exchange), {
      limits: { minBytesPerSecond: 1, rateGraceMs: 20 },
    });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 10"));
    for (const byte of "0123456789") {
      await client.send(byte);
      await later(20);
    }
    assert.equal((await client.answers(1))[0]?.body, "0123456789");
  });

  test("minBytesPerSecond: 0 means any rate", async () => {
    await using engine = await serve(subject, (exchange) => void echo(exchange), {
      limits: { minBytesPerSecond: 0, rateGraceMs: 20 },
    });
    using client = await engine.connect();
    await client.send(`${request("POST /", "Content-Length: 2")}a`);
    await later(LONG_MS);
    await client.send("b");
    assert.equal((await client.answers(1))[0]?.body, "ab");
  });

  test("minBytesPerSecond: a handler that reads late is not the client's fault", async () => {
    let size = 0;
    const readLate = async (exchange: Exchange): Promise<void> => {
      await later(LONG_MS);
      for await (const piece of exchange.body.chunks()) size += piece.length;
      exchange.respond(head(200), String(size));
    };
    await using engine = await serve(subject, (exchange) => void readLate(exchange), {
      limits: { ...LIMITS, maxBodyBytes: LARGE.length },
    });
    using client = await engine.connect();
    const body = LARGE.subarray(0, 4 * 1024 * 1024);
    await client.send(request("POST /", `Content-Length: ${body.length}`));
    await client.send(body);
    assert.equal((await client.answers(1))[0]?.body, String(body.length));
  });

  test("minBytesPerSecond: a body that nobody asked for may wait", async () => {
    await using engine = await serve(subject, (exchange) => void later(LONG_MS).then(() => echo(exchange)), {
      limits: { ...LIMITS, rateGraceMs: 200 },
    });
    using client = await engine.connect();
    await client.send(request("POST /", "Expect: 100-continue", "Content-Length: 5"));
    await client.until(() => client.text.includes("100 Continue"));
    await client.send("hello");
    await client.until(() => client.text.endsWith("hello"));
    assert.match(client.text, /HTTP\/1\.1 200 OK/);
  });
}

function slowReaders(subject: EngineUnderTest): void {
  test("minBytesPerSecond: a client that does not take its answer is cut", async () => {
    const seen = Promise.withResolvers<AbortSignal>();
    await using engine = await serve(
      subject,
      (exchange) => {
        seen.resolve(exchange.signal);
        const writer = exchange.stream(head(200), null);
        const write = async (): Promise<void> => {
          while (!writer.closed) {
            writer.write(LARGE.subarray(0, 256 * 1024));
            await writer.drained();
          }
        };
        void write();
      },
      { limits: LIMITS },
    );
    using client = await engine.connect();
    client.pause();
    await client.send(request("GET /"));
    const signal = await seen.promise;
    await eventually(() => engine.listener.stats().connections === 0);
    assert.equal((signal.reason as { code: string }).code, "E_CLIENT_TOO_SLOW");
    assert.deepEqual(engine.listener.stats().refusedBy, { E_CLIENT_TOO_SLOW: 1 });
  });

  for (const version of ["1.0", "1.1"])
    test(
      `minBytesPerSecond: so is one that does not take a whole answer, with HTTP/${version}`,
      needsSockets(subject),
      async () => {
        await using engine = await serve(subject, (exchange) => exchange.respond(head(200), LARGE), {
          limits: LIMITS,
        });
        using client = await engine.connect();
        client.pause();
        await client.send(`GET / HTTP/${version}\r\nHost: a\r\n\r\n`);
        await eventually(() => engine.listener.stats().accepted === 1);
        await eventually(() => engine.listener.stats().connections === 0);
        assert.deepEqual(engine.listener.stats().refusedBy, { E_CLIENT_TOO_SLOW: 1 });
        assert.equal(engine.listener.stats().unsentBytes, 0);
      },
    );

  test("minBytesPerSecond: a client that was quick may rest", async () => {
    await using engine = await serve(subject, (exchange) => exchange.respond(head(200), LARGE), {
      limits: { minBytesPerSecond: 1_000, rateGraceMs: 50 },
    });
    using client = await engine.connect();
    client.pause();
    await client.send("GET / HTTP/1.0\r\n\r\n");
    await later(LONG_MS);
    client.resume();
    await client.closing();
    assert.ok(client.text.length > LARGE.length);
  });

  test("minBytesPerSecond: a stream with nothing to send is not slow", async () => {
    await using engine = await serve(
      subject,
      (exchange) => {
        const writer = exchange.stream(head(200), null);
        writer.write("event 1\n");
        setTimeout(() => {
          writer.write("event 2\n");
          writer.end();
        }, LONG_MS);
      },
      { limits: LIMITS },
    );
    using client = await engine.connect();
    await client.send(request("GET /"));
    assert.equal((await client.answers(1))[0]?.body, "event 1\nevent 2\n");
  });
}
