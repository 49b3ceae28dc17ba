import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { resolveLimits } from "@armature/http";
import { ConnectionPool } from "../connection-pool.ts";
import { Http2Acceptor } from "./http2-acceptor.ts";

function poolOf(maxConnections: number): ConnectionPool {
  return new ConnectionPool({
    limits: resolveLimits({ maxConnections, handlerTimeoutMs: 40 }),
    handler: () => {},
    onError: (error) => {
      throw error;
    },
    onRefusal: () => null,
    priorityOf: null,
  });
}

async function listening(context: TestContext): Promise<Server> {
  const server = createServer({ pauseOnConnect: true });
  context.after(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("a session that goes to make room leaves its place at once, and makes room for one", async (context) => {
  const server = await listening(context);
  const pool = poolOf(1);
  context.after(() => pool.close({ graceMs: 0 }, { stop: async () => {}, shut: () => {} }));
  const acceptor = new Http2Acceptor(pool);
  const accepted = once(server, "connection") as Promise<[Socket]>; // what a server emits
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  const client = connectHttp2(`http://127.0.0.1:${port}`);
  client.on("error", () => {});
  context.after(() => client.destroy());
  const [socket] = await accepted;
  acceptor.take(socket, { address: "127.0.0.1", port: 1, secure: false });
  await once(client, "remoteSettings");
  // Whoever has waited for less than a tick may stay.
  for (let at = 0; at < 5; at++) pool.beat();
  while (!pool.makeRoom() || pool.stats().culled === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    pool.beat();
  }
  assert.equal(pool.stats().connections, 0);
  assert.ok(pool.makeRoom());
  assert.equal(pool.stats().culled, 1);
});
