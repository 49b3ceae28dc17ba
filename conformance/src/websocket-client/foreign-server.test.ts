import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { connect, defineMessages, type SocketState } from "@armature/websocket/client";
import { WebSocketServer, type WebSocket as WsSocket } from "ws";
import { z } from "zod";
import { eventually } from "../serve.ts";

const messages = defineMessages({
  fromClient: {
    say: z.string(),
    double: { data: z.number(), reply: z.number() },
  },
  fromServer: { said: z.string() },
});

interface Packet {
  readonly event?: string;
  readonly data?: unknown;
  readonly id?: number;
  readonly ping?: number;
}

/** A server of ws that speaks the protocol of the guide: says what it is told, and doubles what it is asked. */
class WsServer implements AsyncDisposable {
  readonly server: WebSocketServer;

  private constructor(perMessageDeflate: boolean | object) {
    this.server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate });
    this.server.on("connection", (socket) => {
      socket.on("message", (text: Buffer) => answer(socket, JSON.parse(text.toString()) as Packet)); // the client sends these
    });
  }

  static async start(perMessageDeflate: boolean | object): Promise<WsServer> {
    const server = new WsServer(perMessageDeflate);
    await once(server.server, "listening");
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`; // it listens on TCP
  }

  get sockets(): WsSocket[] {
    return [...this.server.clients];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

function answer(socket: WsSocket, { event, data, id, ping }: Packet): void {
  if (ping !== undefined) socket.send(JSON.stringify({ pong: ping }));
  if (event === "say") socket.send(JSON.stringify({ event: "said", data }));
  if (event === "double") socket.send(JSON.stringify({ ack: id, data: Number(data) * 2 }));
}

const COMPRESSIONS = {
  "that does not compress": false,
  "that compresses": { threshold: 0 },
  "that compresses each message by itself": {
    threshold: 0,
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
  },
} as const;

for (const [name, perMessageDeflate] of Object.entries(COMPRESSIONS))
  describe(`the client and a server of ws ${name}`, () => {
    test("exchange messages of all sizes, and requests", async () => {
      await using server = await WsServer.start(perMessageDeflate);
      using client = connect(server.url, { messages });
      const heard: string[] = [];
      client.on("said", (text) => void heard.push(text));
      const texts = [0, 1, 100, 126, 70_000, 300_000].map((size) => "é€👩".repeat(size).slice(0, size));
      for (const text of texts) client.send("say", text);
      assert.equal(await client.request("double", 21), 42);
      assert.deepEqual(
        await Promise.all([1, 2, 3].map((number) => client.request("double", number))),
        [2, 4, 6],
      );
      assert.deepEqual(heard, texts);
      const [socket] = server.sockets;
      assert.equal(socket?.extensions !== "", perMessageDeflate !== false);
    });

    test("say goodbye with a code, and find each other again when they are cut", async () => {
      await using server = await WsServer.start(perMessageDeflate);
      const states: SocketState[] = [];
      const client = connect(server.url, { messages, minBackoffMs: 10, maxBackoffMs: 50 });
      client.onState((state) => states.push(state));
      await client.ready();
      server.sockets[0]?.terminate();
      await eventually(() => states.filter((state) => state === "open").length === 2);
      assert.equal(await client.request("double", 4), 8);
      const [socket] = server.sockets;
      assert.ok(socket !== undefined);
      const closing = once(socket, "close");
      client.close();
      const [code] = (await closing) as [number]; // as ws documents
      assert.equal(code, 1000);
    });
  });
