import assert from "node:assert/strict";
import { test } from "node:test";
import { Rooms, websocket, type Socket } from "@armature/websocket";
import { connect, defineMessages } from "@armature/websocket/client";
import { sse } from "@armature/websocket/sse";
import { createApp, defineModule, get, silentLogger } from "armature";
import { z } from "zod";
import { eventually } from "../serve.ts";

const messages = defineMessages({
  fromClient: {
    enter: z.object({ room: z.string() }),
    say: { data: z.object({ room: z.string(), text: z.string().min(1) }), reply: z.int() },
  },
  fromServer: {
    said: z.object({ text: z.string() }),
    name: { data: z.null(), reply: z.string() },
  },
});

/** A gateway with rooms, and a stream of events that hears what is said in the lobby. */
async function start(port = 0) {
  const rooms = new Rooms<typeof messages.fromServer>();
  const sockets: Socket<typeof messages>[] = [];
  const gateway = websocket(
    "/socket",
    { messages, rooms },
    {
      open: (socket) => void sockets.push(socket),
      on: {
        enter: ({ room }, socket) => void socket.join(room),
        say: ({ room, text }) => {
          rooms.to(room).emit("said", { text });
          return text.length;
        },
      },
    },
  );
  const events = get("/events", (context) =>
    sse(context, async (stream) => {
      stream.join(rooms, "lobby");
      await stream.ended();
    }),
  );
  const app = await createApp(defineModule({ routes: [gateway, events] }), { logger: silentLogger });
  const { url, port: listened } = await app.listen({ port, signals: false });
  const close = (): Promise<unknown> => app.close({ graceMs: 0, lingerMs: 0 });
  return {
    rooms,
    sockets,
    url,
    port: listened,
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  };
}

function open(url: string, heartbeatMs = 0) {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const client = connect(`${url}/socket`, {
    messages,
    heartbeatMs,
    minBackoffMs: 10,
    maxBackoffMs: 50,
    onError,
  });
  return { client, errors, [Symbol.dispose]: () => client.close() };
}

test("sockets and streams of events hear what is said in their room", async () => {
  await using server = await start();
  using opened = open(server.url);
  const { client } = opened;
  const heard: string[] = [];
  client.on("said", ({ text }) => void heard.push(text));
  client.send("enter", { room: "lobby" });
  const controller = new AbortController();
  const events = await fetch(`${server.url}/events`, { signal: controller.signal });
  await eventually(() => server.rooms.membersOf("lobby").size === 2);
  assert.equal(await client.request("say", { room: "lobby", text: "hello" }), 5);
  await client.request("say", { room: "elsewhere", text: "not here" });
  await eventually(() => heard.length === 1);
  assert.deepEqual(heard, ["hello"]);
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.endsWith("}\n\n")) text += (await reader?.read())?.value ?? "";
  assert.equal(text, 'retry: 2000\n\nevent: said\ndata: {"text":"hello"}\n\n');
  controller.abort();
  await eventually(() => server.rooms.membersOf("lobby").size === 1);
});

test("the server answers pings, and gets answers from the client", async () => {
  await using server = await start();
  using opened = open(server.url, 10);
  const { client, errors } = opened;
  client.answer("name", () => "Ada");
  await client.ready();
  await eventually(() => server.sockets.length === 1);
  // Many times the heartbeat.
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(await server.sockets[0]?.ask("name", null), "Ada");
  assert.equal(client.state, "open");
  assert.equal(server.sockets.length, 1);
  assert.deepEqual(errors, []);
  await assert.rejects(client.request("say", { room: "a", text: "" }), { code: "E_MESSAGE_INVALID" });
});

test("a client is in its room again when its server was replaced, and no request is lost that may be asked twice", async () => {
  const first = await start();
  using opened = open(first.url);
  const { client, errors } = opened;
  client.keep("enter", { room: "lobby" });
  const replies = [client.request("say", { room: "lobby", text: "1" }, { resend: true })];
  await client.ready();
  const closing = first.close();
  for (const text of ["22", "333", "4444"])
    replies.push(client.request("say", { room: "lobby", text }, { resend: true }));
  await closing;
  await using second = await start(first.port);
  assert.deepEqual(await Promise.all(replies), [1, 2, 3, 4]);
  await eventually(() => second.rooms.membersOf("lobby").size === 1);
  assert.deepEqual(errors, []);
});
