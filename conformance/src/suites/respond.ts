import assert from "node:assert/strict";
import { test } from "node:test";
import { type Exchange, HeaderBlock } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { Handover, head, request, serve, turns } from "../serve.ts";
import { type Answer, headerOf } from "../wire/parse-answers.ts";

const GET = request("GET /");

/** Whole answers: what is written, in which order, and what an application must not do. */
export function respondSuite(subject: EngineUnderTest): void {
  async function answerTo(handler: (exchange: Exchange) => void, text = GET): Promise<Answer> {
    await using engine = await serve(subject, handler);
    using client = await engine.connect();
    await client.send(text);
    const [answer] = await client.answers(1, new Set(text.startsWith("HEAD") ? [0] : []));
    assert.ok(answer);
    return answer;
  }

  test("status, fields of the block and fields of the answer are written", async () => {
    const block = new HeaderBlock(["Content-Type", "text/plain", "x-a", "1"]);
    const answer = await answerTo((exchange) => {
      exchange.respond(
        { status: 418, block, fields: ["x-b", "2", "set-cookie", "a=1", "set-cookie", "b=2"] },
        "hi",
      );
    });
    assert.equal(answer.status, 418);
    assert.equal(answer.body, "hi");
    assert.equal(headerOf(answer, "content-type"), "text/plain");
    assert.equal(headerOf(answer, "x-a"), "1");
    assert.equal(headerOf(answer, "x-b"), "2");
    assert.equal(answer.headers.filter(([name]) => name === "set-cookie").length, 2);
  });

  test("the reason phrase is that of the status", async () => {
    assert.equal((await answerTo((exchange) => exchange.respond(head(404), null))).reason, "Not Found");
  });

  test("a string is sent as UTF-8 and its length counted in bytes", async () => {
    const text = "h\u00e9llo \u4e16\u754c \ud83d\ude00";
    const answer = await answerTo((exchange) => exchange.respond(head(200), text));
    assert.equal(Buffer.from(answer.body, "latin1").toString("utf8"), text);
    assert.equal(headerOf(answer, "content-length"), String(Buffer.byteLength(text)));
  });

  test("a latin1 string and a lone surrogate are UTF-8 too", async () => {
    const latin1 = await answerTo((exchange) => exchange.respond(head(200), "\u00e9\u00ff"));
    assert.equal(Buffer.from(latin1.body, "latin1").toString("utf8"), "\u00e9\u00ff");
    const lone = await answerTo((exchange) => exchange.respond(head(200), "a\ud800"));
    assert.equal(Buffer.from(lone.body, "latin1").toString("utf8"), "a\ufffd");
  });

  test("bytes are sent as they are", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const answer = await answerTo((exchange) => exchange.respond(head(200), bytes));
    assert.deepEqual(Buffer.from(answer.body, "latin1"), Buffer.from(bytes));
  });

  test("no body has the length 0", async () => {
    for (const body of [null, "", new Uint8Array(0)]) {
      const answer = await answerTo((exchange) => exchange.respond(head(200), body));
      assert.equal(headerOf(answer, "content-length"), "0");
    }
  });

  test("a date is added, unless the application has one", async () => {
    const own = new HeaderBlock(["date", "Thu, 01 Jan 1970 00:00:00 GMT"]);
    const added = await answerTo((exchange) => exchange.respond(head(200), null));
    const age = Date.now() - Date.parse(headerOf(added, "date") ?? "");
    assert.match(headerOf(added, "date") ?? "", /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    assert.ok(age >= -1000 && age < 60_000, `${age} ms`);
    const kept = await answerTo((exchange) =>
      exchange.respond({ status: 200, block: own, fields: null }, null),
    );
    assert.equal(headerOf(kept, "date"), "Thu, 01 Jan 1970 00:00:00 GMT");
    const late = await answerTo((exchange) => {
      exchange.respond(head(200, ["date", "Thu, 01 Jan 1970 00:00:00 GMT"]), null);
    });
    assert.equal(headerOf(late, "date"), "Thu, 01 Jan 1970 00:00:00 GMT");
  });

  test("204 and 304 have neither body nor a length of one", async () => {
    await using engine = await serve(subject, (exchange) =>
      exchange.respond(head(Number(exchange.target.slice(1))), "hello"),
    );
    using client = await engine.connect();
    await client.send(request("GET /204") + request("GET /304") + request("GET /200"));
    const answers = await client.answers(3);
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body]),
      [
        [204, ""],
        [304, ""],
        [200, "hello"],
      ],
    );
    assert.equal(answers[0] && headerOf(answers[0], "content-length"), undefined);
    assert.equal(answers[0] && headerOf(answers[0], "transfer-encoding"), undefined);
  });

  test("HEAD gets the length that GET gets, and no body", async () => {
    const answer = await answerTo((exchange) => exchange.respond(head(200), "hello"), request("HEAD /"));
    assert.equal(headerOf(answer, "content-length"), "5");
    assert.equal(answer.body, "");
  });

  test("a block that says close closes", async () => {
    const block = new HeaderBlock(["connection", "close"]);
    await using engine = await serve(subject, (exchange) =>
      exchange.respond({ status: 200, block, fields: null }, "a"),
    );
    using client = await engine.connect();
    await client.send(GET + GET);
    await client.closing();
    const { complete } = client.answersFrom(0);
    assert.deepEqual(
      complete.map((one) => headerOf(one, "connection")),
      ["close"],
    );
  });

  test("a field that says close closes", async () => {
    await using engine = await serve(subject, (exchange) =>
      exchange.respond(head(200, ["connection", "close"]), "a"),
    );
    using client = await engine.connect();
    await client.send(GET + GET);
    await client.closing();
    assert.equal(client.answersFrom(0).complete.length, 1);
  });

  test("a second answer throws, and the first one stands", async () => {
    const codes: unknown[] = [];
    const answer = await answerTo((exchange) => {
      assert.equal(exchange.answered, false);
      exchange.respond(head(200), "first");
      assert.equal(exchange.answered, true);
      for (const again of [
        () => exchange.respond(head(200), "second"),
        () => void exchange.stream(head(200), null),
        () => exchange.abort(),
      ])
        assert.throws(again, (error: { code?: unknown }) => codes.push(error.code) > 0);
    });
    assert.equal(answer.body, "first");
    assert.deepEqual(codes, ["E_EXCHANGE_ANSWERED", "E_EXCHANGE_ANSWERED", "E_EXCHANGE_ANSWERED"]);
  });

  test("a field that would split the answer throws, and nothing of it is written", async () => {
    const bad = [
      ["x-a", "b\r\nx-c: d"],
      ["x-a\r\nx-c", "d"],
      ["x-a", "b\0"],
      ["x-a", "\u4e16"],
      ["content-length", "1"],
      ["transfer-encoding", "chunked"],
    ];
    const answer = await answerTo((exchange) => {
      for (const fields of bad)
        assert.throws(() => exchange.respond(head(200, fields), "no"), /header/, fields.join(": "));
      exchange.respond(head(500), "refused");
    });
    assert.equal(answer.status, 500);
    assert.equal(answer.body, "refused");
    assert.equal(headerOf(answer, "x-c"), undefined);
  });

  test("a handler that throws is answered with 500, and the connection goes on", async () => {
    const errors: unknown[] = [];
    const boom = new Error("boom");
    const options = { onError: (error: unknown) => errors.push(error) > 0 && undefined };
    await using engine = await serve(
      subject,
      (exchange) => {
        if (exchange.target === "/boom") throw boom;
        exchange.respond(head(200), "fine");
      },
      options,
    );
    using client = await engine.connect();
    await client.send(request("GET /boom"));
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 500);
    assert.ok(!answer.body.includes("boom"), answer.body);
    assert.deepEqual(errors, [boom]);
    using another = await engine.connect();
    await another.send(GET);
    assert.equal((await another.answers(1))[0]?.body, "fine");
  });

  test("an answer may come later, and the request can be read until then", async () => {
    const handed = new Handover<Exchange>();
    await using engine = await serve(subject, (exchange) => handed.give(exchange));
    using client = await engine.connect();
    await client.send(request("GET /later?a=b", "X-A: c"));
    const exchange = await handed.taken;
    await client.send("GET /overwrites-the-buffer HTTP/1.1\r\nHost: other\r\nX-A: other\r\n\r\n");
    await turns();
    assert.equal(exchange.target, "/later?a=b");
    assert.equal(exchange.method, "GET");
    assert.equal(exchange.headers.get("x-a"), "c");
    assert.deepEqual(
      [...exchange.headers.raw()],
      [
        ["Host", "a"],
        ["X-A", "c"],
      ],
    );
    exchange.respond(head(200), "later");
    assert.equal((await client.answers(1))[0]?.body, "later");
  });

  test("answers leave in the order of the requests", async () => {
    const held: Exchange[] = [];
    const all = new Handover<void>();
    await using engine = await serve(subject, (exchange) => {
      if (held.push(exchange) === 5) all.give();
    });
    using client = await engine.connect();
    await client.send([1, 2, 3, 4, 5].map((at) => request(`GET /${at}`)).join(""));
    await all.taken;
    for (const exchange of held.toReversed()) {
      assert.equal(client.text, "");
      exchange.respond(head(200), exchange.target);
      await turns(5);
    }
    const answers = await client.answers(5);
    assert.deepEqual(
      answers.map(({ body }) => body),
      ["/1", "/2", "/3", "/4", "/5"],
    );
  });

  test("a large answer arrives whole, and so does what follows", async () => {
    const large = Buffer.alloc(5_000_000, "0123456789");
    await using engine = await serve(subject, (exchange) => {
      exchange.respond(head(200), exchange.target === "/large" ? large : "small");
    });
    using client = await engine.connect();
    await client.send(request("GET /large") + request("GET /small"));
    const [first, second] = await client.answers(2);
    assert.ok(Buffer.from(first?.body ?? "", "latin1").equals(large));
    assert.equal(second?.body, "small");
  });

  test("bytes of the request may be sent back", async () => {
    await using engine = await serve(subject, (exchange) => {
      const { body, bytes, targetStart, targetEnd } = exchange;
      const target = bytes?.subarray(targetStart, targetEnd) ?? exchange.target;
      exchange.respond(head(200), body.length === 0 ? target : body.peek());
    });
    using client = await engine.connect();
    const post = `${request("POST /a", "Content-Length: 5")}hello`;
    await client.send(`${request("GET /first")}${post}${request("GET /second")}${post}`);
    await client.send(request("GET /third"));
    const answers = await client.answers(5);
    assert.deepEqual(
      answers.map(({ body }) => body),
      ["/first", "hello", "/second", "hello", "/third"],
    );
  });

  test("abort cuts the connection without an answer", async () => {
    await using engine = await serve(subject, (exchange) => {
      exchange.abort();
      assert.equal(exchange.answered, true);
    });
    using client = await engine.connect();
    await client.send(GET);
    await client.closing();
    assert.equal(client.text, "");
  });
}
