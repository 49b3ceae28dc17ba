import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Program } from "../app/harness/program.ts";
import { PacketClient } from "./harness/packet-client.ts";

const PROGRAM = fileURLToPath(new URL("harness/cluster-app.js", import.meta.url));

test("rooms reach the workers of a cluster, in order, and live on when one is killed", async () => {
  using program = new Program(PROGRAM, []);
  const urls = (await program.until("ready ", 2)).map((url) => url.replace("http", "ws"));
  using ada = await PacketClient.open(`${urls[0]}/chat`);
  using bob = await PacketClient.open(`${urls[1]}/chat`);
  using eve = await PacketClient.open(`${urls[0]}/chat`);
  const numbers = Array.from({ length: 200 }, (_, at) => at);
  for (const data of numbers) ada.send({ event: "say", data });
  const expected = numbers.map((data) => `{"event":"said","data":${data}}`);
  await bob.until(() => bob.packets.length >= 200);
  await eve.until(() => eve.packets.length >= 200);
  assert.deepEqual(bob.packets, expected);
  assert.deepEqual(eve.packets, expected);
  assert.deepEqual(ada.packets, []);
  const { data: pid } = (await ada.ask({ event: "pid", data: null, id: 1 })) as { data: number };
  process.kill(pid, "SIGKILL");
  assert.equal(await ada.closing(), 1006);
  bob.send({ event: "say", data: 1 });
  assert.deepEqual(
    await bob.ask({ event: "say", data: "x", id: 2 }).then((answer) => Object.keys(answer as object)),
    ["ack", "error"],
  );
  await program.end("SIGTERM");
});
