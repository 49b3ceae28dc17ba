/**
 * Compares the CPU time that servers take for one request, in one interleaved run.
 *
 *     npm --prefix benchmarks/http/peers install
 *     node benchmarks/http/compare.ts [--rounds=5] [--seconds=4] [--connections=64] [--servers=armature,fastify]
 *
 * Each round starts every server in a process of its own, holds the answers against each other, warms up, and then measures
 * utime + stime of the server over the requests that wrk counted. Medians are printed with their spread.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    connections: { type: "string", default: "64" },
    servers: { type: "string", default: "armature,fastify,node-http" },
    cases: { type: "string", default: "json" },
    out: { type: "string" },
  },
});

interface Case {
  readonly name: string;
  readonly path: string;
  readonly body?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  json: { name: "json", path: "/json" },
  user: { name: "user", path: "/users/42" },
  post: { name: "post", path: "/users", body: '{"name":"Ada","email":"ada@example.com"}' },
};

interface Sample {
  readonly cpuMicros: number;
  readonly requestsPerSecond: number;
}

const TICKS_PER_SECOND = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout);

async function startServer(name: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [new URL(`servers/${name}.ts`, import.meta.url).pathname], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const chunk of child.stdout ?? []) {
    const port = /listening (\d+)/.exec(String(chunk))?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error(`The server "${name}" ended before it listened.`);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function answerOf(port: number, { path, body }: Case): Promise<string> {
  const init =
    body === undefined ? {} : { method: "POST", body, headers: { "content-type": "application/json" } };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return `${response.status} ${await response.text()}`;
}

function load(
  port: number,
  { path, body }: Case,
  seconds: number,
): Promise<{ requests: number; seconds: number }> {
  const script = body === undefined ? [] : ["-s", writeScript(body)];
  const args = [
    "-t1",
    `-c${flags.connections}`,
    `-d${seconds}s`,
    ...script,
    `http://127.0.0.1:${port}${path}`,
  ];
  const wrk = spawn("wrk", args, { stdio: ["ignore", "pipe", "inherit"] });
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

function writeScript(body: string): string {
  const path = `/tmp/armature-bench-${process.pid}.lua`;
  writeFileSync(
    path,
    `wrk.method="POST"\nwrk.body=[[${body}]]\nwrk.headers["content-type"]="application/json"\n`,
  );
  return path;
}

async function measure(name: string, load_: Case): Promise<Sample> {
  const { child, port } = await startServer(name);
  try {
    await load(port, load_, 2);
    const before = cpuSeconds(child.pid ?? 0);
    const { requests, seconds } = await load(port, load_, Number(flags.seconds));
    const cpu = cpuSeconds(child.pid ?? 0) - before;
    return { cpuMicros: (cpu / requests) * 1e6, requestsPerSecond: requests / seconds };
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

const names = flags.servers.split(",");
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
  await assertSameAnswers(names, case_);
  const samples = new Map<string, Sample[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const name of names) samples.get(name)?.push(await measure(name, case_));
  }
  const rows = [...samples].map(([name, list]) => {
    const cpu = list.map((sample) => sample.cpuMicros);
    return {
      server: name,
      "CPU us/request": median(cpu).toFixed(1),
      spread: `${Math.min(...cpu).toFixed(1)}-${Math.max(...cpu).toFixed(1)}`,
      "requests/s": Math.round(median(list.map((sample) => sample.requestsPerSecond))),
    };
  });
  const baseline = Number(rows.find((row) => row.server === "fastify")?.["CPU us/request"]);
  const table = rows.map((row) => ({
    ...row,
    "of fastify": (Number(row["CPU us/request"]) / baseline).toFixed(2),
  }));
  results[key] = table;
  process.stdout.write(`${key}\n`);
  console.table(table);
}
if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(results, null, 2)}\n`);
