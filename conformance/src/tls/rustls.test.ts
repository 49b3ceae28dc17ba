import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectPlain, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, test } from "node:test";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { createNativeEngine, nativeEngineFault } from "@armature/engine-native";
import type { Exchange, Limits, Listener, TlsOptions } from "@armature/http";
import { CERTIFICATE } from "../engines.ts";
import { eventually, head, request } from "../serve.ts";
import { WireClient } from "../wire-client.ts";

const { key, cert } = CERTIFICATE;
const IDENTITY = { key, cert };
/** What a failing test would wait for. */
const NEVER_MS = 3_600_000;

function sayProtocol(exchange: Exchange): void {
  const { protocol, cipher } = exchange.peer.tls ?? {};
  exchange.respond(head(200), `HTTP/${exchange.version} ${protocol} ${cipher}`);
}

async function listen(
  limits: Partial<Limits> = {},
  tls: TlsOptions = IDENTITY,
): Promise<Listener & AsyncDisposable> {
  const options = { port: 0, host: "127.0.0.1", tls, limits: { maxLoopDelayMs: 0, ...limits } };
  const listener = await createNativeEngine().listen(options, sayProtocol);
  return Object.assign(listener, {
    [Symbol.asyncDispose]: async () => void (await listener.close({ graceMs: 0 })),
  });
}

async function open({ address }: Listener, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { host, port } = address;
  const socket = connect({ host, port, ca: cert, servername: "localhost", ...options });
  await once(socket, "secureConnect");
  return socket;
}

async function ask(listener: Listener, options: ConnectionOptions = {}): Promise<string> {
  using client = new WireClient(await open(listener, options));
  await client.send(request("GET /"));
  return (await client.answers(1))[0]?.body ?? "cut";
}

async function askHttp2(port: number): Promise<string> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: cert, servername: "localhost" });
  try {
    const stream = session.request({ ":path": "/" });
    let text = "";
    for await (const piece of stream.setEncoding("utf8")) text += String(piece);
    return text;
  } finally {
    session.close();
    await once(session, "close");
  }
}

async function openPlain({ address }: Listener): Promise<Socket> {
  const socket = connectPlain(address.port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {}).resume();
  return socket;
}

/** Properly or with a reset. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** The first message of a client that may choose HTTP/2, or may not. */
async function greetingOf(protocols: string[]): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: "127.0.0.1", port, servername: "localhost", ALPNProtocols: protocols });
  client.on("error", () => {});
  const [socket] = (await once(server, "connection")) as [Socket];
  const [bytes] = (await once(socket, "data")) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

