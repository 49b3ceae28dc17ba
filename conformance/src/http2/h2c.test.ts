import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { createEngine } from "@armature/engine";
import type { Exchange, Limits, Listener } from "@armature/http";
import { eventually, getText, head, request } from "../serve.ts";
import { WireClient } from "../wire-client.ts";
import { FRAME, FrameClient, requestFrame } from "./frame-client.ts";
import { ask } from "./http2-bench.ts";

const run = promisify(execFile);

function answer(exchange: Exchange): void {
  const { version, target, peer } = exchange;
  exchange.respond(head(200), `${version} ${target} ${peer.address} ${peer.secure}`);
}

async function listen(limits: Partial<Limits> = {}): Promise<Listener & AsyncDisposable> {
  const listener = await createEngine().listen({ port: 0, host: "127.0.0.1", h2c: true, limits }, answer);
  return Object.assign(listener, {
    [Symbol.asyncDispose]: async () => void (await listener.close({ graceMs: 0 })),
  });
}

describe("a listener with h2c", () => {
  test("speaks HTTP/2 with clients that begin with it, and HTTP/1.1 with others", async () => {
    await using listener = await listen();
    const session = connectHttp2(listener.address.url);
    assert.equal((await ask(session, { ":path": "/two" })).body, "2.0 /two 127.0.0.1 false");
    session.close();
    assert.equal(await getText(`${listener.address.url}/one`), "1.1 /one 127.0.0.1 false");
    const { http2, accepted } = listener.stats();
    assert.deepEqual([http2.sessions, accepted], [1, 2]);
  });

  test("waits until it is clear what is spoken", async () => {
    await using listener = await listen();
    using one = new WireClient(connect(listener.address.port, "127.0.0.1"));
    for (const piece of ["P", "R", "OPFIND /a HTTP/1.1\r\nHost: a\r\n\r\n"]) await one.send(piece);
    assert.equal((await one.answers(1))[0]?.body, "1.1 /a 127.0.0.1 false");
    await one.send(request("GET /b"));
    assert.equal((await one.answers(2))[1]?.body, "1.1 /b 127.0.0.1 false");
    const two = connect(listener.address.port, "127.0.0.1");
    await once(two, "connect");
    const bytes = Buffer.concat([
      Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      Buffer.from([0, 0, 0, FRAME.settings, 0, 0, 0, 0, 0]),
      requestFrame(1),
    ]);
    let seen = "";
    two.on("data", (chunk: Buffer) => (seen += chunk.toString("latin1")));
    for (const byte of bytes) {
      two.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => seen.includes("2.0 / 127.0.0.1 false"));
    two.destroy();
  });

  test("refuses what only looks like HTTP/2 as HTTP/1.1 does", async () => {
    await using listener = await listen();
    using client = new WireClient(connect(listener.address.port, "127.0.0.1"));
    await client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
    await client.closing();
    assert.match(client.text, /^HTTP\/1\.1 (400|505) /);
  });

  test("does not wait for ever, and not when it closes", async () => {
    await using listener = await listen({ headersTimeoutMs: 100 });
    using silent = new WireClient(connect(listener.address.port, "127.0.0.1"));
    await silent.closing();
    using half = new WireClient(connect(listener.address.port, "127.0.0.1"));
    await half.send("PRI");
    await half.closing();
    const patient = await listen();
    using open = new WireClient(connect(patient.address.port, "127.0.0.1"));
    await open.send("PRI * HT");
    await patient.close({ graceMs: 3_600_000 });
    await open.closing();
  });

  test("maxConnections: as many may wait until it is clear what they speak, and one more is cut", async () => {
    await using listener = await listen({ maxConnections: 2 });
    const waiting: WireClient[] = [];
    for (let at = 0; at < 2; at++) {
      waiting.push(new WireClient(connect(listener.address.port, "127.0.0.1")));
      await waiting[at]?.send("PRI");
    }
    using third = new WireClient(connect(listener.address.port, "127.0.0.1"));
    await third.closing();
    assert.deepEqual(listener.stats().refusedBy, { E_CONNECTIONS_FULL: 1 });
    for (const client of waiting) client[Symbol.dispose]();
    let body = "";
    for (let at = 0; at < 500 && body === ""; at++)
      body = await getText(listener.address.url).catch(() => "");
    assert.match(body, /^1\.1 /);
  });

  test("frames are the same as with TLS", async () => {
    await using listener = await listen();
    using client = await FrameClient.open(listener);
    await client.send(requestFrame(1, { ":scheme": "http", ":path": "/f" }));
    await eventually(() => client.body(1).toString() === "2.0 /f 127.0.0.1 false");
  });

  test("curl speaks it with prior knowledge", async (context) => {
    await using listener = await listen();
    const { url } = listener.address;
    try {
      const { stdout } = await run("curl", [
        "-sS",
        "--max-time",
        "20",
        "--http2-prior-knowledge",
        `${url}/c`,
      ]);
      assert.equal(stdout, "2.0 /c 127.0.0.1 false");
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ENOENT") throw error;
      assert.notEqual(process.env["CI"], "true", "curl is needed here");
      context.skip("curl is not installed");
    }
  });
});
