import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { descriptorLimit } from "./descriptor-limit.ts";
import { type Usage, ServerProcess } from "./server-process.ts";

const CLIENTS = join(import.meta.dirname, "idle-clients.js");

/** What a server and a client need beside their connections. */
const SPARE_DESCRIPTORS = 200;

const WANTED = 10_000;

/** Bytes that a connection which waits may cost; measured are less than half. */
const MOST_BYTES = 20_000;

test(`${WANTED} idle connections are kept, cost little, and are served again`, async (t) => {
  const count = Math.min(WANTED, descriptorLimit() - SPARE_DESCRIPTORS);
  if (count < WANTED) t.diagnostic(`only ${count} connections: see ulimit -n`);
  await using server = await ServerProcess.start({
    limits: {
      maxConnections: 2 * count,
      headersTimeoutMs: 600_000,
      keepAliveTimeoutMs: 600_000,
      minKeepAliveTimeoutMs: 600_000,
    },
  });
  await fetchHello(server);
  const before = await server.usage();
  const clients = fork(CLIENTS, [String(server.port), String(count)]);
  assert.deepEqual(await once(clients, "message"), ["open", undefined]);
  const { connections } = (await server.counters()).stats;
  assert.ok(connections >= count, `${connections} of ${count} are open`);
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
  assert.deepEqual((await server.counters()).errors, []);
});

async function fetchHello({ url }: ServerProcess): Promise<void> {
  const answer = await fetch(url, { headers: { connection: "close" } });
  assert.equal(await answer.text(), "hello");
}

function describe(during: Usage, before: Usage, count: number): string {
  const each = (of: (memory: NodeJS.MemoryUsage) => number): string =>
    ((of(during.memory) - of(before.memory)) / count / 1024).toFixed(1);
  return `each costs ${each(({ rss }) => rss)} KiB of resident memory, ${each(({ heapUsed }) => heapUsed)} KiB of heap`;
}
