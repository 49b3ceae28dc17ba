import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { createClient, type ApiRoute, type ClientOptions, type SendRequest } from "@armature/client";
import { createApi, Tick } from "./api.test.kit.ts";
import { z } from "zod";

type Api = ReturnType<typeof createApi>;

/** The API over a socket. */
async function listen(options: ClientOptions = {}) {
  const app = createApi();
  const { url } = await app.listen({ port: 0 });
  return {
    client: createClient<Api>(url, options),
    [Symbol.asyncDispose]: async () => void (await app.close({ graceMs: 0 })),
  };
}

type EventsApi = ApiRoute<"GET", "/events", object> | ApiRoute<"POST", "/events", object>;

type Connection = (response: ServerResponse, request: IncomingMessage, count: number) => void;

/** A server of events whose every connection is as the test wants it. */
async function serveEvents(onConnection: Connection) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    onConnection(response, request, requests.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    requests,
    events: createClient<EventsApi>(`http://127.0.0.1:${port}`)("/events"),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function send(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" }).end(text);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("streams", () => {
  test("lines and values as they arrive, checked by a schema", async () => {
    await using server = await listen();
    const call = () => server.client("/ticks").get({ query: { count: 3 } });
    assert.deepEqual(await collect(call().lines()), ['{"tick":1}', '{"tick":2}', '{"tick":3}']);
    assert.deepEqual(await collect(call().values()), [{ tick: 1 }, { tick: 2 }, { tick: 3 }]);
    const ticks: { tick: number }[] = await collect(call().values(Tick));
    assert.deepEqual(ticks.at(-1), { tick: 3 });
    await assert.rejects(collect(call().values(z.object({ tick: z.string() }))), {
      code: "E_CLIENT_DATA",
      message: /^GET \/ticks gave a value that breaks its schema \(tick: /,
    });
    await assert.rejects(collect(server.client("/text").get().values()), { code: "E_CLIENT_JSON" });
  });

  test("nothing is sent before the first piece is asked for, however late that is", async () => {
    let sent = 0;
    const fetch: SendRequest = async () => await Promise.resolve(new Response(`{"tick":${++sent}}\n`));
    const client = createClient<Api>("http://test.example", { fetch });
    const call = () => client("/ticks").get({ query: { count: 1 } });
    const readers = [call().lines(), call().values(), call().values(Tick), call().events()];
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(sent, 0);
    assert.deepEqual(await readers[1]?.next(), { done: false, value: { tick: 1 } });
    assert.deepEqual(await readers[0]?.next(), { done: false, value: '{"tick":2}' });
  });

  test("the first piece is there before the last one is made, and who leaves closes the connection", async () => {
    await using server = await listen();
    // It would take days to its end.
    const call = server
      .client("/ticks")
      .get({ query: { count: 1_000_000, everyMs: 100 }, timeoutMs: 60_000 });
    const seen: unknown[] = [];
    for await (const tick of call.values()) if (seen.push(tick) === 2) break;
    assert.deepEqual(seen, [{ tick: 1 }, { tick: 2 }]);
  });

  test("an abort ends a stream that waits for its next piece; a timeout does not, once it has begun", async () => {
    await using server = await listen();
    const controller = new AbortController();
    const query = { count: 1000, everyMs: 400 };
    const lines = server.client("/ticks").get({ query, signal: controller.signal, timeoutMs: 1000 }).lines();
    await assert.rejects(
      (async () => {
        for await (const line of lines) if (line.includes("4")) controller.abort("enough");
      })(),
      { code: "E_CLIENT_ABORTED", cause: "enough" },
    );
  });

  test("an abort ends a stream whose body does not heed it", async () => {
    const controller = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(new TextEncoder().encode("a\n")),
    });
    const client = createClient<Api>("http://test.example", {
      fetch: async () => await Promise.resolve(new Response(body)),
    });
    const lines = client("/text").get({ signal: controller.signal }).lines();
    assert.deepEqual(await lines.next(), { done: false, value: "a" });
    setImmediate(() => controller.abort());
    await assert.rejects(lines.next(), { code: "E_CLIENT_ABORTED" });
  });

  test("bytes and the raw answer", async () => {
    await using server = await listen();
    const stream = await server
      .client("/ticks")
      .get({ query: { count: 2 } })
      .stream();
    assert.equal(await new Response(stream).text(), '{"tick":1}\n{"tick":2}\n');
    const endless = await server
      .client("/ticks")
      .get({ query: { count: 1_000_000, everyMs: 50 } })
      .stream();
    await endless.cancel();
    const response = await server.client("/teapot").get().response();
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [418, "TEAPOT"]);
  });

  test("an error has no stream", async () => {
    await using server = await listen();
    await assert.rejects(collect(server.client("/teapot").get().lines()), { code: "TEAPOT", status: 418 });
    await assert.rejects(server.client("/teapot").get().stream(), { code: "TEAPOT", status: 418 });
    await assert.rejects(collect(server.client("/teapot").get().events()), { code: "TEAPOT", status: 418 });
  });

  test("a stream that is cut is no stream that ended", async () => {
    await using server = await serveEvents((response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("a\nb", () => response.destroy());
    });
    const lines = server.events.get().lines();
    assert.deepEqual(await lines.next(), { done: false, value: "a" });
    await assert.rejects(lines.next(), { code: "E_CLIENT_CUT" });
  });
});

