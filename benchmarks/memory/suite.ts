/**
 * What connections, load and requests cost in memory.
 *
 *     npm run bench:install
 *     node benchmarks/memory/suite.ts [--rounds=3] [--connections=2000] [--seconds=5] [--servers=armature,fastify]
 *         [--resume] [--minutes=30] [--out=FILE]
 *
 * Memory of servers is resident memory as the kernel counts it, so that every runtime is measured alike; each round has fresh processes.
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  type LeftOut,
  type Part,
  residentBytes,
  runWrk,
  type Sample,
  toRow,
  watchLoad,
} from "@armature/cli/bench";
import { commandOf, peerVersions } from "../http/contestants.ts";
import { pinTo } from "../lib/machine.ts";
import { ResultFile } from "../lib/result-file.ts";
import { type ServerProcess, startServer } from "../lib/server-process.ts";
import { toMarkdownTable } from "../lib/tables.ts";
import { TimeBudget } from "../lib/time-budget.ts";
import { runChild } from "../micro/measure.ts";
import { openConnections } from "./open-connections.ts";

const SETTLE_MS = 1_000;
const LOAD_CONNECTIONS = 256;
const ALLOCATIONS = ["health_check", "get_with_param", "post_with_body"].map((name) => `full_cycle/${name}`);
const IN_PROCESS = ["armature", "armature-fetch", "fastify", "hono"];

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "2000" },
    seconds: { type: "string", default: "5" },
    servers: {
      type: "string",
      default: "armature,fastify,hono,express,nest,node-http,bun,elysia,uws,axum,actix",
    },
    minutes: { type: "string", default: "30" },
    resume: { type: "boolean" },
    out: { type: "string" },
  },
});
const connections = Number(flags.connections);
const seconds = Number(flags.seconds);
const servers = flags.servers.split(",");

/** What an open connection costs that has got one answer. */
async function measureConnections(server: ServerProcess): Promise<Sample> {
  // The first connections make code and pools that later ones share.
  const first = await openConnections(server.port, 100, "/json");
  await delay(SETTLE_MS);
  const before = residentBytes(server.pid);
  const sockets = await openConnections(server.port, connections, "/json");
  await delay(SETTLE_MS);
  const after = residentBytes(server.pid);
  for (const socket of [...first, ...sockets]) socket.destroy();
  return {
    "bytes/connection": Math.round((after - before) / connections),
    "RSS MB before": toMegabytes(before),
    "RSS MB with them": toMegabytes(after),
  };
}

/** How far memory grows under load, and what is left of it. */
async function measureUnderLoad(server: ServerProcess): Promise<Sample> {
  await delay(SETTLE_MS);
  const start = residentBytes(server.pid);
  const load = { requests: [{ path: "/json" }], connections: LOAD_CONNECTIONS, depth: 1, seconds };
  const origin = `http://127.0.0.1:${server.port}`;
  const { usage } = await watchLoad(server.pid, async () => await runWrk({ origin, load }, pinTo("load")));
  await delay(SETTLE_MS * 3);
  return {
    "RSS MB under load": toMegabytes(usage?.peakBytes ?? Number.NaN),
    "RSS MB at the start": toMegabytes(start),
    "RSS MB afterwards": toMegabytes(residentBytes(server.pid)),
  };
}

function toMegabytes(bytes: number): number {
  return Number((bytes / 1e6).toFixed(1));
}

async function onServer(name: string, measure: (server: ServerProcess) => Promise<Sample>): Promise<Sample> {
  const server = await startServer(commandOf(name));
  try {
    return await measure(server);
  } finally {
    await server.stop();
  }
}

/** Bytes that an operation allocates: what a heap grows by that is too large to be collected meanwhile. */
function measureAllocation(benchmark: string, contestant: string): Sample {
  return { "bytes/operation": runChild(benchmark, contestant, { mode: "bytes" }).bytes };
}

async function runPart(
  names: readonly string[],
  measure: (name: string) => Sample | Promise<Sample>,
): Promise<Omit<Part, "date">> {
  const samples = new Map<string, Sample[]>(names.map((name) => [name, []]));
  const leftOut: LeftOut[] = [];
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const [name, list] of samples) {
      try {
        list.push(await measure(name));
      } catch (error) {
        samples.delete(name);
        leftOut.push({ name, why: error instanceof Error ? error.message : String(error) });
      }
    }
  return { rows: [...samples].map(([name, list]) => toRow(name, list)), leftOut, noise: [] };
}

const parts: readonly (readonly [name: string, run: () => Promise<Omit<Part, "date">>])[] = [
  [
    "open connections",
    async () => await runPart(servers, async (name) => await onServer(name, measureConnections)),
  ],
  ["under load", async () => await runPart(servers, async (name) => await onServer(name, measureUnderLoad))],
  ...ALLOCATIONS.map(
    (benchmark) =>
      [
        `allocation of ${benchmark}`,
        async () => await runPart(IN_PROCESS, (name) => measureAllocation(benchmark, name)),
      ] as const,
  ),
];
const file = new ResultFile({
  suite: "memory",
  options: { rounds: flags.rounds, connections, seconds },
  versions: peerVersions(),
  file: flags.out,
  resume: flags.resume,
});
const budget = new TimeBudget(Number(flags.minutes));
for (const [name, run] of parts.filter(([part]) => !file.has(part))) {
  if (!budget.begin(name)) break;
  const part = await run();
  file.add(name, part);
  process.stdout.write(`\n${name}\n\n${toMarkdownTable({ date: "", ...part })}`);
}
