import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { defineMessages, Rooms, websocket } from "@armature/websocket";
import { armature, silentLogger } from "armature";
import { z } from "zod";
import { Program } from "../app/harness/program.ts";
import { PATIENT } from "../engines.ts";
import { eventually } from "../serve.ts";

const CROWD = fileURLToPath(new URL("harness/crowd.js", import.meta.url));

/** Each socket takes a descriptor of this process and one of the crowd's; some are needed for other things. */
function possible(wanted: number): number {
  const limit = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return limit === "unlimited" ? wanted : Math.min(wanted, Number(limit) - 200);
}

test("10,000 sockets in one room all hear what is said, and the room is gone with them", async () => {
  const count = possible(10_000);
  const messages = defineMessages({ fromClient: {}, fromServer: { said: z.string() } });
  const rooms = new Rooms<typeof messages.fromServer>();
  const text = "x".repeat(1000);
  const frameBytes = 4 + JSON.stringify({ event: "said", data: text }).length;
  const limits = { maxSockets: count, maxSocketsPerAddress: count, maxHandshakesPerSecond: count };
  // Near the cap those would go that have connected and are slow to ask, as on a busy machine.
  const app = armature({ logger: silentLogger, limits: { ...PATIENT, maxConnections: 2 * count } }).route(
    websocket("/crowd", { messages, rooms, limits }, { open: (socket) => void socket.join("all"), on: {} }),
  );
  const { url } = await app.listen({ port: 0, signals: false });
  try {
    using crowd = new Program(CROWD, [`${url}/crowd`, `${count}`, `${count * frameBytes}`]);
    await crowd.until("open ", 1);
    assert.equal(rooms.membersOf("all").size, count);
    for (const round of [1, 2, 3]) {
      rooms.to("all").emit("said", text);
      assert.equal((await crowd.until("heard ", round)).at(-1), `${round * count * frameBytes}`);
    }
    await crowd.end("SIGKILL");
    await eventually(() => rooms.names.length === 0);
  } finally {
    await app.close({ graceMs: 0 });
  }
});
