import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  connect,
  defineMessages,
  type ConnectOptions,
  type SocketClient,
  type SocketError,
} from "@armature/websocket/client";
import { z } from "zod";
import { eventually } from "../serve.ts";
import { RawServer } from "./raw-server.test.kit.ts";

const messages = defineMessages({
  fromClient: {
    say: z.object({ text: z.string() }),
    double: { data: z.number(), reply: z.number().transform((value) => `doubled: ${value}`) },
  },
  fromServer: {
    said: z.object({ at: z.string().transform((text) => new Date(text)) }),
    slow: z.string().refine(async (text) => {
      await delay(20);
      return text !== "bad";
    }),
    count: z.number(),
    name: { data: z.null(), reply: z.string() },
  },
});

type Chat = SocketClient<typeof messages>;

/** A client that comes back soon, and what it reports. */
function open(server: RawServer, options: ConnectOptions<typeof messages> = {}) {
  const errors: unknown[] = [];
  const client: Chat = connect(server.url, {
    messages,
    minBackoffMs: 20,
    maxBackoffMs: 100,
    onError: (error) => errors.push(error),
    ...options,
  });
  const codes = (): unknown[] => errors.map((error) => (error as SocketError).code);
  return { client, errors, codes, [Symbol.dispose]: () => client.close() };
}

/** Answers requests with twice their data. */
function doubles(server: RawServer): void {
  server.onPacket = ({ id, data }, socket) => {
    if (typeof id === "number") socket.send(JSON.stringify({ ack: id, data: Number(data) * 2 }));
  };
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "resolved",
    (error: unknown) => (error as SocketError).code,
  );
}

describe("messages", () => {
  test("that are sent before there is a connection arrive in order, as those behind them do", async () => {
    await using server = await new RawServer().start();
    using opened = open(server);
    const { client } = opened;
    assert.equal(client.state, "connecting");
    assert.equal(client.send("say", { text: "first" }), true);
    assert.ok(client.bufferedBytes > 0);
    await client.ready();
    assert.equal(client.state, "open");
    assert.equal(client.bufferedBytes, 0);
    client.send("say", { text: "second" });
    await eventually(() => server.packets.length === 2);
    assert.deepEqual(server.packets, [
      { event: "say", data: { text: "first" } },
      { event: "say", data: { text: "second" } },
    ]);
  });

  test("come as their schemas make them, in order also where a schema takes its time", async () => {
    await using server = await new RawServer().start();
    using opened = open(server);
    const { client, codes } = opened;
    const seen: unknown[] = [];
    client.on("said", ({ at }) => void seen.push(at.getUTCFullYear()));
    client.on("slow", (text) => void seen.push(text));
    const stop = client.on("count", (count) => void seen.push(count));
    await client.ready();
    await eventually(() => server.sockets.size === 1);
    server.tell({ event: "said", data: { at: "2026-01-02T03:04:05Z" } });
    server.tell({ event: "slow", data: "slow" });
    server.tell({ event: "count", data: 1 });
    server.tell({ event: "slow", data: "bad" });
    server.tell({ event: "count", data: "2" });
    server.tell({ event: "count", data: 3 });
    await eventually(() => seen.length === 4);
    assert.deepEqual(seen, [2026, "slow", 1, 3]);
    assert.deepEqual(codes(), ["E_SOCKET_DATA", "E_SOCKET_DATA"]);
    stop();
    server.tell({ event: "count", data: 4 });
    server.tell({ event: "said", data: { at: "2027-01-01T00:00:00Z" } });
    await eventually(() => seen.length === 5);
    assert.equal(seen.at(-1), 2027);
  });

  test("can be looped over until the client is closed", async () => {
    await using server = await new RawServer().start();
    using opened = open(server);
    const { client } = opened;
    server.onOpen = () => {
      for (const count of [1, 2, 3]) server.tell({ event: "count", data: count });
    };
    const seen: unknown[] = [];
    for await (const { event, data } of client) {
      seen.push([event, data]);
      if (data === 3) client.close();
    }
    assert.deepEqual(
      seen,
      [1, 2, 3].map((count) => ["count", count]),
    );
    assert.equal(client.state, "closed");
    for await (const message of client) assert.fail(`a message of a closed client: ${message.event}`);
  });

  test("that a listener fails at, that are none, and errors of the server are reported", async () => {
    await using server = await new RawServer().start();
    using opened = open(server);
    const { client, codes, errors } = opened;
    client.on("count", () => {
      throw new Error("of the listener");
    });
    client.on("count", async () => {
      await Promise.reject(new Error("of the later listener"));
    });
    await client.ready();
    await eventually(() => server.sockets.size === 1);
    server.tell({ event: "count", data: 1 });
    server.tell({ nothing: true });
    server.tell({ error: { code: "E_OF_SERVER", message: "no", event: "say" } });
    server.tell({ event: "unknown", data: 1 });
    await eventually(() => errors.length === 4);
    const about = errors.map((error) => (error as Partial<SocketError>).code ?? String(error));
    assert.deepEqual(about.toSorted(), [
      "E_OF_SERVER",
      "E_SOCKET_PACKET",
      "Error: of the later listener",
      "Error: of the listener",
    ]);
    assert.equal((errors[codes().indexOf("E_OF_SERVER")] as SocketError).event, "say");
    assert.equal(client.state, "open");
  });
});

