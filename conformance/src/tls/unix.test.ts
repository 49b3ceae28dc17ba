import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { connect as connectTls } from "node:tls";
import { armature, type Application } from "armature";
import { CERTIFICATE } from "../engines.ts";

const { key, cert } = CERTIFICATE;
/** What a failing test would wait for. */
const NEVER_MS = 3_600_000;

async function listen(context: TestContext): Promise<Application> {
  const folder = mkdtempSync(join(tmpdir(), "armature-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const app = armature({
    trustProxy: "loopback",
    limits: { handshakeTimeoutMs: NEVER_MS, maxConnections: 3 },
  }).get("/", ({ request }) => [request.ip, request.protocol, request.peer.unix]);
  const ready = await app.ready();
  await ready.listen({ path: join(folder, "app.sock"), tls: { key, cert } });
  return ready;
}

async function open(app: Application): Promise<Socket> {
  const socket = connect(app.address?.path ?? "");
  await once(socket, "connect");
  socket.on("error", () => {});
  return socket;
}

async function ask(app: Application, fields = ""): Promise<unknown> {
  const socket = connectTls({ socket: await open(app), ca: cert, servername: "localhost" });
  await once(socket, "secureConnect");
  socket.write(`GET / HTTP/1.1\r\nhost: a\r\n${fields}connection: close\r\n\r\n`);
  const answer = await text(socket);
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")));
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.resume();
  });
}

test("TLS over a Unix domain socket knows its proxies, as without TLS", async (context) => {
  await using app = await listen(context);
  assert.deepEqual(await ask(app), ["", "https", true]);
  assert.deepEqual(await ask(app, "x-forwarded-for: 203.0.113.9\r\n"), ["203.0.113.9", "https", true]);
});

test("handshakes over a Unix domain socket are told apart", async (context) => {
  const app = await listen(context);
  const silent = [await open(app), await open(app)];
  assert.deepEqual(await ask(app), ["", "https", true]);
  silent.push(await open(app));
  // As many as there may be connections; one more is cut.
  await closed(await open(app));
  assert.equal(app.stats()?.handshakesFailed, 1);
  const gone = silent.map(closed);
  await app.close({ graceMs: NEVER_MS });
  await Promise.all(gone);
});
