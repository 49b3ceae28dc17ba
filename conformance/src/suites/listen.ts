import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { ArmatureError, type Exchange } from "@armature/http";
import type { EngineUnderTest } from "../engines.ts";
import { countersOf, eventually, getText, Handover, head, needsSockets, request, serve } from "../serve.ts";

function handler(exchange: Exchange): void {
  exchange.respond(head(200), "hello");
}

/** How a listener begins, what it refuses to begin with, and what it counts. */
export function listenSuite(subject: EngineUnderTest): void {
  const scheme = subject.isSecure ? "https" : "http";

  async function refusal(options: object): Promise<string> {
    try {
      const listener = await subject.create().listen(options, handler);
      await listener.close();
    } catch (error) {
      assert.ok(error instanceof ArmatureError, String(error));
      return error.code;
    }
    return "none";
  }

  test("port 0 lets the system choose", needsSockets(subject), async () => {
    await using engine = await serve(subject, handler);
    const { host, port, url } = engine.listener.address;
    assert.equal(host, "127.0.0.1");
    assert.ok(port > 0 && port < 65536);
    assert.equal(url, `${scheme}://127.0.0.1:${port}`);
    assert.equal(await getText(url), "hello");
  });

  test("IPv6 has an address too", needsSockets(subject), async (context) => {
    const engine = subject.create();
    const listener = await engine.listen({ port: 0, host: "::1" }, handler).catch((error: unknown) => {
      if (error instanceof ArmatureError && error.code === "E_HOST_INVALID") return null;
      throw error;
    });
    if (listener === null) return context.skip("this machine has no IPv6");
    try {
      assert.equal(listener.address.url, `${scheme}://[::1]:${listener.address.port}`);
      assert.equal(await getText(listener.address.url), "hello");
    } finally {
      await listener.close();
    }
  });

  test("two listeners of one engine do not disturb each other", needsSockets(subject), async () => {
    const engine = subject.create();
    const options = { port: 0, host: "127.0.0.1" };
    const first = await engine.listen(options, (exchange) => exchange.respond(head(200), "first"));
    const second = await engine.listen(options, (exchange) => exchange.respond(head(200), "second"));
    assert.equal(await getText(first.address.url), "first");
    assert.equal(await getText(second.address.url), "second");
    await first.close({ graceMs: 0 });
    assert.equal(await getText(second.address.url), "second");
    await second.close({ graceMs: 0 });
  });

  test("a port in use is refused", needsSockets(subject), async () => {
    await using engine = await serve(subject, handler);
    assert.equal(await refusal({ port: engine.listener.address.port, host: "127.0.0.1" }), "E_PORT_IN_USE");
  });

  test("ports that are none are refused", async () => {
    for (const port of [-1, 65536, 1.5, Number.NaN, "3000", null])
      assert.equal(await refusal({ port, host: "127.0.0.1" }), "E_PORT_INVALID", String(port));
  });

  test("hosts that are none are refused", async () => {
    const unknown = subject.hasSockets ? ["no such host", "192.0.2.1"] : [];
    for (const host of ["", 5, ...unknown])
      assert.equal(await refusal({ port: 0, host }), "E_HOST_INVALID", String(host));
  });

  test("limits that are none are refused", async () => {
    for (const limits of [
      { maxBodyBytes: -1 },
      { maxHeaderFields: Number.NaN },
      { headersTimeoutMs: "5" },
      { maxPipelined: 0 },
    ])
      assert.equal(await refusal({ port: 0, limits }), "E_LIMIT_INVALID", JSON.stringify(limits));
  });

  test("options and limits that nobody knows are refused", async () => {
    assert.equal(await refusal({ port: 0, hots: "127.0.0.1" }), "E_OPTION_UNKNOWN");
    assert.match(
      await refusal({ port: 0, limits: { maxBodyByte: 5 } }),
      /^E_(OPTION_UNKNOWN|LIMIT_INVALID)$/,
    );
  });

  test("connections and requests are counted", async () => {
    const handed = new Handover<Exchange>();
    await using engine = await serve(subject, (exchange) => {
      if (exchange.target === "/slow") handed.give(exchange);
      else exchange.respond(head(200), null);
    });
    const zero = { connections: 0, accepted: 0, inFlight: 0, requests: 0, refused: 0 };
    assert.deepEqual(countersOf(engine.listener), zero);
    const first = await engine.connect();
    using second = await engine.connect();
    await first.send(request("GET /a") + request("GET /b"));
    await first.answers(2);
    assert.deepEqual(countersOf(engine.listener), { ...zero, connections: 2, accepted: 2, requests: 2 });
    await second.send(request("GET /slow"));
    const exchange = await handed.taken;
    assert.deepEqual(countersOf(engine.listener), {
      ...zero,
      connections: 2,
      accepted: 2,
      inFlight: 1,
      requests: 3,
    });
    exchange.respond(head(200), null);
    await second.answers(1);
    assert.equal(engine.listener.stats().inFlight, 0);
    first[Symbol.dispose]();
    await eventually(() => engine.listener.stats().connections === 1);
    await second.send("()\r\n");
    await second.closing();
    await eventually(() => engine.listener.stats().connections === 0);
    assert.deepEqual(countersOf(engine.listener), { ...zero, accepted: 2, requests: 3, refused: 1 });
  });

  test("a snapshot of the counters does not change", needsSockets(subject), async () => {
    await using engine = await serve(subject, handler);
    const before = engine.listener.stats();
    await getText(engine.listener.address.url);
    assert.equal(before.requests, 0);
    assert.equal(engine.listener.stats().requests, 1);
  });

  test("a client that resets its connection harms nobody", needsSockets(subject), async () => {
    await using engine = await serve(subject, handler);
    for (let at = 0; at < 20; at++) {
      const socket = connect(engine.listener.address.port, "127.0.0.1");
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.write(at % 2 === 0 ? request("GET /") : "GET / HT");
      socket.resetAndDestroy();
    }
    await eventually(() => engine.listener.stats().connections === 0);
    assert.equal(await getText(engine.listener.address.url), "hello");
    assert.equal(engine.listener.stats().inFlight, 0);
  });

  test("many connections at once are all answered", async () => {
    await using engine = await serve(subject, handler);
    const bodies = await Promise.all(
      Array.from({ length: 200 }, async () => {
        using client = await engine.connect();
        await client.send(request("GET /a") + request("GET /b"));
        return (await client.answers(2)).map(({ body }) => body).join();
      }),
    );
    assert.deepEqual(new Set(bodies), new Set(["hello,hello"]));
  });
}
