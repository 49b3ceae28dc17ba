/** The `ws` package on node:http, written as its documentation does it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

const Say = z.object({ room: z.string(), text: z.string(), at: z.int() });
const Ask = z.object({ event: z.literal("say"), id: z.int(), data: Say });
const Tell = z.object({ event: z.literal("tell"), data: z.string() });

const HEARTBEAT_MS = 2_000;
const NO_TAKEOVER = { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true };

const members = new WebSocketServer({ noServer: true });
const endpoints: Readonly<Record<string, WebSocketServer>> = {
  "/echo": endpoint(new WebSocketServer({ noServer: true }), echo),
  "/deflate": endpoint(new WebSocketServer({ noServer: true, perMessageDeflate: NO_TAKEOVER }), echo),
  "/gateway": endpoint(new WebSocketServer({ noServer: true }), answer),
  "/member": endpoint(members, () => {}),
  "/speaker": endpoint(new WebSocketServer({ noServer: true }), tell),
  "/idle": withHeartbeat(new WebSocketServer({ noServer: true })),
};

function endpoint(
  server: WebSocketServer,
  take: (socket: WebSocket, data: Buffer, isBinary: boolean) => void,
): WebSocketServer {
  return server.on("connection", (socket: WebSocket) => {
    socket.on("error", () => {});
    socket.on("message", (data: Buffer, isBinary: boolean) => take(socket, data, isBinary));
  });
}

function echo(socket: WebSocket, data: Buffer, isBinary: boolean): void {
  socket.send(data, { binary: isBinary });
}

function answer(socket: WebSocket, text: Buffer): void {
  const { id, data } = Ask.parse(JSON.parse(text.toString()));
  socket.send(JSON.stringify({ ack: id, data }));
}

function tell(_socket: WebSocket, text: Buffer): void {
  const { data } = Tell.parse(JSON.parse(text.toString()));
  const bytes = Buffer.from(JSON.stringify({ event: "told", data }));
  for (const client of members.clients) client.send(bytes, { binary: false });
}

function withHeartbeat(server: WebSocketServer): WebSocketServer {
  const alive = new WeakSet<WebSocket>();
  setInterval(() => {
    for (const socket of server.clients) {
      if (alive.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }, HEARTBEAT_MS);
  return server.on("connection", (socket: WebSocket) => {
    alive.add(socket);
    socket.on("error", () => {});
    socket.on("pong", () => alive.add(socket));
  });
}

const server = createServer();
server.on("upgrade", (request, socket, head) => {
  const endpointOfPath = endpoints[request.url ?? ""];
  if (endpointOfPath === undefined) return socket.destroy();
  endpointOfPath.handleUpgrade(request, socket, head, (client) =>
    endpointOfPath.emit("connection", client, request),
  );
});
server.listen(0, "127.0.0.1", 4096, () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
