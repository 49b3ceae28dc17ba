import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, HttpError, type Limits } from "@armature/http";
import type { EngineUnderTest, RunningEngine } from "../engines.ts";
import { eventually, head, request, serve, turns } from "../serve.ts";
import { headerOf } from "../wire/parse-answers.ts";

const CHUNKED = request("POST /", "Transfer-Encoding: chunked");

/** What is sent and answered with a certain limit. */
interface LimitCase {
  readonly limits: Partial<Limits>;
  /** Just within the limit. */
  readonly within: string;
  /** Just over it. */
  readonly over: string;
  readonly status: number;
  readonly code: string;
}

/** "GET /aaa HTTP/1.1" of this many bytes. */
function lineOf(bytes: number): string {
  return `GET /${"a".repeat(bytes - 14)} HTTP/1.1\r\nHost: a\r\n\r\n`;
}

/** The field lines have this many bytes in all, their line ends included. */
function fieldsOf(bytes: number): string {
  return `GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(bytes - 9 - 5)}\r\n\r\n`;
}

const SIZES: Readonly<Record<string, LimitCase>> = {
  maxRequestLineBytes: {
    limits: { maxRequestLineBytes: 100 },
    within: lineOf(100),
    over: lineOf(101),
    status: 414,
    code: "E_REQUEST_LINE_TOO_LONG",
  },
  maxHeaderBytes: {
    limits: { maxHeaderBytes: 200 },
    within: fieldsOf(200),
    over: fieldsOf(201),
    status: 431,
    code: "E_HEADERS_TOO_LARGE",
  },
  maxHeaderFields: {
    limits: { maxHeaderFields: 3 },
    within: request("GET /", "A: 1", "B: 2"),
    over: request("GET /", "A: 1", "B: 2", "C: 3"),
    status: 431,
    code: "E_HEADERS_TOO_MANY",
  },
  "maxBodyBytes, with a length": {
    limits: { maxBodyBytes: 5 },
    within: `${request("POST /", "Content-Length: 5")}hello`,
    over: `${request("POST /", "Content-Length: 6")}hello!`,
    status: 413,
    code: "E_BODY_TOO_LARGE",
  },
  "maxBodyBytes, in chunks": {
    limits: { maxBodyBytes: 5 },
    within: `${CHUNKED}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
    over: `${CHUNKED}2\r\nhe\r\n4\r\nllo!\r\n0\r\n\r\n`,
    status: 413,
    code: "E_BODY_TOO_LARGE",
  },
  maxChunkExtensionBytes: {
    limits: { maxChunkExtensionBytes: 10 },
    within: `${CHUNKED}1;a=b\r\na\r\n0;c\r\n\r\n`,
    over: `${CHUNKED}1;a=b\r\na\r\n0;cdefghijk\r\n\r\n`,
    status: 400,
    code: "E_CHUNK_EXTENSIONS_TOO_LARGE",
  },
  maxTrailerBytes: {
    limits: { maxTrailerBytes: 20 },
    within: `${CHUNKED}0\r\nX-A: 1\r\nX-B: 2\r\n\r\n`,
    over: `${CHUNKED}0\r\nX-A: 1\r\nX-B: 23456789\r\n\r\n`,
    status: 400,
    code: "E_TRAILERS_TOO_LARGE",
  },
};

/** Reads the body and answers 200, or what the engine says of the body. */
function readBody(exchange: Exchange): void {
  const answer = (error: unknown): void => {
    if (exchange.answered) return;
    if (error instanceof HttpError)
      exchange.respond(head(error.status), JSON.stringify({ code: error.code }));
    else exchange.respond(head(200), null);
  };
  const read = async (): Promise<void> => void (await exchange.body.bytes());
  read().then(() => answer(null), answer);
}

/** Every limit, reached and not reached, with the status and the code of its refusal. */
export function limitsSuite(subject: EngineUnderTest): void {
  async function outcome(engine: RunningEngine, ...pieces: string[]): Promise<string> {
    using client = await engine.connect();
    for (const piece of pieces) await client.send(piece);
    const [answer] = await client.answers(1);
    if (answer === undefined) return "closed";
    const code: unknown =
      answer.body === "" ? undefined : (JSON.parse(answer.body) as { code?: unknown }).code;
    return `${answer.status} ${String(code)}`;
  }

  for (const [name, { limits, within, over, status, code }] of Object.entries(SIZES))
    test(name, async () => {
      await using engine = await serve(subject, readBody, { limits });
      assert.equal(await outcome(engine, within), "200 undefined");
      assert.equal(await outcome(engine, ...within.split("")), "200 undefined");
      assert.equal(await outcome(engine, over), `${status} ${code}`);
      assert.equal(await outcome(engine, ...over.split("")), `${status} ${code}`);
    });

  test("a refusal is a problem document", async () => {
    await using engine = await serve(subject, readBody, { limits: { maxHeaderFields: 1 } });
    using client = await engine.connect();
    await client.send(request("GET /", "A: 1"));
    const [answer] = await client.answers(1);
    assert.ok(answer);
    assert.equal(headerOf(answer, "content-type"), "application/problem+json");
    const problem = JSON.parse(answer.body) as Record<string, unknown>;
    assert.equal(problem["status"], 431);
    assert.equal(problem["code"], "E_HEADERS_TOO_MANY");
    assert.equal(typeof problem["title"], "string");
  });

  test("maxPipelined: the engine stops reading, and loses nothing", async () => {
    const held: Exchange[] = [];
    let most = 0;
    await using engine = await serve(
      subject,
      (exchange) => void (most = Math.max(most, held.push(exchange))),
      {
        limits: { maxPipelined: 4 },
      },
    );
    using client = await engine.connect();
    await client.send(Array.from({ length: 50 }, (_, at) => request(`GET /${at}`)).join(""));
    await eventually(() => held.length === 4);
    for (let answered = 0; answered < 50; answered++) {
      await turns(5);
      assert.equal(held.length, Math.min(4, 50 - answered));
      held.shift()?.respond(head(200), String(answered));
    }
    assert.equal(most, 4);
    const answers = await client.answers(50);
    assert.deepEqual(
      answers.map(({ body }) => Number(body)),
      Array.from({ length: 50 }, (_, at) => at),
    );
  });

  test("maxPipelined: a client that sends on and on is made to wait", async () => {
    await using engine = await serve(subject, () => {}, { limits: { maxPipelined: 2, handlerTimeoutMs: 0 } });
    using client = await engine.connect();
    await client.send(Buffer.alloc(32 * 1024 * 1024, request("GET /")));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(client.unsentBytes > 0, "the engine took 32 MiB of requests that nobody answers");
    assert.equal(engine.listener.stats().inFlight, 2);
  });

  test("highWaterBytes: a client that does not read its answers is asked no more", async () => {
    const body = "a".repeat(100_000);
    await using engine = await serve(subject, (exchange) => exchange.respond(head(200), body), {
      limits: { highWaterBytes: 10_000 },
    });
    using client = await engine.connect();
    client.pause();
    await client.send(Buffer.alloc(4 * 1024 * 1024, request("GET /")));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { requests } = engine.listener.stats();
    await turns();
    assert.equal(engine.listener.stats().requests, requests);
    assert.ok(requests < 2000, `${requests} answers were made for a client that reads none`);
  });

  test("headersTimeoutMs: half a head is refused", async () => {
    await using engine = await serve(subject, readBody, {
      limits: { headersTimeoutMs: 100, keepAliveTimeoutMs: 60_000 },
    });
    assert.equal(await outcome(engine, "GET / HTTP/1.1\r\nHost:"), "408 E_HEADERS_TIMEOUT");
  });

  test("headersTimeoutMs: a byte now and then does not help", async () => {
    await using engine = await serve(subject, readBody, { limits: { headersTimeoutMs: 100 } });
    using client = await engine.connect();
    await client.send("GET / HTTP/1.1\r\nHost: a\r\nX-A: ");
    while (!client.closed && client.text === "") {
      await client.send("a");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal((await client.answers(1))[0]?.status, 408);
  });

  test("requestTimeoutMs: half a body is refused", async () => {
    await using engine = await serve(subject, readBody, { limits: { requestTimeoutMs: 100 } });
    assert.equal(
      await outcome(engine, request("POST /", "Content-Length: 10"), "hello"),
      "408 E_REQUEST_TIMEOUT",
    );
  });

  test("requestTimeoutMs: a body in tiny pieces is refused", async () => {
    await using engine = await serve(subject, readBody, { limits: { requestTimeoutMs: 100 } });
    using client = await engine.connect();
    await client.send(request("POST /", "Content-Length: 100000"));
    while (!client.closed && client.text === "") {
      await client.send("a");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal((await client.answers(1))[0]?.status, 408);
  });

  test("handlerTimeoutMs: an answer that does not come is given up", async () => {
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => void held.push(exchange), {
      limits: { handlerTimeoutMs: 50 },
    });
    assert.equal(await outcome(engine, request("GET /")), "503 E_HANDLER_TIMEOUT");
    const [exchange] = held;
    assert.ok(exchange);
    assert.equal(exchange.answered, true);
    exchange.respond(head(200), "too late, and no error");
  });

  test("handlerTimeoutMs: a stream that has begun may take longer", async () => {
    await using engine = await serve(
      subject,
      (exchange) => {
        const writer = exchange.stream(head(200), null);
        setTimeout(() => {
          writer.write("slow");
          writer.end();
        }, 400);
      },
      { limits: { handlerTimeoutMs: 50 } },
    );
    using client = await engine.connect();
    await client.send(request("GET /"));
    assert.equal((await client.answers(1))[0]?.body, "slow");
  });

  test("handlerTimeoutMs: 0 means never", async () => {
    await using engine = await serve(
      subject,
      (exchange) => void setTimeout(() => exchange.respond(head(200), "slow"), 300),
      { limits: { handlerTimeoutMs: 0 } },
    );
    using client = await engine.connect();
    await client.send(request("GET /"));
    assert.equal((await client.answers(1))[0]?.body, "slow");
  });

  test("keepAliveTimeoutMs: an idle connection is closed without a word", async () => {
    await using engine = await serve(subject, readBody, { limits: { keepAliveTimeoutMs: 100 } });
    using used = await engine.connect();
    await used.send(request("GET /"));
    await used.closing();
    const { complete, rest } = used.answersFrom(0);
    assert.deepEqual([complete.length, rest], [1, ""]);
  });

  test("a connection that never sends anything is closed", async () => {
    await using engine = await serve(subject, readBody, {
      limits: { keepAliveTimeoutMs: 100, headersTimeoutMs: 100 },
    });
    using client = await engine.connect();
    await client.closing();
    assert.match(client.text, /^$|^HTTP\/1\.1 408 /);
  });

  test("keepAliveTimeoutMs: a connection at work is not idle", async () => {
    await using engine = await serve(
      subject,
      (exchange) => void setTimeout(() => exchange.respond(head(200), "slow"), 400),
      { limits: { keepAliveTimeoutMs: 100 } },
    );
    using client = await engine.connect();
    await client.send(request("GET /"));
    assert.equal((await client.answers(1))[0]?.body, "slow");
  });
}