/** A way to a listener on which what clients send comes in pieces. */
async function slowWay(to: Listener, size: number): Promise<{ port: number; close(): void }> {
  const server = createServer((client) => {
    const socket = connectPlain({ port: to.address.port, host: "127.0.0.1", noDelay: true });
    for (const end of [client, socket]) end.on("error", () => {});
    socket.pipe(client);
    client.on("end", () => socket.end());
    client.on("data", (bytes: Buffer) => {
      client.pause();
      void sendSlowly(socket, bytes, size).then(() => client.resume());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

async function sendSlowly(socket: Socket, bytes: Buffer, size: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("TLS of the native engine", { skip: nativeEngineFault() ?? false }, () => {
  test("one port speaks HTTP/1.1 by rustls, and HTTP/2 to those who choose it", async () => {
    await using listener = await listen();
    assert.equal(await askHttp2(listener.address.port), "HTTP/2.0 TLSv1.3 TLS_AES_256_GCM_SHA384");
    for (const version of ["TLSv1.3", "TLSv1.2"] as const)
      assert.match(await ask(listener, { maxVersion: version }), new RegExp(`^HTTP/1.1 ${version} TLS_`));
    assert.match(await ask(listener, { ALPNProtocols: ["http/1.1"] }), /^HTTP\/1.1/);
    const { requests, handshakesFailed, http2 } = listener.stats();
    assert.deepEqual([requests, handshakesFailed, http2?.streams], [4, 0, 1]);
  });

  test("a greeting may come in any pieces, whoever serves the client then", async () => {
    await using listener = await listen();
    for (const size of [1, 100]) {
      const way = await slowWay(listener, size);
      const { port } = way;
      assert.match(await askHttp2(port), /^HTTP\/2.0/);
      assert.match(await ask(listener, { port }), /^HTTP\/1.1 TLSv1.3/);
      assert.match(await ask(listener, { port, maxVersion: "TLSv1.2" }), /^HTTP\/1.1 TLSv1.2/);
      way.close();
    }
  });

  test("clients without a suite that rustls has are handed over", async () => {
    await using listener = await listen();
    const options = { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" } as const;
    assert.equal(await ask(listener, options), "HTTP/1.1 TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256");
  });

  test("sessions are resumed, of both protocols", async () => {
    await using listener = await listen();
    for (const maxVersion of ["TLSv1.3", "TLSv1.2"] as const) {
      const { host, port } = listener.address;
      const first = connect({ host, port, ca: cert, servername: "localhost", maxVersion });
      const [[session]] = (await Promise.all([
        // With TLS 1.2 it comes before the handshake is done.
        once(first, "session"),
        once(first, "secureConnect"),
      ])) as [[Buffer], unknown];
      assert.equal(first.isSessionReused(), false);
      first.destroy();
      const second = await open(listener, { maxVersion, session });
      assert.equal(second.isSessionReused(), true, maxVersion);
      second.destroy();
    }
  });

  test("a greeting that is cut anywhere fails alone, and leaves nothing", async () => {
    await using listener = await listen({ handshakeTimeoutMs: NEVER_MS });
    let cut = 0;
    for (const protocols of [["http/1.1"], ["h2", "http/1.1"]]) {
      const greeting = await greetingOf(protocols);
      for (let length = 0; length <= greeting.length; length += 37) {
        const socket = await openPlain(listener);
        socket.end(greeting.subarray(0, length));
        await closeOf(socket);
        cut++;
      }
    }
    await eventually(() => listener.stats().handshakesFailed === cut);
    assert.match(await ask(listener), /^HTTP\/1.1/);
    await eventually(() => listener.stats().connections === 0);
  });

  test("handshakes that do not go on are bounded in number and time, wherever they stop", async () => {
    await using listener = await listen({ maxConnections: 3, handshakeTimeoutMs: 1000 });
    const greeting = await greetingOf(["http/1.1"]);
    const stalled = [];
    for (let at = 0; at < 5; at++) {
      const socket = await openPlain(listener);
      // Half a greeting, and a whole one behind which nothing comes.
      socket.write(greeting.subarray(0, at % 2 === 0 ? 50 : greeting.length));
      stalled.push(closeOf(socket));
    }
    await Promise.all(stalled);
    await eventually(() => listener.stats().handshakesFailed === 5);
    assert.match(await ask(listener), /^HTTP\/1.1/);
  });

  test("options that rustls cannot do come and go with a reload", async () => {
    await using listener = await listen();
    const ciphers = "TLS_CHACHA20_POLY1305_SHA256";
    using before = new WireClient(await open(listener));
    await listener.reloadTls({ ...IDENTITY, ciphers });
    assert.equal(await ask(listener), `HTTP/1.1 TLSv1.3 ${ciphers}`);
    await before.send(request("GET /"));
    assert.match((await before.answers(1))[0]?.body ?? "", /AES_256/);
    await listener.reloadTls(IDENTITY);
    assert.match(await ask(listener), /AES_256/);
  });

  test("a client that came before such a reload and speaks behind it is handed over with all that it says", async () => {
    await using listener = await listen();
    const socket = connectPlain(listener.address.port, "127.0.0.1");
    await once(socket, "connect");
    // Those who come later are accepted later.
    await ask(listener);
    const ciphers = "TLS_CHACHA20_POLY1305_SHA256";
    await listener.reloadTls({ ...IDENTITY, ciphers });
    assert.equal(await ask(listener, { socket }), `HTTP/1.1 TLSv1.3 ${ciphers}`);
  });

  test("a close waits for those who were handed over, and cuts those whose handshake is not done", async () => {
    const listener = await listen({ handshakeTimeoutMs: NEVER_MS });
    const { port } = listener.address;
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: cert, servername: "localhost" });
    await once(session, "connect");
    const waiting = await openPlain(listener);
    const [told, gone] = [once(session, "goaway"), closeOf(waiting)];
    const { cut } = await listener.close({ graceMs: NEVER_MS, lingerMs: 50 });
    await told;
    await gone;
    assert.equal(cut, 0);
    session.destroy();
  });

  test("what is plain is not read past its end", async () => {
    await using listener = await listen();
    const socket = await open(listener);
    using client = new WireClient(socket);
    // Requests in records of their own, and in one, and cut by records.
    socket.write(request("GET /1"));
    socket.write(request("GET /2") + request("GET /3") + request("GET /4").slice(0, 9));
    socket.write(request("GET /4").slice(9));
    assert.equal((await client.answers(4)).length, 4);
  });
});
