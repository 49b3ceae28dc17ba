import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { connect } from "node:net";
import { createMemoryEngine, type MemoryListener } from "@armature/engine/memory";
import { armature, createEngine, type Engine, type Exchange, type Middleware } from "armature";
import { z } from "zod";
import { build, ENGINE_WAYS, type Source } from "./harness/ways.ts";

const pass: Middleware = (context, next) => {
  context.setHeader("x-passed", "yes");
  return next(context);
};

const source = armature()
  .use(pass)
  .guard(() => true)
  .intercept((context, next) => next(context))
  .catch(() => undefined)
  .get("/json/:id(int)", ({ params }) => ({ id: params.id }))
  .get("/text", () => "text")
  .get(
    "/checked/:id",
    { params: z.object({ id: z.coerce.number() }), response: z.object({ id: z.number() }) },
    (context) => context.params,
  )
  .post("/body", { body: z.object({ a: z.number() }) }, ({ body }) => body)
  .get("/refused", { guards: [() => false] }, () => "never")
  .get("/fails", () => {
    throw new Error("fails");
  });

const REQUESTS: Readonly<Record<string, string>> = {
  "/json/7": "GET /json/7 HTTP/1.1\r\nhost: a\r\n\r\n",
  "/text": "GET /text HTTP/1.1\r\nhost: a\r\n\r\n",
  "/checked/7": "GET /checked/7 HTTP/1.1\r\nhost: a\r\n\r\n",
  "/checked/x (400)": "GET /checked/x HTTP/1.1\r\nhost: a\r\n\r\n",
  "/body":
    'POST /body HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{"a":1}',
  "/refused": "GET /refused HTTP/1.1\r\nhost: a\r\n\r\n",
  "/fails": "GET /fails HTTP/1.1\r\nhost: a\r\n\r\n",
  "/none": "GET /none HTTP/1.1\r\nhost: a\r\n\r\n",
  "HEAD /text": "HEAD /text HTTP/1.1\r\nhost: a\r\n\r\n",
  "OPTIONS /text": "OPTIONS /text HTTP/1.1\r\nhost: a\r\n\r\n",
};

/** An engine that looks whether each exchange was answered when its handler has returned. */
function watched(engine: Engine, seen: (exchange: Exchange, answered: boolean) => void): Engine {
  return {
    name: engine.name,
    listen: (options, handler) =>
      engine.listen(options, (exchange) => {
        handler(exchange);
        seen(exchange, exchange.answered);
      }),
  };
}

describe("what is synchronous stays synchronous", () => {
  for (const [name, request] of Object.entries(REQUESTS))
    test(`${name} is answered before the handler of the engine returns`, async () => {
      const listening = Promise.withResolvers<MemoryListener>();
      const memory = createMemoryEngine();
      const seen: boolean[] = [];
      const engine = watched(
        {
          name: "memory",
          listen: async (options, handler) => {
            const listener = await memory.listen(options, handler);
            listening.resolve(listener);
            return listener;
          },
        },
        (_exchange, answered) => seen.push(answered),
      );
      await using app = await build(source, { engine });
      await app.listen({ port: 0 });
      const client = (await listening.promise).connect();
      let jobs = 0;
      queueMicrotask(() => jobs++);
      client.write(request);
      const answer = Buffer.from(client.readNow()).toString("latin1");
      assert.equal(jobs, 0);
      assert.match(answer, /^HTTP\/1\.1 \d{3} /);
      assert.deepEqual(seen, [true]);
      client.destroy();
    });

  test("and the answers to all requests of one read leave in one write", async () => {
    const seen: boolean[] = [];
    await using app = await build(source, {
      engine: watched(createEngine(), (_exchange, answered) => seen.push(answered)),
    });
    const { port } = await app.listen({ port: 0 });
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const chunks: string[] = [];
    const done = Promise.withResolvers<void>();
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      chunks.push(chunk);
      if (chunks.join("").split("HTTP/1.1 ").length - 1 === 8) done.resolve();
    });
    socket.write(REQUESTS["/json/7"]?.repeat(8) ?? "");
    await done.promise;
    assert.equal(chunks.length, 1);
    assert.deepEqual(
      seen,
      Array.from({ length: 8 }, () => true),
    );
    socket.destroy();
  });
});

for (const way of ENGINE_WAYS)
  test(`pipelined requests by ${way.name} are answered in order, however long each takes`, async () => {
    const releases: (() => void)[] = [];
    const slow: Source = armature()
      .get("/now/:n", ({ params }) => params.n)
      .get("/later/:n", async ({ params }) => {
        await new Promise<void>((resolve) => {
          releases.push(resolve);
        });
        return params.n;
      });
    await using running = await way.start(slow);
    const client = running.connect();
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
    await client.send(get("/later/1") + get("/now/2") + get("/later/3") + get("/now/4"));
    while (releases.length < 2) await new Promise((resolve) => setImmediate(resolve));
    releases[1]?.();
    releases[0]?.();
    const answers = await client.answers(4);
    assert.deepEqual(
      answers.map(({ body }) => body),
      ["1", "2", "3", "4"],
    );
    client[Symbol.dispose]();
  });
