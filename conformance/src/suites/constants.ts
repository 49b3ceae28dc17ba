import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange } from "@armature/http";
import { answerConstant, constants, LARGE } from "../constant-answers.ts";
import type { EngineUnderTest, RunningEngine, StartOptions } from "../engines.ts";
import { eventually, head, needsSockets, request, serve, turns } from "../serve.ts";
import type { WireClient } from "../wire-client.ts";
import { type Answer, headerOf } from "../wire/parse-answers.ts";

const C = request("GET /c");
const EMPTY_AT_0: ReadonlySet<number> = new Set([0]);

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What every other request is answered. */
function answer(exchange: Exchange): void {
  if (!answerConstant(exchange)) exchange.respond(head(200), `${exchange.method} ${exchange.target}`);
}

function start(
  subject: EngineUnderTest,
  options: StartOptions = {},
  handler = answer,
): Promise<RunningEngine> {
  return serve(subject, handler, { constants: constants(), ...options });
}

async function ask(client: WireClient, bytes: string, count = 1): Promise<readonly Answer[]> {
  const before = client.answersFrom(0).complete.length;
  await client.send(bytes);
  return (await client.answers(before + count)).slice(before);
}

/** Answers that an engine may give without an exchange: no client can tell. */
export function constantsSuite(subject: EngineUnderTest): void {
  givenAnswers(subject);
  answersInOrder(subject);
  limitedClients(subject);
  countedRequests(subject);
  slowReaders(subject);
}

