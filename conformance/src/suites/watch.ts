import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnswerWatcher, Exchange, FieldList, HttpError, Refusal } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { eventually, head, request, serve, turns } from "../serve.ts";
import { headerOf } from "../wire/parse-answers.ts";

/** Notes what a watcher is told. */
class Notes implements AnswerWatcher {
  readonly list: string[] = [];

  refused(error: HttpError): void {
    this.list.push(`refused ${error.status} ${error.code}`);
  }

  sent(status: number, bodyBytes: number): void {
    this.list.push(`sent ${status} ${bodyBytes}`);
  }

  cut(reason: unknown): void {
    this.list.push(`cut ${(reason as { code?: string }).code}`);
  }
}

/** What becomes of answers, told to those who asked. */
export function watchSuite(subject: EngineUnderTest): void {
  test("a whole answer was sent, with its status and the bytes of its body", async () => {
    const notes: Notes[] = [];
    await using engine = await serve(subject, (exchange) => {
      const note = new Notes();
      notes.push(note);
      exchange.watch(note);
      exchange.respond(head(exchange.target === "/none" ? 204 : 201), "h\u00e9llo");
      assert.deepEqual(note.list, [], "nothing was handed over yet");
    });
    using client = await engine.connect();
    await client.send(request("GET /a") + request("HEAD /b") + request("GET /none"));
    await client.answers(3, new Set([1]));
    await eventually(() => notes.every(({ list }) => list.length > 0));
    assert.deepEqual(
      notes.map(({ list }) => list),
      [["sent 201 6"], ["sent 201 0"], ["sent 204 0"]],
    );
  });

  test("a stream was sent when it has ended", async () => {
    const note = new Notes();
    await using engine = await serve(subject, (exchange) => {
      exchange.watch(note);
      const writer = exchange.stream(head(200), null);
      writer.write("hello");
      setImmediate(() => {
        assert.deepEqual(note.list, []);
        writer.write(Buffer.alloc(100_000));
        writer.end();
      });
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    await client.answers(1);
    await eventually(() => note.list.length > 0);
    assert.deepEqual(note.list, ["sent 200 100005"]);
  });

  test("an answer behind another is sent when it is its turn", async () => {
    const notes = [new Notes(), new Notes()];
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => {
      exchange.watch(notes[held.length] as Notes);
      held.push(exchange);
      if (held.length === 2) exchange.respond(head(200), "second");
    });
    using client = await engine.connect();
    await client.send(request("GET /1") + request("GET /2"));
    await turns();
    assert.deepEqual(notes[1]?.list, []);
    held[0]?.respond(head(200), "first");
    await client.answers(2);
    await eventually(() => notes[1]?.list.length === 1);
    assert.deepEqual(
      notes.map(({ list }) => list),
      [["sent 200 5"], ["sent 200 6"]],
    );
  });

  test("an upgrade was sent with its head", async () => {
    const note = new Notes();
    await using engine = await serve(subject, (exchange) => {
      exchange.watch(note);
      const nothing = (): void => {};
      exchange.upgrade(head(101, ["connection", "upgrade", "upgrade", "a"]), {
        data: nothing,
        drain: nothing,
        end: nothing,
        close: nothing,
      });
    });
    using client = await engine.connect();
    await client.send(request("GET /", "connection: upgrade", "upgrade: a"));
    await client.until(() => client.text.includes("\r\n\r\n"));
    await eventually(() => note.list.length > 0);
    assert.deepEqual(note.list, ["sent 101 0"]);
  });

  test("a client that left cuts it, before the answer and within it", async () => {
    for (const begins of [false, true]) {
      const note = new Notes();
      const began = Promise.withResolvers<void>();
      await using engine = await serve(subject, (exchange) => {
        exchange.watch(note);
        if (begins) exchange.stream(head(200), null).write("hello");
        began.resolve();
      });
      using client = await engine.connect();
      await client.send(request("GET /"));
      await began.promise;
      client.reset();
      await eventually(() => note.list.length > 0);
      assert.deepEqual(note.list, ["cut E_CLIENT_LEFT"]);
    }
  });

  test("an exchange that is cut is told so", async () => {
    const note = new Notes();
    await using engine = await serve(subject, (exchange) => {
      exchange.watch(note);
      exchange.abort();
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    await client.closing();
    await eventually(() => note.list.length > 0);
    assert.equal(note.list.length, 1);
    assert.match(note.list[0] ?? "", /^cut E_/);
  });

  test("an answer of the engine itself is a refusal that was sent", async () => {
    const note = new Notes();
    await using engine = await serve(subject, (exchange) => exchange.watch(note), {
      limits: { handlerTimeoutMs: 30 },
    });
    using client = await engine.connect();
    await client.send(request("GET /"));
    await client.closing();
    const [answer] = client.answersFrom(0).complete;
    assert.equal(answer?.status, 503);
    await eventually(() => note.list.length > 1);
    assert.deepEqual(note.list, ["refused 503 E_HANDLER_TIMEOUT", `sent 503 ${answer?.body.length}`]);
  });

  test("what no handler saw is told apart, and its answer takes fields", async () => {
    const refusals: Refusal[] = [];
    const chunked = `${request("POST /b", "transfer-encoding: chunked")}zz\r\n`;
    for (const [text, limits] of [
      ["GET / HTTP/3.0\r\n\r\n", {}],
      [chunked, {}],
      ["GET /", { headersTimeoutMs: 50 }],
    ] as const) {
      await using engine = await serve(subject, (exchange) => exchange.respond(head(200), null), {
        limits,
        onRefusal: (refusal) => {
          refusals.push(refusal);
          return ["x-request-id", String(refusals.length)];
        },
      });
      using client = await engine.connect();
      await client.send(text);
      await client.closing();
      const [answer] = client.answersFrom(0).complete;
      assert.ok(answer);
      assert.equal(headerOf(answer, "x-request-id"), String(refusals.length));
      assert.equal(answer.status, refusals.at(-1)?.status);
      assert.equal(answer.body.length, refusals.at(-1)?.bodyBytes);
      const { refused, requests } = engine.listener.stats();
      assert.deepEqual([refused, requests], [1, 0]);
    }
    assert.deepEqual(
      refusals.map(({ status, code, method, target }) => [status, code, method, target]),
      [
        [505, "E_VERSION_UNSUPPORTED", "", ""],
        [400, "E_FRAMING_CHUNK", "POST", "/b"],
        [408, "E_HEADERS_TIMEOUT", "", ""],
      ],
    );
  });

  test("what the gate has no time for and what finds no place is told of too", async () => {
    const refusals: Refusal[] = [];
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => void held.push(exchange), {
      limits: { maxConcurrentRequests: 1, maxQueuedRequests: 0, maxConnections: 2 },
      onRefusal: (refusal) => {
        refusals.push(refusal);
        return ["x-request-id", "a"];
      },
    });
    using first = await engine.connect();
    using second = await engine.connect();
    await first.send(request("GET /1"));
    await eventually(() => held.length === 1);
    await second.send(request("HEAD /2"));
    const [shed] = await second.answers(1, new Set([0]));
    using third = await engine.connect();
    await third.closing();
    const [away] = third.answersFrom(0).complete;
    for (const answer of [shed, away]) {
      assert.ok(answer);
      assert.equal(headerOf(answer, "x-request-id"), "a");
      assert.ok(headerOf(answer, "retry-after"));
    }
    assert.deepEqual(
      refusals.map(({ status, code, method, target, bodyBytes }) => [
        status,
        code,
        method,
        target,
        bodyBytes,
      ]),
      [
        [503, "E_OVERLOADED", "HEAD", "/2", 0],
        [503, refusals[1]?.code, "", "", away?.body.length],
      ],
    );
    held[0]?.respond(head(200), null);
  });

  for (const [what, onRefusal, code] of [
    [
      "that throws",
      () => {
        throw new TypeError("no fields today");
      },
      "TypeError",
    ],
    ["whose fields cannot be written", () => ["x-a", "1\r\n2"], "E_HEADER_VALUE_INVALID"],
    ["whose fields have no values", () => ["x-a"], "E_HEADER_LIST_ODD"],
  ] satisfies [string, () => FieldList, string][])
    test(`a listener to refusals ${what} is reported, and the clients are told all the same`, async () => {
      const errors: unknown[] = [];
      const held: Exchange[] = [];
      await using engine = await serve(subject, (exchange) => void held.push(exchange), {
        limits: { maxConcurrentRequests: 1, maxQueuedRequests: 0, maxConnections: 2 },
        onError: (error) => errors.push(error),
        onRefusal,
      });
      using wrong = await engine.connect();
      await wrong.send("GET / HTTP/9.9\r\n\r\n");
      assert.equal((await wrong.answers(1))[0]?.status, 505);
      wrong[Symbol.dispose]();
      await eventually(() => engine.listener.stats().connections === 0);
      using first = await engine.connect();
      using second = await engine.connect();
      await first.send(request("GET /1"));
      await eventually(() => held.length === 1);
      await second.send(request("GET /2"));
      assert.equal((await second.answers(1))[0]?.status, 503);
      using third = await engine.connect();
      await third.closing();
      assert.equal(third.answersFrom(0).complete[0]?.status, 503);
      held[0]?.respond(head(200), null);
      assert.equal((await first.answers(1))[0]?.status, 200);
      assert.deepEqual(errors.map(nameOf), [code, code, code]);
    });

  test("a request that is refused while it waits for the gate was seen by no handler", async () => {
    const refusals: Refusal[] = [];
    const held: Exchange[] = [];
    await using engine = await serve(subject, (exchange) => void held.push(exchange), {
      limits: { maxConcurrentRequests: 1, maxQueuedRequests: 10, maxQueueAgeMs: 0 },
      onRefusal: (refusal) => {
        refusals.push(refusal);
        return null;
      },
    });
    using first = await engine.connect();
    using second = await engine.connect();
    await first.send(request("GET /1"));
    await eventually(() => held.length === 1);
    await second.send(request("POST /2", "transfer-encoding: chunked"));
    await eventually(() => engine.listener.stats().queued === 1);
    await second.send("nonsense");
    await second.closing();
    assert.match(second.text, /^HTTP\/1\.1 400 .*E_FRAMING_CHUNK/s);
    assert.deepEqual(
      refusals.map(({ code, method, target }) => [code, method, target]),
      [["E_FRAMING_CHUNK", "POST", "/2"]],
    );
    held[0]?.respond(head(200), null);
  });
}

/** The code of an error, else its name. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.name;
}