describe("requests", () => {
  test("get their replies, each its own, as their schemas make them", async () => {
    await using server = await new RawServer().start();
    using opened = open(server);
    const waiting: (() => void)[] = [];
    server.onPacket = ({ id, data }, socket) => {
      waiting.unshift(() => socket.send(JSON.stringify({ ack: id, data: Number(data) * 2 })));
      if (waiting.length === 3) for (const reply of waiting) reply();
    };
    const replies = await Promise.all([1, 2, 3].map((number) => opened.client.request("double", number)));
    assert.deepEqual(replies, ["doubled: 2", "doubled: 4", "doubled: 6"]);
  });

  test("fail with what the server says, with data that breaks its schema, and with time", async () => {
    await using server = await new RawServer().start();
    using opened = open(server, { requestTimeoutMs: 100 });
    server.onPacket = ({ id, data }, socket) => {
      if (data === 1) socket.send(JSON.stringify({ ack: id, error: { code: "E_TOO_SMALL", message: "no" } }));
      if (data === 2) socket.send(JSON.stringify({ ack: id, data: "four" }));
    };
    const codes = [1, 2, 3].map((number) => codeOf(opened.client.request("double", number)));
    assert.deepEqual(await Promise.all(codes), ["E_TOO_SMALL", "E_SOCKET_DATA", "E_SOCKET_TIMEOUT"]);
    assert.deepEqual(opened.errors, []);
  });

  test("that nobody waits for any more are not sent", async () => {
    const server = await new RawServer().start();
    await server.kill();
    using opened = open(server);
    assert.equal(await codeOf(opened.client.request("double", 1, { timeoutMs: 30 })), "E_SOCKET_TIMEOUT");
    assert.equal(opened.client.bufferedBytes, 0);
    await server.start();
    await opened.client.ready();
    doubles(server);
    assert.equal(await opened.client.request("double", 2), "doubled: 4");
    assert.deepEqual(
      server.packets.map(({ data }) => data),
      [2],
    );
    await server.kill();
  });

  test("of the server are answered", async () => {
    await using server = await new RawServer().start();
    using opened = open(server);
    const { client, codes } = opened;
    await client.ready();
    await eventually(() => server.sockets.size === 1);
    server.tell({ event: "name", data: null, id: 1 });
    await eventually(() => server.packets.length === 1);
    const stop = client.answer("name", async () => await Promise.resolve("Ada"));
    server.tell({ event: "name", data: null, id: 2 });
    await eventually(() => server.packets.length === 2);
    client.answer("name", () => {
      throw new Error("secret");
    });
    stop();
    server.tell({ event: "name", data: null, id: 3 });
    await eventually(() => server.packets.length === 3);
    const answers = server.packets.map(({ ack, data, error }) => [ack, data ?? (error as SocketError).code]);
    assert.deepEqual(answers, [
      [1, "E_SOCKET_UNANSWERED"],
      [2, "Ada"],
      [3, "E_SOCKET_ANSWER"],
    ]);
    assert.doesNotMatch(JSON.stringify(server.packets), /secret/);
    assert.equal(codes().length, 2);
  });
});

