/**
 * What a server costs before its first request: CPU time and memory until it listens, and the bytes of the packages, as they are
 * published, installed and bundled.
 *
 *     npm run bench:install
 *     node benchmarks/size/suite.ts [--rounds=7] [--servers=armature,fastify] [--minutes=10] [--resume] [--out=FILE]
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import {
  cpuTime,
  ForeignLoad,
  type LeftOut,
  noiseOf,
  type Part,
  residentBytes,
  type Sample,
  toRow,
} from "@armature/cli/bench";
import { commandOf, peerVersions } from "../http/contestants.ts";
import { ResultFile } from "../lib/result-file.ts";
import { startServer } from "../lib/server-process.ts";
import { toMarkdownTable } from "../lib/tables.ts";
import { TimeBudget } from "../lib/time-budget.ts";
import { BUNDLED, bundledSize } from "./bundles.ts";
import { INSTALLABLE, installedSize } from "./installed.ts";

const ROOT = join(import.meta.dirname, "../..");

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    servers: {
      type: "string",
      default: "armature,fastify,hono,express,nest,node-http,bun,elysia,axum,actix",
    },
    minutes: { type: "string", default: "10" },
    resume: { type: "boolean" },
    out: { type: "string" },
  },
});

/** From the start of the process to its first port. */
async function startOnce(name: string): Promise<Sample> {
  const command = commandOf(name);
  const start = performance.now();
  const server = await startServer(command);
  const milliseconds = performance.now() - start;
  try {
    const { user, system } = cpuTime(server.pid);
    return {
      "CPU ms": (user + system) * 1000,
      "until it listens, ms": Math.round(milliseconds),
      "RSS MB": Math.round(residentBytes(server.pid) / 1e6),
    };
  } finally {
    await server.stop();
  }
}

async function startUp(): Promise<Omit<Part, "date">> {
  const samples = new Map<string, Sample[]>(flags.servers.split(",").map((name) => [name, []]));
  const leftOut: LeftOut[] = [];
  const foreign = new ForeignLoad();
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const [name, list] of samples) {
      try {
        list.push(await startOnce(name));
      } catch (error) {
        samples.delete(name);
        leftOut.push({ name, why: error instanceof Error ? error.message : String(error) });
      }
    }
  const rows = [...samples].map(([name, list]) => toRow(name, list));
  return { rows, leftOut, noise: noiseOf(rows, foreign.cores(0)) };
}

/** What npm would publish of each package; third-party packages come on top. */
function packages(): Omit<Part, "date"> {
  const rows = globSync("packages/*/package.json", { cwd: ROOT })
    .toSorted()
    .map((manifest) => {
      const folder = join(ROOT, dirname(manifest));
      const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json"], { cwd: folder, encoding: "utf8" });
      const [packed] = JSON.parse(stdout) as { name: string; size: number; unpackedSize: number }[]; // npm's own format
      return toRow(packed?.name ?? folder, [
        { "bytes unpacked": packed?.unpackedSize ?? Number.NaN, "bytes packed": packed?.size ?? Number.NaN },
      ]);
    });
  return { rows, leftOut: [], noise: [] };
}

/** Measures each once: sizes do not differ from round to round. */
async function once(
  names: readonly string[],
  measure: (name: string) => Sample | Promise<Sample>,
): Promise<Omit<Part, "date">> {
  const rows: Part["rows"][number][] = [];
  const leftOut: LeftOut[] = [];
  for (const name of names) {
    try {
      rows.push(toRow(name, [await measure(name)]));
    } catch (error) {
      leftOut.push({ name, why: String(error).replaceAll(/\s+/g, " ").slice(0, 200) });
    }
  }
  return { rows, leftOut, noise: [] };
}

const file = new ResultFile({
  suite: "size",
  options: { rounds: Number(flags.rounds) },
  versions: peerVersions(),
  file: flags.out,
  resume: flags.resume,
});
const budget = new TimeBudget(Number(flags.minutes));
for (const [name, run] of [
  ["packages", packages],
  ["installed", async () => await once(INSTALLABLE, installedSize)],
  ["bundled", async () => await once(BUNDLED, bundledSize)],
  ["start-up", startUp],
] as const) {
  if (file.has(name)) continue;
  if (!budget.begin(name)) break;
  const part = await run();
  file.add(name, part);
  process.stdout.write(`\n${name}\n\n${toMarkdownTable({ date: "", ...part })}`);
}
