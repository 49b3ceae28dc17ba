import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { ENGINE_NAMES, type EngineName, skippedOn } from "../engine-by-name.ts";
import { WireClient } from "../wire-client.ts";
import { ServerProcess } from "./server-process.ts";

/** Descriptors that the server may have; a few dozen go to the process itself. */
const LIMIT = 80;
const CLIENTS = 150;

const HELLO = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

for (const engine of ENGINE_NAMES)
  test(
    `a server (${engine}) without descriptors for more clients lives on, and takes clients when it has some again`,
    { skip: skipped(engine), timeout: 60_000 },
    async () => {
      await using server = await ServerProcess.start({
        shell: `ulimit -n ${LIMIT}`,
        env: { ENGINE: engine },
      });
      const crowd = Array.from({ length: CLIENTS }, () => keepOpen(server.port));
      await untilFull(server);
      assert.ok(server.alive);
      for (const socket of crowd) socket.destroy();
      await server.untilConnections(0);
      using client = new WireClient(connect({ port: server.port, host: "127.0.0.1" }));
      await client.send(HELLO);
      await client.closing();
      assert.match(client.text, /^HTTP\/1\.1 200 .*hello$/s);
      assert.ok((await server.usage()).descriptors < LIMIT);
    },
  );

function skipped(engine: EngineName): string | false {
  return process.platform === "win32" ? "there is no ulimit" : skippedOn(engine);
}

/** A client that connects and is content with whatever becomes of it. */
function keepOpen(port: number): Socket {
  return connect({ port, host: "127.0.0.1" }).on("error", () => {});
}

async function untilFull(server: ServerProcess): Promise<void> {
  for (let last = -1; ;) {
    const { connections, accepted } = (await server.counters()).stats;
    if (connections > LIMIT / 3 && accepted === last) return;
    last = accepted;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
