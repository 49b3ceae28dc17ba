import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import type { CloseReport } from "@armature/http";
import { ENGINE_NAMES, skippedOn } from "../engine-by-name.ts";
import { descriptorLimit } from "./descriptor-limit.ts";
import { type Usage, ServerProcess } from "./server-process.ts";

const CLIENTS = join(import.meta.dirname, "idle-clients.js");

/** What a server and a client need beside their connections. */
const SPARE_DESCRIPTORS = 200;

/** Connections for each engine: all that a process may have where its sockets cost little. */
const WANTED = { ts: 10_000, native: 19_000, "native-uring": 10_000 } as const;

/** Bytes that a connection which waits may cost; measured are less than half. */
const MOST_BYTES = 20_000;

/** What lasts longer than any of this. */
const NEVER_MS = 600_000;

for (const engine of ENGINE_NAMES)
  test(
    `${WANTED[engine]} idle connections (${engine}) are kept, cost little, are served again, and are gone with their clients or the server`,
    { skip: skippedOn(engine), timeout: 240_000 },
    async (t) => {
      const count = Math.min(WANTED[engine], descriptorLimit() - SPARE_DESCRIPTORS);
      if (count < WANTED[engine]) t.diagnostic(`only ${count} connections: see ulimit -n`);
      const timeouts = {
        headersTimeoutMs: NEVER_MS,
        keepAliveTimeoutMs: NEVER_MS,
        minKeepAliveTimeoutMs: NEVER_MS,
      };
      const limits = { maxConnections: 2 * count, ...timeouts };
      await using server = await ServerProcess.start({ limits, env: { ENGINE: engine } });
      await fetchHello(server);
      const before = await server.usage();

      const clients = await openIdle(server, count);
      const during = await server.usage();
      const bytes = (during.memory.rss - before.memory.rss) / count;
      t.diagnostic(`${count} idle connections: ${describe(during, before, count)}`);
      assert.ok(bytes < MOST_BYTES, `a connection costs ${bytes} bytes`);
      await fetchHello(server);
      clients.send("probe");
      assert.deepEqual(await once(clients, "message"), ["answered", undefined]);

      clients.kill("SIGKILL");
      await server.untilConnections(1);
      await fetchHello(server);
      await untilDescriptors(server, before.descriptors);
      assert.deepEqual((await server.counters()).errors, []);

      const others = await openIdle(server, count);
      const { cut } = await server.ask<CloseReport>("close");
      assert.equal(cut, 0);
      await untilDescriptors(server, before.descriptors);
      others.kill("SIGKILL");
    },
  );

/** A process with so many connections that have asked once. */
async function openIdle(server: ServerProcess, count: number): Promise<ChildProcess> {
  const clients = fork(CLIENTS, [String(server.port), String(count)]);
  assert.deepEqual(await once(clients, "message"), ["open", undefined]);
  const { connections } = (await server.counters()).stats;
  assert.ok(connections >= count, `${connections} of ${count} are open`);
  return clients;
}

/** Waits until no more descriptors are open. */
async function untilDescriptors(server: ServerProcess, most: number): Promise<void> {
  for (let round = 0; ; round++) {
    const { descriptors } = await server.usage();
    if (descriptors <= most) return;
    assert.ok(round < 200, `${descriptors} descriptors are open, there were ${most}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function fetchHello({ url }: ServerProcess): Promise<void> {
  const answer = await fetch(url, { headers: { connection: "close" } });
  assert.equal(await answer.text(), "hello");
}

function describe(during: Usage, before: Usage, count: number): string {
  const each = (of: (memory: NodeJS.MemoryUsage) => number): string =>
    ((of(during.memory) - of(before.memory)) / count / 1024).toFixed(1);
  return `each costs ${each(({ rss }) => rss)} KiB of resident memory, ${each(({ heapUsed }) => heapUsed)} KiB of heap`;
}
