import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange, RequestPriority } from "@armature/http";
import type { EngineUnderTest, RunningEngine } from "../engines.ts";
import { eventually, head, request, serve, turns } from "../serve.ts";
import { type Answer, headerOf } from "../wire/parse-answers.ts";

const GET = request("GET /");

/** Keeps the event loop busy, as work of the application's own does. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** What the first segment of the path says, as "/high/1". */
function priorityOf({ target }: Exchange): RequestPriority {
  const [, name] = target.split("/");
  return name === "high" || name === "low" ? name : "normal";
}

function codeOf({ body }: Answer): unknown {
  return (JSON.parse(body) as { code?: unknown }).code;
}

/** Answers all that are held, and those that come to be held because of it. */
async function answerAll(held: Exchange[], engine: RunningEngine): Promise<string[]> {
  const order: string[] = [];
  while (engine.listener.stats().inFlight > 0) {
    for (const exchange of held.splice(0)) {
      order.push(exchange.target);
      exchange.respond(head(200), exchange.target);
    }
    await turns(3);
  }
  return order;
}

/** Too many requests: those that matter go on, the others wait or are told at once to come again. */
export function overloadSuite(subject: EngineUnderTest): void {
  test("maxConcurrentRequests: what comes beyond waits, and is answered in the order it came", async () => {
    const held: Exchange[] = [];
    const options = { limits: { maxConcurrentRequests: 2, maxQueueAgeMs: 0 } };
    await using engine = await serve(subject, (exchange) => void held.push(exchange), options);
    const targets = ["/0", "/1", "/2", "/3", "/4"];
    const clients = [];
    for (const [at, target] of targets.entries()) {
      const client = await engine.connect();
      clients.push(client);
      await client.send(request(`GET ${target}`));
      await eventually(() => engine.listener.stats().inFlight === at + 1);
    }
    await turns();
    assert.deepEqual(
      held.map(({ target }) => target),
      ["/0", "/1"],
    );
    assert.equal(engine.listener.stats().queued, 3);
    assert.equal(engine.listener.stats().requests, 2);
    assert.deepEqual(await answerAll(held, engine), targets);
    for (const [at, client] of clients.entries()) {
      assert.equal((await client.answers(1))[0]?.body, targets[at]);
      client[Symbol.dispose]();
    }
    assert.deepEqual([engine.listener.stats().queued, engine.listener.stats().requests], [0, 5]);
  });

  test("a pipeline waits for itself, and loses nothing", async () => {
    const limits = { maxConcurrentRequests: 1, maxQueueAgeMs: 0 };
    const answer = (exchange: Exchange): void => {
      setImmediate(() => exchange.respond(head(200), exchange.headers.get("x-id") ?? ""));
    };
    await using engine = await serve(subject, answer, { limits });
    using client = await engine.connect();
    await client.send(Array.from({ length: 40 }, (_, at) => request("GET /", `X-Id: ${at}`)).join(""));
    const answers = await client.answers(40);
    assert.deepEqual(
      answers.map(({ body }) => Number(body)),
      Array.from({ length: 40 }, (_, at) => at),
    );
  });

  test("maxQueuedRequests: beyond it 503 at once, on a connection that lives on", async () => {
    const held: Exchange[] = [];
    const limits = { maxConcurrentRequests: 1, maxQueuedRequests: 1, maxQueueAgeMs: 0 };
    await using engine = await serve(subject, (exchange) => void held.push(exchange), { limits });
    using first = await engine.connect();
    using second = await engine.connect();
    using third = await engine.connect();
    await first.send(GET);
    await eventually(() => held.length === 1);
    await second.send(GET);
    await eventually(() => engine.listener.stats().queued === 1);
    await third.send(GET);
    const [shed] = await third.answers(1);
    assert.ok(shed);
    assert.equal(shed.status, 503);
    assert.equal(headerOf(shed, "content-type"), "application/problem+json");
    assert.match(headerOf(shed, "retry-after") ?? "", /^[1-9]\d*$/);
    assert.equal(headerOf(shed, "connection"), undefined);
    assert.equal(codeOf(shed), "E_OVERLOADED");
    assert.equal(engine.listener.stats().shed.full, 1);
    await answerAll(held, engine);
    await third.send(GET);
    await eventually(() => held.length === 1);
    await answerAll(held, engine);
    assert.equal((await third.answers(2))[1]?.status, 200);
    assert.equal((await second.answers(1))[0]?.status, 200);
  });

  test("the higher priority goes first, and takes the place of a lower one where the queue is full", async () => {
    const held: Exchange[] = [];
    const options = {
      limits: { maxConcurrentRequests: 1, maxQueuedRequests: 4, maxQueueAgeMs: 0 },
      priorityOf,
    };
    await using engine = await serve(subject, (exchange) => void held.push(exchange), options);
    const targets = ["/first", "/low/1", "/normal/1", "/high/1", "/low/2", "/high/2"];
    const clients = new Map<string, Awaited<ReturnType<RunningEngine["connect"]>>>();
    for (const [at, target] of targets.entries()) {
      const client = await engine.connect();
      clients.set(target, client);
      await client.send(request(`GET ${target}`));
      const { queued, shed } = engine.listener.stats();
      await eventually(() => {
        const now = engine.listener.stats();
        return held.length === 1 && now.queued + now.shed.full === at;
      });
      assert.ok(queued + shed.full <= at);
    }
    const displaced = (await clients.get("/low/2")?.answers(1))?.[0];
    assert.equal(displaced?.status, 503);
    assert.deepEqual(await answerAll(held, engine), ["/first", "/high/1", "/high/2", "/normal/1", "/low/1"]);
    for (const client of clients.values()) client[Symbol.dispose]();
  });

  test("a client that leaves while it waits costs its handler nothing", async () => {
    const held: Exchange[] = [];
    const limits = { maxConcurrentRequests: 1, maxQueueAgeMs: 0 };
    await using engine = await serve(subject, (exchange) => void held.push(exchange), { limits });
    using first = await engine.connect();
    const second = await engine.connect();
    await first.send(GET);
    await eventually(() => held.length === 1);
    await second.send(request("GET /never"));
    await eventually(() => engine.listener.stats().queued === 1);
    second[Symbol.dispose]();
    await eventually(() => engine.listener.stats().queued === 0);
    await answerAll(held, engine);
    assert.equal(engine.listener.stats().requests, 1);
    assert.equal(engine.listener.stats().shed.left, 1);
  });

  test("maxQueueAgeMs: who waited too long is told so, but for those of high priority", async () => {
    const held: Exchange[] = [];
    const options = { limits: { maxConcurrentRequests: 1, maxQueueAgeMs: 50 }, priorityOf };
    await using engine = await serve(subject, (exchange) => void held.push(exchange), options);
    using first = await engine.connect();
    using normal = await engine.connect();
    using high = await engine.connect();
    await first.send(GET);
    await eventually(() => held.length === 1);
    await high.send(request("GET /high"));
    await normal.send(request("GET /normal"));
    const [shed] = await normal.answers(1);
    assert.ok(shed);
    assert.equal(shed.status, 503);
    assert.equal(codeOf(shed), "E_OVERLOADED");
    assert.equal(engine.listener.stats().shed.age, 1);
    assert.equal(engine.listener.stats().queued, 1);
    await answerAll(held, engine);
    assert.equal((await high.answers(1))[0]?.body, "/high");
  });

  test("a client that ends its side behind its request is served when the loop was late for a moment", async () => {
    await using engine = await serve(subject, (exchange) => {
      if (exchange.target === "/busy") block(100);
      exchange.respond(head(200), exchange.target);
    });
    using busy = await engine.connect();
    using ending = await engine.connect({ allowHalfOpen: true });
    const sent = [busy.send(request("GET /busy")), ending.send(request("GET /last"))];
    ending.end();
    await Promise.all(sent);
    assert.equal((await busy.answers(1))[0]?.body, "/busy");
    assert.equal((await ending.answers(1))[0]?.body, "/last");
    assert.equal(engine.listener.stats().shed.left, 0);
  });

  test("a request that waited is as gone when it is answered as any other", async () => {
    const held: Exchange[] = [];
    const limits = { maxConcurrentRequests: 1, maxQueueAgeMs: 0 };
    await using engine = await serve(
      subject,
      (exchange) => {
        held.push(exchange);
        if (exchange.target === "/second") exchange.respond(head(200), "second");
      },
      { limits },
    );
    using first = await engine.connect();
    using second = await engine.connect();
    await first.send(GET);
    await eventually(() => held.length === 1);
    await second.send(`${request("POST /second", "Content-Length: 4")}body`);
    await eventually(() => engine.listener.stats().queued === 1);
    await turns();
    held[0]?.respond(head(200), null);
    await second.answers(1);
    const late = held[1] as Exchange; // it was answered
    assert.throws(() => late.target, { code: "E_EXCHANGE_DONE" });
    assert.throws(() => late.headers, { code: "E_EXCHANGE_DONE" });
    assert.throws(() => late.body.bytes(), { code: "E_EXCHANGE_DONE" });
  });

  test("the time of a handler begins when it is called", async () => {
    const held: Exchange[] = [];
    const limits = { maxConcurrentRequests: 1, maxQueueAgeMs: 0, handlerTimeoutMs: 200 };
    await using engine = await serve(subject, (exchange) => void held.push(exchange), { limits });
    using first = await engine.connect();
    using second = await engine.connect();
    await first.send(GET);
    await eventually(() => held.length === 1);
    await second.send(request("GET /waits"));
    // The first one is given up after its time, and what waited for it is called with all of its own.
    assert.equal((await first.answers(1))[0]?.status, 503);
    await eventually(() => held.length === 2);
    held[1]?.respond(head(200), held[1].target);
    assert.equal((await second.answers(1))[0]?.body, "/waits");
  });

  test("a body that arrives while its request waits is whole when it is read", async () => {
    const held: Exchange[] = [];
    const limits = { maxConcurrentRequests: 1, maxQueueAgeMs: 0 };
    const handler = async (exchange: Exchange): Promise<void> => {
      if (exchange.method === "GET") return void held.push(exchange);
      exchange.respond(head(200), await exchange.body.bytes());
    };
    await using engine = await serve(subject, (exchange) => void handler(exchange), { limits });
    using first = await engine.connect();
    using second = await engine.connect();
    await first.send(GET);
    await eventually(() => held.length === 1);
    await second.send(`${request("POST /", "Content-Length: 10")}hello`);
    await eventually(() => engine.listener.stats().queued === 1);
    await second.send("world");
    await turns();
    held[0]?.respond(head(200), null);
    assert.equal((await second.answers(1))[0]?.body, "helloworld");
  });

  test("maxQueueAgeMs: where handlers keep the loop busy, who waited too long is shed, and the others are served", async () => {
    const options = { limits: { maxQueueAgeMs: 100, maxLoopDelayMs: 0 }, priorityOf };
    const handler = (exchange: Exchange): void => {
      block(25);
      exchange.respond(head(200), "served");
    };
    await using engine = await serve(subject, handler, options);
    const clients = await Promise.all(Array.from({ length: 24 }, () => engine.connect()));
    const answers = await Promise.all(
      clients.map(async (client, at) => {
        void client.send(request(at % 6 === 5 ? "GET /high" : "GET /normal"));
        return (await client.answers(1))[0];
      }),
    );
    const shed = answers.filter((answer) => answer?.status === 503);
    assert.ok(shed.length > 0, "24 requests of 25 ms at once, and none was too old");
    assert.ok(shed.length < 20, "those at the front were served");
    for (const answer of shed) assert.equal(codeOf(answer as Answer), "E_OVERLOADED"); // filtered by its status
    for (let at = 5; at < 24; at += 6) assert.equal(answers[at]?.status, 200, "high is never shed");
    assert.equal(engine.listener.stats().shed.age, shed.length);
    const again = clients[answers.findIndex((answer) => answer?.status === 503)];
    await eventually(() => engine.listener.stats().inFlight === 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await again?.send(GET);
    assert.equal((await again?.answers(2))?.[1]?.status, 200, "the connection lives on");
    for (const client of clients) client[Symbol.dispose]();
  });

  test("maxLoopDelayMs: a share is shed while the loop is late, and stats say how late", async () => {
    const options = { limits: { maxQueueAgeMs: 0, maxLoopDelayMs: 20 } };
    // What is late is behind the handler, as with work on what a database gave: the gate cannot spread it.
    const handler = (exchange: Exchange): void => {
      setImmediate(() => {
        block(10);
        exchange.respond(head(200), "served");
      });
    };
    await using engine = await serve(subject, handler, options);
    assert.deepEqual([engine.listener.stats().loopDelayMs, engine.listener.stats().load], [0, 0]);
    const shed = (): number => engine.listener.stats().shed.delay;
    let most = 0;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        using client = await engine.connect();
        for (let sent = 1; shed() === 0 && sent < 200; sent++) {
          await client.send(GET);
          await client.answers(sent);
          most = Math.max(most, engine.listener.stats().load);
        }
      }),
    );
    assert.ok(shed() > 0, "16 clients at 10 ms each, and the loop was never late");
    assert.ok(engine.listener.stats().loopDelayMs > 20);
    assert.equal(most, 1);
    assert.ok(engine.listener.stats().requests > 0);
  });
}
