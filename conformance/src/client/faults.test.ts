import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { createClient, type Client, type ClientOptions } from "@armature/client";
import { armature, silentLogger } from "armature";
import type { createApi } from "./api.test.kit.ts";

type Api = ReturnType<typeof createApi>;
type Respond = (response: ServerResponse, request: IncomingMessage, count: number) => void | Promise<void>;

/** A server that does what engines never do; counts the requests. */
class FaultyServer implements AsyncDisposable {
  count = 0;
  readonly requests: IncomingMessage[] = [];
  readonly #server: Server;

  private constructor(respond: Respond) {
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      void respond(response, request, ++this.count);
    });
  }

  static async listen(respond: Respond): Promise<FaultyServer> {
    const server = new FaultyServer(respond);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  client(options: ClientOptions = {}): Client<Api> {
    const { port } = this.#server.address() as AddressInfo; // it listens on TCP
    const retry = options.retry === undefined ? { baseMs: 1 } : options.retry;
    return createClient<Api>(`http://127.0.0.1:${port}`, { ...options, retry });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

describe("retries", () => {
  test("an idempotent call is sent again where the server is busy, and at most as often as allowed", async () => {
    await using server = await FaultyServer.listen((response, _, count) =>
      count < 3 ? json(response, 503, {}) : json(response, 200, "ok"),
    );
    assert.equal(await server.client()("/text").get().orThrow(), "ok");
    assert.equal(server.count, 3);
    await using busy = await FaultyServer.listen((response) => json(response, 503, {}));
    const answer = await busy
      .client({ retry: { limit: 1, baseMs: 1 } })("/text")
      .get();
    assert.deepEqual([answer.status, busy.count], [503, 2]);
  });

  test("other calls are sent once, unless they say that they may be repeated", async () => {
    await using server = await FaultyServer.listen((response) => json(response, 503, {}));
    const client = server.client();
    const body = { name: "Eve", tags: [] };
    assert.equal((await client("/users").post({ body })).status, 503);
    assert.equal(server.count, 1);
    await client("/users").post({ body, idempotent: true });
    assert.equal(server.count, 4);
    await client("/users").post({ body, idempotent: true, retry: { limit: 0 } });
    await client("/text").get({ retry: null });
    assert.equal(server.count, 6);
  });

  test("a body is sent again as a whole, but a stream never", async () => {
    const bodies: string[] = [];
    await using server = await FaultyServer.listen(async (response, request) => {
      let text = "";
      for await (const piece of request) text += String(piece);
      bodies.push(text);
      json(response, 503, {});
    });
    const call = server.client()("/bytes");
    await call.post({ body: "abc", idempotent: true });
    assert.deepEqual(bodies, ["abc", "abc", "abc"]);
    await call.post({ body: new Blob(["x"]).stream(), idempotent: true });
    assert.equal(bodies.length, 4);
  });

  test("retry-after is waited for, and final where it is longer than anyone waits", async () => {
    await using server = await FaultyServer.listen((response, _, count) => {
      response.setHeader("retry-after", count === 1 ? "0" : "3600");
      json(response, 503, {});
    });
    // The client's own pause would be a minute: only what the server asks for can end the wait.
    const answer = await server
      .client({ retry: { limit: 5, baseMs: 60_000, maxMs: 60_000 } })("/text")
      .get();
    assert.deepEqual([answer.status, server.count], [503, 2]);
  });

  test("the signal ends a pause", async () => {
    await using server = await FaultyServer.listen((response) => json(response, 503, {}));
    const controller = new AbortController();
    const client = server.client({ retry: { baseMs: 60_000, maxMs: 60_000 } });
    const call = client("/text").get({ signal: controller.signal, retry: { limit: 1 } });
    while (server.count === 0) await new Promise((resolve) => setImmediate(resolve));
    setImmediate(() => controller.abort(new Error("enough")));
    await assert.rejects(call, { code: "E_CLIENT_ABORTED" });
    assert.equal(server.count, 1);
  });

  test("a connection that is cut is tried again", async () => {
    await using server = await FaultyServer.listen((response, _, count) => {
      if (count === 1) response.destroy();
      else if (count === 2)
        response.writeHead(200, { "content-length": "10" }).write("abc", () => response.destroy());
      else json(response, 200, "ok");
    });
    assert.equal(await server.client()("/text").get().orThrow(), "ok");
    assert.equal(server.count, 3);
  });
});

describe("what goes wrong on the way", () => {
  test("nobody listens", async () => {
    const server = await FaultyServer.listen((response) => json(response, 200, 1));
    const client = server.client({ retry: null });
    await server[Symbol.asyncDispose]();
    await assert.rejects(client("/text").get(), {
      name: "ClientError",
      code: "E_CLIENT_NETWORK",
      message: /^GET \/text did not reach the server, or its answer did not arrive: /,
    });
  });

  test("an answer that ends early is one that failed", async () => {
    await using server = await FaultyServer.listen((response) => {
      response.writeHead(200, { "content-length": "10", "content-type": "text/plain" });
      response.write("abc", () => response.destroy());
    });
    await assert.rejects(server.client({ retry: null })("/text").get(), { code: "E_CLIENT_CUT" });
  });

  test("a server that never answers, or never ends its answer, is given up", async () => {
    await using silent = await FaultyServer.listen(() => {});
    const options = { timeoutMs: 100, retry: null };
    await assert.rejects(silent.client(options)("/text").get(), {
      code: "E_CLIENT_TIMEOUT",
      message: "GET /text took longer than its timeoutMs of 100.",
    });
    await using slow = await FaultyServer.listen((response) => void response.writeHead(200).write("abc"));
    await assert.rejects(slow.client(options)("/text").get(), { code: "E_CLIENT_TIMEOUT" });
    await assert.rejects(
      slow
        .client()("/text")
        .get({ timeoutMs: 100, retry: { limit: 1 } }),
      { code: "E_CLIENT_TIMEOUT" },
    );
  });

  test("who aborts hears of it at once, also where the fetch does not heed the signal", async () => {
    const controller = new AbortController();
    const client = createClient<Api>("http://test.example", {
      fetch: async () => await new Promise<never>(() => {}),
    });
    const call = client("/text").get({ signal: controller.signal });
    setImmediate(() => controller.abort("enough"));
    await assert.rejects(call, { code: "E_CLIENT_ABORTED", cause: "enough" });
    await assert.rejects(client("/text").get({ signal: AbortSignal.abort() }), { code: "E_CLIENT_ABORTED" });
    await assert.rejects(client("/text").get({ timeoutMs: 50, retry: null }), { code: "E_CLIENT_TIMEOUT" });
  });

  test("the server hears that the client left", async () => {
    let left: () => void = () => {};
    const gone = new Promise<void>((resolve) => (left = resolve));
    const app = armature({ logger: silentLogger }).get("/wait", async ({ signal }) => {
      signal.addEventListener("abort", () => left());
      await gone;
      return "late";
    });
    const { url } = await app.listen({ port: 0 });
    const controller = new AbortController();
    const call = createClient<typeof app>(url)("/wait").get({ signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(call, { code: "E_CLIENT_ABORTED" });
    await gone;
    await app.close();
  });

  test("what cannot be sent names its place", async () => {
    const client = createClient<Api>("http://test.example", { fetch: () => assert.fail("nothing is sent") });
    const cases: readonly (readonly [Promise<unknown>, string, RegExp])[] = [
      [
        client("/users/:id").get({ params: { id: Number.NaN } }),
        "E_CLIENT_PARAM",
        /^params\.id of GET \/users\/:id must be .* \(got NaN\)\.$/,
      ],
      [
        client("/users/:id").get({ params: {} as never }),
        "E_CLIENT_PARAM",
        /^params\.id of GET \/users\/:id is missing\.$/,
      ],
      [client("/echo/:text").get({ params: { text: ".." } }), "E_CLIENT_PARAM", /which every URL loses/],
      [client("/echo/:text").get({ params: { text: "" } }), "E_CLIENT_PARAM", /is empty/],
      [client("/echo/:text").get({ params: { text: "\ud800" } }), "E_CLIENT_PARAM", /surrogate/],
      [
        client("/text").get({ query: { filter: {} as never } }),
        "E_CLIENT_PARAM",
        /^query\.filter of GET \/text must be/,
      ],
      [
        client("/text").get({ headers: { "x-a": "a\nb" } }),
        "E_CLIENT_PARAM",
        /^headers\.x-a of GET \/text is no header field/,
      ],
      [
        client("/text").get({ cookies: { "a b": "" } }),
        "E_CLIENT_PARAM",
        /^cookies\.a b of GET \/text is no cookie/,
      ],
      [
        client("/text").post({ body: { a: 1n } }),
        "E_CLIENT_BODY",
        /^The body of POST \/text cannot be written as JSON: /,
      ],
      [client("/text").post({ body: [1], format: "form" }), "E_CLIENT_BODY", /must be an object/],
    ];
    for (const [call, code, message] of cases) await assert.rejects(call, { code, message });
  });

  test("options that cannot be are refused at once", () => {
    assert.throws(() => createClient("/api"), { code: "E_CLIENT_BASE_URL" });
    assert.throws(() => createClient("http://a?b"), { code: "E_CLIENT_BASE_URL" });
    assert.throws(() => createClient("http://a", { timeoutMs: 0 }), { code: "E_CLIENT_OPTION" });
    assert.throws(() => createClient("http://a", { retry: { limit: -1 } }), { code: "E_CLIENT_OPTION" });
    assert.throws(() => createClient("http://a", { retry: { baseMs: Number.NaN } }), {
      code: "E_CLIENT_OPTION",
    });
  });
});

describe("interceptors and default headers", () => {
  test("a token that has run out is renewed, and the call sent again", async () => {
    let token = "old";
    await using server = await FaultyServer.listen((response, request) =>
      json(response, request.headers.authorization === "Bearer new" ? 200 : 401, "ok"),
    );
    const client = server.client({
      headers: async () =>
        await Promise.resolve({ authorization: `Bearer ${token}`, "x-left-out": undefined }),
      interceptors: [
        async (request, next) => {
          const response = await next(request.clone());
          if (response.status !== 401) return response;
          token = "new";
          request.headers.set("authorization", `Bearer ${token}`);
          return await next(request);
        },
      ],
    });
    assert.equal(await client("/text").get().orThrow(), "ok");
    assert.equal(await client("/text").get().orThrow(), "ok");
    assert.equal(server.count, 3);
    assert.ok(server.requests.every(({ headers }) => !("x-left-out" in headers)));
  });

  test("they stand around each other, may answer themselves, and their errors are their own", async () => {
    const order: string[] = [];
    const client = createClient<Api>("http://test.example/base/", {
      fetch: async (request) => await Promise.resolve(Response.json(new URL(request.url).pathname)),
      interceptors: [
        async (request, next) => {
          order.push("outer");
          if (request.url.endsWith("/nothing")) throw new RangeError("mine");
          return await next(request);
        },
        async (request, next) => {
          order.push("inner");
          return await next(request);
        },
      ],
    });
    assert.equal(await client("/text").get().orThrow(), "/base/text");
    assert.deepEqual(order, ["outer", "inner"]);
    await assert.rejects(client("/nothing").get(), RangeError);
  });
});