describe("a client whose server goes away", () => {
  for (const [how, stop] of [
    ["says goodbye", (server: RawServer) => server.stop()],
    ["is killed", (server: RawServer) => server.kill()],
  ] as const)
    test(`comes back when one that ${how} is there again, and sends what waited`, async () => {
      const server = await new RawServer().start();
      using opened = open(server);
      const { client } = opened;
      const states: string[] = [];
      client.onState((state) => states.push(state));
      await client.ready();
      await stop(server);
      await eventually(() => client.state !== "open");
      client.send("say", { text: "meanwhile" });
      await delay(50);
      await server.start();
      await client.ready();
      await eventually(() => server.packets.length === 1);
      assert.deepEqual(server.packets, [{ event: "say", data: { text: "meanwhile" } }]);
      assert.deepEqual([...states.slice(0, 3), states.at(-1)], ["open", "waiting", "connecting", "open"]);
      await server.kill();
    });

  test("asks again what may be asked twice, and fails what may not", async () => {
    const server = await new RawServer().start();
    using opened = open(server);
    const { client } = opened;
    await client.ready();
    const twice = client.request("double", 1, { resend: true });
    const lost = codeOf(client.request("double", 2));
    client.send("say", { text: "lost or not" });
    await eventually(() => server.packets.length === 3);
    server.packets.length = 0;
    await server.kill();
    assert.equal(await lost, "E_SOCKET_LOST");
    client.send("say", { text: "behind" });
    doubles(server);
    await server.start();
    assert.equal(await twice, "doubled: 2");
    await eventually(() => server.packets.length === 2);
    assert.deepEqual(
      server.packets.map(({ event }) => event),
      ["double", "say"],
    );
    await server.kill();
  });

  test("says again, before anything else, what it keeps", async () => {
    const server = await new RawServer().start();
    using opened = open(server);
    const { client } = opened;
    client.send("say", { text: "waits" });
    client.keep("say", { text: "kept" });
    const stop = client.keep("say", { text: "kept for a while" });
    await client.ready();
    client.keep("say", { text: "kept later" });
    await eventually(() => server.packets.length === 4);
    stop();
    await server.kill();
    client.send("say", { text: "waits too" });
    await server.start();
    await eventually(() => server.packets.length === 7);
    assert.deepEqual(
      server.packets.map(({ data }) => (data as { text: string }).text),
      ["kept", "kept for a while", "waits", "kept later", "kept", "kept later", "waits too"],
    );
    await server.kill();
  });

  test("loses what does not fit into its buffer, and says so", async () => {
    const server = await new RawServer().start();
    await server.kill();
    using opened = open(server, { bufferBytes: 100 });
    const { client } = opened;
    const sent = ["a", "b", "c", "d"].map((text) => client.send("say", { text }));
    assert.deepEqual(sent, [true, true, false, false]);
    assert.equal(await codeOf(client.request("double", 1)), "E_SOCKET_FULL");
    assert.equal(client.dropped, 3);
  });

  test("loses the oldest, if it says so", async () => {
    const server = await new RawServer().start();
    await server.kill();
    using opened = open(server, { bufferBytes: 100, whenFull: "drop-oldest" });
    const { client } = opened;
    const request = codeOf(client.request("double", 1));
    for (const text of ["a", "b", "c"]) assert.equal(client.send("say", { text }), true);
    assert.equal(await request, "E_SOCKET_FULL");
    await server.start();
    await eventually(() => server.packets.length === 2);
    assert.deepEqual(
      server.packets.map(({ data }) => data),
      [{ text: "b" }, { text: "c" }],
    );
    await server.kill();
  });

  test("gives up after as many attempts as it may make", async () => {
    const server = await new RawServer().start();
    await server.kill();
    using opened = open(server, { maxAttempts: 3 });
    const { client } = opened;
    const states: string[] = [];
    client.onState((state) => states.push(state));
    const request = codeOf(client.request("double", 1));
    await assert.rejects(client.ready(), { code: "E_SOCKET_CLOSED" });
    assert.equal((await client.closed).code, 1006);
    assert.equal(states.filter((state) => state === "connecting").length, 2);
    assert.equal(await request, "E_SOCKET_CLOSED");
    assert.equal(client.send("say", { text: "too late" }), false);
    assert.equal(await codeOf(client.request("double", 1)), "E_SOCKET_CLOSED");
  });
});