describe("events", () => {
  test("a lost connection goes on behind the last event, after the pause that the server asked for", async () => {
    await using server = await serveEvents((response, _, count) => {
      if (count === 1)
        send(
          response,
          "retry: 5\nid: a\ndata: one\n\nid: b\nevent: news\ndata: two\ndata: lines\n\ndata: lost",
        );
      else if (count === 2) response.destroy();
      else if (count === 3) response.writeHead(503).end();
      else if (count === 4) send(response, ": a comment\n\ndata: three\n\n");
      else response.writeHead(204).end();
    });
    assert.deepEqual(await collect(server.events.get().events()), [
      { type: "message", data: "one", id: "a" },
      { type: "news", data: "two\nlines", id: "b" },
      { type: "message", data: "three", id: "b" },
    ]);
    assert.deepEqual(
      server.requests.map(({ headers }) => [headers.accept, headers["last-event-id"]]),
      [undefined, "b", "b", "b", "b"].map((id) => ["text/event-stream", id]),
    );
  });

  test("without reconnect the events end with the stream", async () => {
    await using server = await serveEvents((response) =>
      send(response, 'data: {"tick":1}\n\ndata: {"tick":2}\n\n'),
    );
    const options = { reconnect: false, schema: Tick, lastEventId: "7" };
    const ticks: number[] = [];
    for await (const { data } of server.events.get().events(options)) ticks.push(data.tick);
    assert.deepEqual(ticks, [1, 2]);
    assert.equal(server.requests[0]?.headers["last-event-id"], "7");
    assert.equal((await collect(server.events.post().events())).length, 2);
    assert.equal(server.requests.length, 2);
  });

  test("who fails again and again is given up; what is no event stream at once", async () => {
    await using busy = await serveEvents((response) => response.writeHead(503).end());
    await using prepared = await serveEvents((response, _, count) =>
      count === 1 ? send(response, "retry: 0\n\n") : response.writeHead(503).end(),
    );
    await assert.rejects(collect(prepared.events.get().events({ reconnectLimit: 3 })), {
      code: "E_CLIENT_NO_PROBLEM",
    });
    assert.equal(prepared.requests.length, 5);
    await assert.rejects(collect(busy.events.get().events({ reconnectLimit: 0 })), { status: 503 });
    await using page = await serveEvents((response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    );
    await assert.rejects(collect(page.events.get().events()), {
      code: "E_CLIENT_EVENTS",
      message: "GET /events was answered 200 with text/html instead of text/event-stream.",
    });
    assert.equal(page.requests.length, 1);
  });

  test("leaving the loop closes the connection; an abort ends the pause before the next one", async () => {
    let closed: () => void = () => {};
    const gone = new Promise<void>((resolve) => (closed = resolve));
    await using server = await serveEvents((response, _, count) => {
      if (count > 1) return send(response, "retry: 60000\n\n");
      response.on("close", () => closed());
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
    });
    for await (const { data } of server.events.get().events()) if (data === "1") break;
    await gone;
    const controller = new AbortController();
    const events = collect(server.events.get({ signal: controller.signal }).events());
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(events, { code: "E_CLIENT_ABORTED" });
  });

  test("app.fetch gives events too", async () => {
    const { armature, silentLogger } = await import("armature");
    const app = armature({ logger: silentLogger }).get("/events", ({ reply }) =>
      reply.stream(["data: 1\n", "\ndata: 2\n\n"], { type: "text/event-stream" }),
    );
    const send2: SendRequest = app.fetch;
    const client = createClient<typeof app>("http://test.example", { fetch: send2 });
    const events = await collect(client("/events").get().events({ reconnect: false }));
    assert.deepEqual(
      events.map(({ data }) => data),
      ["1", "2"],
    );
    await app.close();
  });
});
