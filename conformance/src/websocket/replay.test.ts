import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { defineMessages, MemoryHistory, Rooms, websocket } from "@armature/websocket";
import { sse } from "@armature/websocket/sse";
import { armature, silentLogger } from "armature";
import { z } from "zod";
import { PATIENT } from "../engines.ts";
import { PacketClient } from "./harness/packet-client.ts";

test("a client that comes back gets far more than may wait for it, as fast as it takes it", async () => {
  const messages = defineMessages({
    fromClient: { enter: z.null() },
    fromServer: { said: z.object({ number: z.int(), text: z.string() }) },
  });
  const rooms = new Rooms<typeof messages.fromServer>({ history: new MemoryHistory().connect() });
  await rooms.start();
  const text = "x".repeat(50_000);
  for (let number = 0; number < 300; number++) await rooms.publish("all", "said", { number, text });
  const app = armature({ logger: silentLogger, limits: PATIENT }).route(
    websocket(
      "/all",
      { messages, rooms, limits: { maxQueuedBytes: 1024 * 1024 } },
      { on: { enter: (_data, socket) => void socket.join("all", { from: "start" }) } },
    ),
  );
  const { url } = await app.listen({ port: 0, signals: false });
  try {
    using client = await PacketClient.open(`${url.replace("http", "ws")}/all`);
    client.send({ event: "enter", data: null });
    // It takes nothing for a while, so that the server has to wait.
    client.socket.pause();
    await delay(100);
    client.socket.resume();
    await rooms.publish("all", "said", { number: 300, text: "behind" });
    await client.until(() => client.packets.length === 302);
    const numbers = client.packets.slice(1).map((packet) => /"number":([0-9]+)/.exec(packet)?.[1]);
    assert.deepEqual(
      numbers,
      Array.from({ length: 301 }, (_, number) => `${number}`),
    );
  } finally {
    await app.close({ graceMs: 0 });
    await rooms.close();
  }
});

test("a stream of events gets all that is kept, far more than may wait for it", async () => {
  const rooms = new Rooms({ history: new MemoryHistory().connect() });
  await rooms.start();
  const text = "x".repeat(1_000);
  for (let number = 0; number < 300; number++) await rooms.publish("all", "said", { number, text });
  const app = armature({ logger: silentLogger, limits: PATIENT }).get("/all", (context) =>
    sse(context, async (stream) => {
      rooms.join(stream.member, "all", { from: "start" });
      await stream.ended();
      rooms.remove(stream.member);
    }),
  );
  const { url } = await app.listen({ port: 0, signals: false });
  try {
    const answer = await fetch(`${url}/all`);
    let heard = "";
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += piece;
      if (heard.includes('"number":299,') && heard.endsWith("\n\n")) break;
    }
    assert.deepEqual(
      [...heard.matchAll(/"number":([0-9]+)/g)].map(([, number]) => Number(number)),
      Array.from({ length: 300 }, (_, number) => number),
    );
  } finally {
    await app.close({ graceMs: 0 });
    await rooms.close();
  }
});