describe("a client that is told", () => {
  for (const code of [1000, 1008, 4001])
    test(`${code} does not come back`, async () => {
      await using server = await new RawServer().start();
      using opened = open(server);
      server.onOpen = (socket) => socket.close(code, "enough");
      assert.deepEqual(await opened.client.closed, { code, reason: "enough" });
      await delay(200);
      assert.equal(server.accepted, 1);
    });

  for (const code of [1001, 1011, 1013])
    test(`${code} comes back`, async () => {
      await using server = await new RawServer().start();
      using opened = open(server);
      server.onOpen = (socket) => {
        if (server.accepted === 1) socket.close(code, "later");
      };
      await eventually(() => server.accepted === 2);
      await opened.client.ready();
    });

  test("a code that its own function takes for final does not come back", async () => {
    await using server = await new RawServer().start();
    using opened = open(server, { isFinal: ({ reason }) => reason === "banned" });
    server.onOpen = (socket) => socket.close(1000, server.accepted === 1 ? "again" : "banned");
    assert.equal((await opened.client.closed).reason, "banned");
    assert.equal(server.accepted, 2);
  });
});

describe("a server that says nothing", () => {
  test("is asked for a sign of life, and left where it gives none", async () => {
    await using server = await new RawServer().start();
    using opened = open(server, { heartbeatMs: 30, heartbeatTimeoutMs: 100 });
    server.onPacket = ({ ping }, socket) => {
      if (server.accepted > 1) socket.send(JSON.stringify({ pong: ping }));
    };
    await eventually(() => server.accepted === 2);
    const before = server.packets.length;
    await eventually(() => server.packets.length >= before + 5);
    assert.equal(server.accepted, 2);
    assert.equal(opened.client.state, "open");
    assert.deepEqual(opened.errors, []);
  });

  test("and does not even finish its handshake is left too", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.on("error", () => {})));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const client = connect(`http://127.0.0.1:${port}`, {
      connectTimeoutMs: 50,
      maxAttempts: 2,
      minBackoffMs: 1,
    });
    assert.deepEqual(await client.closed, { code: 1006, reason: "The server took too long to answer." });
    assert.ok(sockets.length >= 2);
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
});

describe("the URL", () => {
  test("is asked for before every attempt, where it is a function", async () => {
    await using server = await new RawServer().start();
    const errors: unknown[] = [];
    let asked = 0;
    const url = async (): Promise<string> => {
      await Promise.resolve();
      if (++asked === 1) throw new Error("no token yet");
      return `${server.url}?token=${asked}`;
    };
    using client = connect(url, { minBackoffMs: 1, onError: (error) => errors.push(error) });
    await client.ready();
    await eventually(() => server.sockets.size === 1);
    const [socket] = server.sockets;
    assert.equal(socket?.context.request.target, "/socket?token=2");
    assert.deepEqual(errors.map(String), ["Error: no token yet"]);
  });

  test("that cannot be is no reason to try again", async () => {
    assert.throws(() => connect("/chat"), { code: "E_SOCKET_URL" });
    const errors: unknown[] = [];
    const client = connect(() => "ftp://a.example", { onError: (error) => errors.push(error) });
    assert.equal((await client.closed).code, 1006);
    assert.equal((errors[0] as SocketError).code, "E_SOCKET_URL");
    const other = connect("ws://127.0.0.1:1", { protocols: ["not a token"], onError: () => {} });
    assert.equal(other.state, "closed");
  });
});
