import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, Socket } from "node:net";
import { test } from "node:test";
import { socketBacklog } from "./socket-backlog.ts";

const LARGE = Buffer.alloc(32 * 1024 * 1024, "a");

test("the backlog of a socket falls while one large write is under way", async () => {
  const server = createServer((socket) => void socket.write(LARGE));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  const [socket] = await accepted;
  const backlogs = [socketBacklog(socket)];
  let received = 0;
  client.on("readable", () => {
    for (let piece: Buffer | null = client.read(); piece !== null; piece = client.read())
      received += piece.length;
    if (socket.writableLength === LARGE.length) backlogs.push(socketBacklog(socket));
  });
  while (received < LARGE.length) await new Promise(setImmediate);
  assert.ok(new Set(backlogs).size > 2, backlogs.join());
  assert.deepEqual(
    backlogs,
    backlogs.toSorted((a, b) => b - a),
  );
  while (socket.writableLength > 0) await new Promise(setImmediate);
  assert.equal(socketBacklog(socket), 0);
  client.destroy();
  socket.destroy();
  server.close();
});

test("without a handle there is what the stream says", () => {
  assert.equal(socketBacklog(new Socket()), 0);
});
