import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange, Limits, ProxyProtocolOptions } from "@armature/http";
import type { EngineUnderTest, RunningEngine } from "../engines.ts";
import { eventually, head, request, serve } from "../serve.ts";

const V1 = "PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n";
const SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
/** 198.51.100.7:4711 to 192.0.2.1:443, with the name of the client's TLS handshake and its version. */
const V2 = `${SIGNATURE}\x21\x11\x00\x27\xc6\x33\x64\x07\xc0\x00\x02\x01\x12\x67\x01\xbb\x02\x00\x06a.test\x20\x00\x0f\x01\x00\x00\x00\x01\x21\x00\x07TLSv1.3`;
const LOCAL = `${SIGNATURE}\x20\x00\x00\x00`;

const CLIENT = { address: "198.51.100.7", port: 4711, secure: false };

function tellPeer(exchange: Exchange): void {
  const { address, port, secure, tls } = exchange.peer;
  const seen = { address, port, secure, ...(tls === undefined ? {} : { tls: { ...tls } }) };
  exchange.respond(head(200), JSON.stringify(seen));
}

/** Connections that begin with a header of the PROXY protocol. */
export function proxyProtocolSuite(subject: EngineUnderTest): void {
  function start(
    from: ProxyProtocolOptions["from"] = "loopback",
    limits: Partial<Limits> = {},
  ): Promise<RunningEngine> {
    return serve(subject, tellPeer, { proxyProtocol: { from }, limits });
  }

  /** What the first request on a connection is told of its client. */
  async function peerBehind(engine: RunningEngine, ...pieces: readonly string[]): Promise<unknown> {
    using client = await engine.connect();
    for (const piece of pieces) await client.send(piece);
    const [answer] = await client.answers(1);
    return JSON.parse(answer?.body ?? "null");
  }

  /** Sends bytes that are refused: the connection ends without a word. */
  async function refused(engine: RunningEngine, bytes: string): Promise<void> {
    const before = engine.listener.stats().refused;
    using client = await engine.connect();
    await client.send(bytes);
    await client.closing();
    await eventually(() => engine.listener.stats().connections === 0);
    const { refused: after, refusedBy } = engine.listener.stats();
    assert.equal(after, before + 1, JSON.stringify(bytes));
    assert.equal(refusedBy["E_PROXY_HEADER"], after);
  }

  // The header stands in front of the handshake, which these clients have done already.
  if (subject.isSecure) return;

  test("both versions tell the client", async () => {
    await using engine = await start();
    assert.deepEqual(await peerBehind(engine, V1 + request("GET /")), CLIENT);
    assert.deepEqual(await peerBehind(engine, V2 + request("GET /")), {
      ...CLIENT,
      secure: true,
      tls: {
        protocol: "TLSv1.3",
        cipher: "",
        serverName: "a.test",
        authorized: false,
        clientCertificate: null,
      },
    });
    assert.equal(engine.listener.stats().refused, 0);
  });

  test("a proxy that speaks for itself is the client", async () => {
    await using engine = await start();
    for (const header of [LOCAL, "PROXY UNKNOWN\r\n"]) {
      const peer = (await peerBehind(engine, header + request("GET /"))) as { address: string };
      assert.equal(peer.address, "127.0.0.1");
    }
  });

  test("a header may come in any pieces", async () => {
    await using engine = await start();
    for (const header of [V1, V2]) {
      const bytes = header + request("GET /");
      const singly = await peerBehind(engine, ...bytes.split(""));
      assert.equal((singly as { address: string }).address, CLIENT.address);
      for (let at = 1; at <= header.length; at += 5) {
        const peer = await peerBehind(engine, bytes.slice(0, at), bytes.slice(at));
        assert.equal((peer as { address: string }).address, CLIENT.address, String(at));
      }
    }
  });

  test("all requests of a connection have the client that its header tells", async () => {
    await using engine = await start();
    using client = await engine.connect();
    await client.send(V1 + request("GET /") + request("GET /"));
    await client.answers(2);
    await client.send(request("GET /"));
    for (const { body } of await client.answers(3)) assert.deepEqual(JSON.parse(body), CLIENT);
  });

  test("a header that is wrong or missing closes the connection without a word", async () => {
    await using engine = await start();
    for (const bytes of [
      request("GET /"),
      V1.replace("TCP4", "TCP9") + request("GET /"),
      `${SIGNATURE}\x31\x11\x00\x00${request("GET /")}`,
      `${SIGNATURE}\x21\x11\xff\xff`,
      `PROXY UNKNOWN ${"x".repeat(200)}`,
    ])
      await refused(engine, bytes);
    assert.deepEqual(await peerBehind(engine, V1 + request("GET /")), CLIENT);
  });

  test("a header that ends early closes the connection", async () => {
    await using engine = await start();
    using client = await engine.connect();
    await client.send(V1.slice(0, 20));
    client.end();
    await client.closing();
    await eventually(() => engine.listener.stats().connections === 0);
    assert.equal(engine.listener.stats().refused, 1);
  });

  test("a proxy that only looks whether somebody is there is no fault", async () => {
    await using engine = await start();
    using client = await engine.connect();
    client.end();
    await client.closing();
    await eventually(() => engine.listener.stats().connections === 0);
    assert.equal(engine.listener.stats().refused, 0);
  });

  test("a header that does not come in time closes the connection", async () => {
    await using engine = await start("loopback", { headersTimeoutMs: 100 });
    for (const bytes of ["", V1.slice(0, 20)]) await refused(engine, bytes);
  });

  test("connections of those who are no proxies are closed", async () => {
    await using engine = await start(["10.0.0.0/8", "2001:db8::/32"]);
    await refused(engine, V1 + request("GET /"));
  });

  test("a second header is no request", async () => {
    await using engine = await start();
    using client = await engine.connect();
    await client.send(V1 + V1 + request("GET /"));
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 400);
  });

  test("without the option a header is no request either", async () => {
    await using engine = await serve(subject, tellPeer);
    using client = await engine.connect();
    await client.send(V1 + request("GET /"));
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 400);
  });

  test("options that name no proxies are refused", async () => {
    for (const [proxyProtocol, code] of [
      ["required", "E_OPTION_INVALID"],
      [true, "E_OPTION_INVALID"],
      [{ from: [] }, "E_OPTION_INVALID"],
      [{ from: ["everybody"] }, "E_ADDRESS_INVALID"],
    ] as const)
      // What JavaScript can pass.
      await assert.rejects(serve(subject, tellPeer, { proxyProtocol: proxyProtocol as never }), { code });
  });
}
