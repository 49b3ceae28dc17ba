import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import type { Limits } from "@armature/http";
import { armature, type Application, type AppListenOptions } from "armature";
import { CERTIFICATE } from "../engines.ts";
import { eventually } from "../serve.ts";

const run = promisify(execFile);

const HEADER = "PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n";
const { key, cert } = CERTIFICATE;

async function listen(options: AppListenOptions = {}, limits: Partial<Limits> = {}): Promise<Application> {
  const app = await armature({ trustProxy: "198.51.100.0/24", limits })
    .get("/", ({ request }) => ({ ip: request.ip, port: request.peer.port, protocol: request.protocol }))
    .ready();
  await app.listen({ port: 0, proxyProtocol: { from: "loopback" }, ...options });
  return app;
}

/** What curl gets, which sends a header of version 1; `null` where there is no curl. */
async function curl(context: TestContext, app: Application): Promise<Record<string, unknown> | null> {
  try {
    const { stdout } = await run("curl", [
      "-sk",
      "--haproxy-protocol",
      "-w",
      "\n%{local_port}",
      app.address?.url ?? "",
    ]);
    const [body = "", port = ""] = stdout.split("\n");
    return { ...(JSON.parse(body) as object), sentFrom: Number(port) };
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isMissing || process.env.CI === "true") throw error;
    context.skip("curl is missing");
    return null;
  }
}

async function open(app: Application): Promise<Socket> {
  const socket = connect({ port: app.address?.port ?? 0, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  // Servers that cut a connection may do so before anybody looks.
  socket.on("error", () => {});
  return socket;
}

/** Waits until a socket is gone, for whatever reason. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    socket.resume();
  });
}

/** The answer to a request with fields, over a socket that is ready for it. */
async function ask(socket: Socket, fields = ""): Promise<unknown> {
  socket.write(`GET / HTTP/1.1\r\nhost: a\r\n${fields}connection: close\r\n\r\n`);
  const answer = await text(socket);
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
}

test("curl tells where it comes from", async (context) => {
  await using app = await listen();
  const seen = await curl(context, app);
  if (seen !== null)
    assert.deepEqual(seen, {
      ip: "127.0.0.1",
      port: seen["sentFrom"],
      protocol: "http",
      sentFrom: seen["sentFrom"],
    });
});

test("curl tells where it comes from in front of its TLS handshake", async (context) => {
  await using app = await listen({ tls: { key, cert } });
  const seen = await curl(context, app);
  if (seen !== null)
    assert.deepEqual(seen, {
      ip: "127.0.0.1",
      port: seen["sentFrom"],
      protocol: "https",
      sentFrom: seen["sentFrom"],
    });
});

test("a header in any pieces stands in front of a handshake", async () => {
  await using app = await listen({ tls: { key, cert } });
  for (const size of [1, 7, HEADER.length]) {
    const below = await open(app);
    for (let at = 0; at < HEADER.length; at += size) {
      below.write(HEADER.slice(at, at + size));
      await new Promise(setImmediate);
    }
    const socket = connectTls({ socket: below, ca: cert, servername: "localhost" });
    await once(socket, "secureConnect");
    assert.deepEqual(await ask(socket), { ip: "198.51.100.7", port: 4711, protocol: "https" });
  }
});

test("a handshake without a header is none", async () => {
  await using app = await listen({ tls: { key, cert } });
  const below = await open(app);
  const socket = connectTls({ socket: below, ca: cert, servername: "localhost" });
  await closed(socket);
  await eventually(() => app.stats()?.refusedBy["E_PROXY_HEADER"] === 1);
});

test("a header that never comes does not hold up the end", async () => {
  const app = await listen({ tls: { key, cert } });
  const socket = await open(app);
  socket.write("PROXY");
  await app.close({ graceMs: 0 });
  await closed(socket);
});

test("as many headers may be on their way as there may be connections, and one more is cut", async () => {
  await using app = await listen({ tls: { key, cert } }, { maxConnections: 2 });
  const waiting = [await open(app), await open(app)];
  for (const socket of waiting) socket.write("PROXY");
  await closed(await open(app));
  assert.deepEqual(app.stats()?.refusedBy, { E_CONNECTIONS_FULL: 1 });
  for (const socket of waiting) socket.destroy();
});

test("the client that a header tells may be a proxy that is believed", async () => {
  await using app = await listen();
  const socket = await open(app);
  socket.write(HEADER);
  const fields = "x-forwarded-for: 203.0.113.9\r\nx-forwarded-proto: https\r\n";
  assert.deepEqual(await ask(socket, fields), { ip: "203.0.113.9", port: 4711, protocol: "https" });
});

test("connections from elsewhere are cut in front of their handshake", async () => {
  await using app = await listen({ tls: { key, cert }, proxyProtocol: { from: "192.0.2.1" } });
  const socket = await open(app);
  socket.write(HEADER);
  await closed(socket);
  assert.equal(app.stats()?.refusedBy["E_PROXY_HEADER"], 1);
});

test("a header stands in front of HTTP/2 without encryption, and of what else may come there", async () => {
  await using app = await listen({ h2c: true });
  const plain = await open(app);
  plain.write(HEADER);
  assert.deepEqual(await ask(plain), { ip: "198.51.100.7", port: 4711, protocol: "http" });
  const below = await open(app);
  below.write(HEADER);
  const session = connectHttp2("http://a", { createConnection: () => below });
  const stream = session.request({ ":path": "/" });
  assert.deepEqual(JSON.parse(await text(stream)), { ip: "198.51.100.7", port: 4711, protocol: "http" });
  session.destroy();
});
