/**
 * Loads a server with a quarter to three times of what it can do, with and without shedding.
 *
 *     node benchmarks/overload/run.ts [--seconds=4] [--cases=cpu,after-wait,resource] [--out=NAME]
 *
 * Each step has a server in a process of its own; this one sends requests at a fixed rate (see open-loop.ts), whose clients give up after
 * two seconds. Goodput are the answers 200 that came by then. The first second of a step is not counted. With --out the results go to benchmarks/results/NAME.json and NAME.md, and
 * the plot to docs/guides/overload.svg.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { OpenLoop, type Outcome } from "./open-loop.ts";
import { plot } from "./plot.ts";
import type { Case, Step } from "./step.ts";
import { toMarkdown } from "./to-markdown.ts";

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "4" },
    cases: { type: "string", default: "cpu,after-wait,resource" },
    out: { type: "string" },
  },
});

const FACTORS = [0.25, 0.5, 1, 2, 3];
const PATIENCE_MS = 2_000;
const RAMP_MS = 1_000;
const WARM_UP = { perSecond: 200, durationMs: 500, rampMs: 0, patienceMs: PATIENCE_MS };

interface Server extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

const TICKS_PER_SECOND = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout);

/** Seconds of CPU time that a process has used. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function startServer(case_: string, shedding: boolean): Promise<Server> {
  const file = join(import.meta.dirname, "server.ts");
  const child = spawn(process.execPath, [file, case_, shedding ? "on" : "off"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await portOf(child);
  await new OpenLoop({ port, ...WARM_UP }).run();
  return {
    port,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  for await (const chunk of stdout ?? []) {
    const port = /listening (\d+)/.exec(String(chunk))?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error("The server ended before it listened.");
}

/**
 * What a server can do in a second: answers to clients that send the next request when they have the answer. Where it computes, as many
 * as fit in a second of CPU time, so that others' work on the machine makes no difference.
 */
async function capacityOf(case_: string): Promise<number> {
  await using server = await startServer(case_, false);
  const url = `http://127.0.0.1:${server.port}/`;
  const durationMs = 3_000;
  const before = cpuSeconds(server.pid);
  const untilMs = performance.now() + durationMs;
  let answers = 0;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (; performance.now() < untilMs; answers++) await (await fetch(url)).text();
    }),
  );
  return answers / (case_ === "resource" ? durationMs / 1000 : cpuSeconds(server.pid) - before);
}

/** What became of the requests, and the part of a core that the server had. */
interface Measured {
  readonly outcome: Outcome;
  readonly cpu: number;
}

async function measure(case_: string, shedding: boolean, perSecond: number): Promise<Measured> {
  await using server = await startServer(case_, shedding);
  const { port, pid } = server;
  const durationMs = RAMP_MS + Number(flags.seconds) * 1000;
  const running = new OpenLoop({
    port,
    perSecond,
    durationMs,
    rampMs: RAMP_MS,
    patienceMs: PATIENCE_MS,
  }).run();
  await delay(RAMP_MS);
  const before = cpuSeconds(pid);
  await delay(durationMs - RAMP_MS);
  const cpu = (cpuSeconds(pid) - before) / Number(flags.seconds);
  return { outcome: await running, cpu };
}

function toStep(factor: number, perSecond: number, { outcome, cpu }: Measured): Step {
  const seconds = Number(flags.seconds);
  const { servedMs, shedMs, gaveUp, failed } = outcome;
  return {
    factor,
    offered: Math.round(perSecond),
    cpu: Math.round(cpu * 100) / 100,
    goodput: Math.round(servedMs.length / seconds),
    shed: Math.round(shedMs.length / seconds),
    gaveUp: Math.round(gaveUp / seconds),
    failed,
    p50Ms: percentile(servedMs, 0.5),
    p99Ms: percentile(servedMs, 0.99),
    shedP99Ms: percentile(shedMs, 0.99),
  };
}

function percentile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

async function runCase(name: string): Promise<Case> {
  const capacity = await capacityOf(name);
  const result: Case = { name, capacity: Math.round(capacity), shedding: [], without: [] };
  for (const factor of FACTORS)
    for (const shedding of [true, false]) {
      const step = toStep(factor, capacity * factor, await measure(name, shedding, capacity * factor));
      result[shedding ? "shedding" : "without"].push(step);
      process.stdout.write(`${name} ${shedding ? "with" : "without"}: ${JSON.stringify(step)}\n`);
    }
  return result;
}

const cases: Case[] = [];
for (const name of flags.cases.split(",")) cases.push(await runCase(name));
const report = {
  date: new Date().toISOString(),
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}, shared`,
  node: process.version,
  seconds: Number(flags.seconds),
  patienceMs: PATIENCE_MS,
  loadAverage: loadavg()[0] ?? 0,
  cases,
};
const table = toMarkdown(report);
process.stdout.write(table);
if (flags.out !== undefined) {
  const results = join(import.meta.dirname, "../results", flags.out);
  writeFileSync(`${results}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${results}.md`, table);
  writeFileSync(join(import.meta.dirname, "../../docs/guides/overload.svg"), plot(cases));
}