function givenAnswers(subject: EngineUnderTest): void {
  test("a constant answer has what its head and body say, and the date", async () => {
    await using engine = await start(subject);
    using client = await engine.connect();
    for (let time = 0; time < 3; time++) {
      const [given] = await ask(client, C);
      assert.ok(given);
      assert.deepEqual([given.status, given.body], [200, "constant"]);
      assert.equal(headerOf(given, "content-type"), "text/plain");
      assert.equal(headerOf(given, "content-length"), "8");
      assert.ok(Math.abs(Date.parse(headerOf(given, "date") ?? "") - Date.now()) < 60_000);
      assert.equal(headerOf(given, "connection"), undefined);
    }
  });

  test("HEAD gets the head alone, where there is one for it", async () => {
    await using engine = await start(subject);
    using client = await engine.connect();
    await client.send(request("HEAD /c") + request("HEAD /bytes"));
    const given = await client.answers(2, new Set([0, 1]));
    assert.deepEqual(
      given.map((one) => [one.status, headerOf(one, "content-length"), one.body]),
      [
        [200, "8", ""],
        [200, "6", ""],
      ],
    );
    using other = await engine.connect();
    await other.send(request("HEAD /get-only"));
    assert.equal(headerOf((await other.answers(1, EMPTY_AT_0))[0] as Answer, "content-length"), "14");
  });

  test("bytes, other statuses, no body, and a date of its own are sent as they are", async () => {
    await using engine = await start(subject);
    using client = await engine.connect();
    const [bytes, gone, none] = await ask(
      client,
      ["/bytes", "/gone", "/none"].map((path) => request(`GET ${path}`)).join(""),
      3,
    );
    assert.equal(Buffer.from(bytes?.body ?? "", "latin1").toString(), "\u00e4\u00f6\u00fc");
    assert.deepEqual([gone?.status, gone?.body, headerOf(gone as Answer, "date")], [410, "gone", "never"]);
    assert.deepEqual([none?.status, headerOf(none as Answer, "content-length")], [204, undefined]);
  });

  test("an answer that closes the connection does", async () => {
    await using engine = await start(subject);
    using client = await engine.connect();
    await client.send(C + request("GET /closes") + C);
    await client.closing();
    assert.deepEqual(
      client.answersFrom(0).complete.map(({ body }) => body),
      ["constant", "bye"],
    );
  });

  for (const [what, bytes, closes] of [
    ["HTTP/1.0", "GET /c HTTP/1.0\r\nHost: a\r\n\r\n", true],
    [
      "HTTP/1.0 that keeps its connection",
      "GET /c HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
      false,
    ],
    ["connection: close", request("GET /c", "Connection: close"), true],
    ["a body", `${request("GET /c", "Content-Length: 3")}abc`, false],
  ] as const)
    test(`with ${what} the answer is the same, and the connection is kept or not as ever`, async () => {
      await using engine = await start(subject);
      using client = await engine.connect();
      await client.send(C + bytes + C);
      const given = await client.answers(closes ? 2 : 3);
      assert.deepEqual(
        given.map(({ body }) => body),
        Array.from({ length: closes ? 2 : 3 }, () => "constant"),
      );
      if (closes) await client.closing();
    });

  test("requests that ask for more are the handler's", async () => {
    const seen: string[] = [];
    await using engine = await start(subject, {}, (exchange) => {
      const names = Array.from(exchange.headers.raw(), ([name]) => name.toLowerCase());
      seen.push(`${exchange.method} ${exchange.target} ${names.join()}`);
      answer(exchange);
    });
    using client = await engine.connect();
    const special = [
      request("GET /c?a"),
      request("GET http://a/c"),
      request("POST /c"),
      request("GET /c", "If-None-Match: *"),
      request("GET /c", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"),
      request("GET /c", "range: bytes=0-1"),
    ];
    await ask(client, special.join(""), special.length);
    assert.deepEqual(seen, [
      "GET /c?a host",
      "GET http://a/c host",
      "POST /c host",
      "GET /c host,if-none-match",
      "GET /c host,if-modified-since",
      "GET /c host,range",
    ]);
  });

  test("while somebody wants to see the requests the handler gets all of them", async () => {
    let mayAnswer = false;
    let handled = 0;
    await using engine = await start(subject, { constants: constants(() => mayAnswer) }, (exchange) => {
      handled++;
      answer(exchange);
    });
    using client = await engine.connect();
    for (let time = 0; time < 3; time++) await ask(client, C);
    assert.equal(handled, 3);
    mayAnswer = true;
    for (let time = 0; time < 3; time++) await ask(client, C + request("GET /d"), 2);
    mayAnswer = false;
    // A listener looks several times a second, and whenever it has something for the handler.
    await ask(client, request("GET /d"));
    const before = handled;
    for (let time = 0; time < 3; time++) await ask(client, C);
    assert.equal(handled, before + 3);
  });
}

function answersInOrder(subject: EngineUnderTest): void {
  test("constant answers wait for those in front of them, in one read or in several", async () => {
    const held: Exchange[] = [];
    await using engine = await start(subject, {}, (exchange) => {
      if (exchange.target === "/held") held.push(exchange);
      else answer(exchange);
    });
    for (const isOneRead of [true, false]) {
      using client = await engine.connect();
      const requests = [C, request("GET /held"), C, C];
      if (isOneRead) await client.send(requests.join(""));
      else
        for (const one of requests) {
          await client.send(one);
          await turns(5);
        }
      await eventually(() => held.length === 1);
      await turns();
      assert.deepEqual(
        client.answersFrom(0).complete.map(({ body }) => body),
        ["constant"],
      );
      held.pop()?.respond(head(200), "held");
      assert.deepEqual(
        (await client.answers(4)).map(({ body }) => body),
        ["constant", "held", "constant", "constant"],
      );
      assert.deepEqual(
        (await ask(client, C)).map(({ body }) => body),
        ["constant"],
      );
    }
  });

  test("requests around a body, and cut anywhere, are answered in order", async () => {
    await using engine = await start(subject);
    const bytes = `${C}${C}${request("POST /d", "Content-Length: 20")}${C.slice(0, 20)}${C}${request("GET /e")}${C}`;
    const bodies = ["constant", "constant", "POST /d", "constant", "GET /e", "constant"];
    for (let at = 0; at <= bytes.length; at++) {
      using client = await engine.connect();
      await client.send(bytes.slice(0, at));
      await client.send(bytes.slice(at));
      assert.deepEqual(
        (await client.answers(6)).map(({ body }) => body),
        bodies,
        `cut at ${at}`,
      );
    }
  });

  test("what is no request behind a constant one is refused behind its answer", async () => {
    await using engine = await start(subject);
    using client = await engine.connect();
    await client.send(`${C}nonsense\r\n\r\n${C}`);
    await client.closing();
    const [first, second, ...others] = client.answersFrom(0).complete;
    assert.deepEqual([first?.body, second?.status, others.length], ["constant", 400, 0]);
  });

  test("a client that ends its side gets all it has asked for", async () => {
    await using engine = await start(subject);
    using client = await engine.connect({ allowHalfOpen: true });
    await client.send(C.repeat(3));
    client.end();
    await client.closing();
    assert.equal(client.answersFrom(0).complete.length, 3);
    await eventually(() => engine.listener.stats().connections === 0);
  });

  test("while the listener closes each connection is told so", async () => {
    const engine = await start(subject);
    using busy = await engine.connect();
    await ask(busy, C);
    const closing = engine.listener.close({ lingerMs: 5_000 });
    await busy.send(C + C);
    await busy.closing();
    const [, second, third] = busy.answersFrom(0).complete;
    assert.deepEqual(
      [second, third].map((one) => one?.body),
      ["constant", "constant"],
    );
    assert.equal(headerOf(third as Answer, "connection"), "close");
    assert.equal((await closing).cut, 0);
    assert.equal(engine.listener.stats().requests, 3);
  });
}

function limitedClients(subject: EngineUnderTest): void {
  test("maxRequestsPerConnection counts constant answers, whatever stands between them", async () => {
    for (const requests of [
      [C.repeat(6)],
      [C, C, C, C],
      [C, request("GET /d"), C + C],
      [C + request("GET /d"), C, C],
    ]) {
      await using engine = await start(subject, { limits: { maxRequestsPerConnection: 4 } });
      using client = await engine.connect();
      for (const bytes of requests) {
        await client.send(bytes);
        await turns(5);
      }
      await client.closing();
      const { complete } = client.answersFrom(0);
      assert.deepEqual(
        complete.map((one) => headerOf(one, "connection")),
        [undefined, undefined, undefined, "close"],
      );
      assert.equal(engine.listener.stats().requests, 4);
    }
  });

  test("keepAliveTimeoutMs: who asks for what is constant is not idle, and who stops is", async () => {
    const limits = { keepAliveTimeoutMs: 600, minKeepAliveTimeoutMs: 600, headersTimeoutMs: 600 };
    await using engine = await start(subject, { limits });
    using client = await engine.connect();
    const until = performance.now() + 1_500;
    while (performance.now() < until) {
      await ask(client, C);
      assert.equal(client.closed, false);
      await later(20);
    }
    await client.closing();
    assert.equal(client.failure, null);
  });

  test("headersTimeoutMs: half a request behind constant ones has its time", async () => {
    await using engine = await start(subject, { limits: { headersTimeoutMs: 100 } });
    using client = await engine.connect();
    await client.send(C + C.slice(0, 12));
    await client.closing();
    assert.deepEqual(
      client.answersFrom(0).complete.map(({ status }) => status),
      [200, 408],
    );
  });

  test("maxConnections: of two connections the one that asks for what is constant stays", async () => {
    await using engine = await start(subject, { limits: { handlerTimeoutMs: 200, maxConnections: 3 } });
    using active = await engine.connect();
    await ask(active, C);
    using idle = await engine.connect();
    await ask(idle, C);
    const others: WireClient[] = [];
    for (let time = 0; engine.listener.stats().culled === 0 && time < 200; time++) {
      await ask(active, C);
      await later(20);
      if (time < 20) continue;
      const other = await engine.connect();
      others.push(other);
      await ask(other, C);
    }
    await idle.closing();
    assert.equal(active.closed, false);
    assert.equal((await ask(active, C))[0]?.body, "constant");
    for (const other of others) other[Symbol.dispose]();
  });
}

function countedRequests(subject: EngineUnderTest): void {
  test("stats count them as all others", async () => {
    await using engine = await start(subject);
    using client = await engine.connect();
    const bytes = C + C + request("GET /d") + C + request("HEAD /d");
    await client.send(bytes);
    await client.answers(5, new Set([4]));
    using other = await engine.connect();
    await ask(other, C);
    const { requests, bytesIn, bytesOut, accepted, inFlight } = engine.listener.stats();
    assert.deepEqual(
      { requests, bytesIn, bytesOut, accepted, inFlight },
      {
        requests: 6,
        bytesIn: bytes.length + C.length,
        bytesOut: client.text.length + other.text.length,
        accepted: 2,
        inFlight: 0,
      },
    );
    await eventually(() => engine.listener.stats().phases.idle === 2);
  });
}

function slowReaders(subject: EngineUnderTest): void {
  test(
    "who does not read gets all answers in order when it does, and waits until then",
    needsSockets(subject),
    async () => {
      await using engine = await start(subject, { limits: { minBytesPerSecond: 0 } });
      using client = await engine.connect();
      client.pause();
      const count = 300;
      const wanted = Array.from({ length: count }, (_, at) => (at % 7 === 6 ? "GET /d" : LARGE));
      for (const body of wanted) await client.send(request(body === LARGE ? "GET /large" : body));
      await eventually(() => engine.listener.stats().unsentBytes > 0);
      assert.equal(engine.listener.stats().phases.idle, 0);
      client.resume();
      const given = await client.answers(count);
      assert.deepEqual(
        given.map(({ body }) => body.length),
        wanted.map(({ length }) => length),
      );
      await eventually(() => engine.listener.stats().unsentBytes === 0);
      assert.equal((await ask(client, C))[0]?.body, "constant");
      assert.equal(engine.listener.stats().requests, count + 1);
    },
  );

  test("minBytesPerSecond: who takes nothing is cut", needsSockets(subject), async () => {
    await using engine = await start(subject, { limits: { minBytesPerSecond: 50_000, rateGraceMs: 100 } });
    using client = await engine.connect();
    client.pause();
    for (let at = 0; at < 300; at++) await client.send(request("GET /large"));
    await eventually(() => engine.listener.stats().refusedBy["E_CLIENT_TOO_SLOW"] === 1);
    await eventually(() => engine.listener.stats().connections === 0);
  });
}
