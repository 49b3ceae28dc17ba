import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, type SocketClient } from "@armature/websocket/client";
import { createApp, silentLogger } from "armature";
import { appModule } from "./app.module.ts";
import { messages, type ChatMessages } from "./messages.ts";

async function start() {
  const app = await createApp(appModule(), { logger: silentLogger });
  const { url } = await app.listen({ port: 0, signals: false });
  return { app, url, [Symbol.asyncDispose]: async () => void (await app.close({ graceMs: 0, lingerMs: 0 })) };
}

/** A client, and all that it was told. */
function join(url: string, style: "function" | "class") {
  const client: SocketClient<ChatMessages> = connect(`${url}/socket/${style}`, {
    messages,
    minBackoffMs: 20,
  });
  const told: unknown[] = [];
  client.on("said", ({ by, text }) => void told.push(`${by}: ${text}`));
  client.on("present", ({ names }) => void told.push(names));
  client.on("typing", ({ name, isTyping }) => void told.push([name, isTyping]));
  const until = async (last: unknown): Promise<void> => {
    const giveUp = performance.now() + 10_000;
    while (JSON.stringify(told.at(-1)) !== JSON.stringify(last)) {
      assert.ok(
        performance.now() < giveUp,
        `never told ${JSON.stringify(last)}, but ${JSON.stringify(told)}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { client, told, until, [Symbol.dispose]: () => client.close() };
}

for (const styles of [
  ["function", "function"],
  ["class", "class"],
  ["function", "class"],
] as const)
  test(`two people talk, by gateways of the styles ${styles.join(" and ")}`, async () => {
    await using server = await start();
    using ada = join(server.url, styles[0]);
    using ben = join(server.url, styles[1]);
    ada.client.keep("enter", { room: "lobby", name: "Ada" });
    await ada.until(["Ada"]);
    ben.client.keep("enter", { room: "lobby", name: " Ben " });
    await Promise.all([ada.until(["Ada", "Ben"]), ben.until(["Ada", "Ben"])]);
    ben.client.send("typing", { isTyping: true });
    await ada.until(["Ben", true]);
    assert.ok((await ben.client.request("say", { text: "hello" })).id > 0);
    await Promise.all([ada.until("Ben: hello"), ben.until("Ben: hello")]);
    assert.deepEqual(ben.told.filter(Array.isArray), [["Ada", "Ben"]], "nobody is told of their own typing");
    ben.client.close();
    await ada.until(["Ada"]);
  });

test("rooms do not hear each other, and who is in none cannot speak", async () => {
  await using server = await start();
  using ada = join(server.url, "function");
  using ben = join(server.url, "function");
  await assert.rejects(ada.client.request("say", { text: "hello?" }), { code: "NOT_IN_A_ROOM" });
  await assert.rejects(ada.client.request("say", { text: " " }), { code: "E_MESSAGE_INVALID" });
  ada.client.send("enter", { room: "one", name: "Ada" });
  ben.client.send("enter", { room: "two", name: "Ben" });
  await Promise.all([ada.until(["Ada"]), ben.until(["Ben"])]);
  await ada.client.request("say", { text: "only here" });
  ben.client.send("enter", { room: "one", name: "Ben" });
  await ben.until(["Ada", "Ben"]);
  await ada.client.request("say", { text: "now to both" });
  await ben.until("Ada: now to both");
  assert.ok(!ben.told.includes("Ada: only here"));
});
