/**
 * The seven tests of TechEmpower's framework benchmarks, against a PostgreSQL of the suite's own.
 *
 *     npm run bench:install
 *     node benchmarks/techempower/suite.ts [--rounds=5] [--seconds=5] [--tests=db,fortunes] [--verify] [--warm-up=2] [--resume] [--minutes=60] [--out=FILE]
 *
 * Every server is held against the rules of a test before it is measured in it; `--verify` does only that.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { LeftOut } from "@armature/cli/bench";
import { withNativeEngine } from "../http/contestants.ts";
import { compareUnderLoad, type Contestant } from "../lib/measure-load.ts";
import { ResultFile } from "../lib/result-file.ts";
import { type ServerCommand, startServer } from "../lib/server-process.ts";
import { toMarkdownTable } from "../lib/tables.ts";
import { TimeBudget } from "../lib/time-budget.ts";
import { type Database, startDatabase } from "./database.ts";
import { type TestName, TESTS, verify } from "./verify.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
    tests: { type: "string", default: TESTS.join(",") },
    "warm-up": { type: "string", default: "2" },
    minutes: { type: "string", default: "60" },
    verify: { type: "boolean" },
    resume: { type: "boolean" },
    out: { type: "string" },
  },
});
const SERVERS = ["armature", "armature-native", "fastify"] as const;
const PATHS: Readonly<Record<TestName, string>> = {
  json: "/json",
  plaintext: "/plaintext",
  db: "/db",
  queries: "/queries?queries=20",
  fortunes: "/fortunes",
  updates: "/updates?queries=20",
  "cached-queries": "/cached-queries?count=100",
};

const wanted = TESTS.filter((test) => flags.tests.split(",").includes(test));
const database = await startDatabase();
try {
  await (flags.verify === true ? verifyAll() : measureAll());
} finally {
  database.stop();
}

/** @throws Error where the native engine is asked for and not built */
function commandOf(server: (typeof SERVERS)[number]): ServerCommand {
  const isNative = server === "armature-native";
  const file = join(import.meta.dirname, "peers", isNative ? "armature.ts" : `${server}.ts`);
  const command = { command: process.execPath, args: [file], env: { DATABASE_URL: database.url } };
  return isNative ? withNativeEngine(command) : command;
}

async function verifyAll(): Promise<void> {
  for (const test of wanted)
    for (const server of SERVERS) {
      const problems = await problemsOf(server, test, database);
      say(`${problems.length === 0 ? "passed" : "FAILED"}  ${test} of ${server}`);
      for (const problem of problems) say(`        ${problem}`);
      if (problems.length > 0) process.exitCode = 1;
    }
}

async function problemsOf(
  server: (typeof SERVERS)[number],
  test: TestName,
  rows: Database,
): Promise<string[]> {
  try {
    const running = await startServer(commandOf(server));
    try {
      return await verify(running.port, test, rows);
    } finally {
      await running.stop();
    }
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function measureAll(): Promise<void> {
  const budget = new TimeBudget(Number(flags.minutes));
  const [version = "unknown"] = database.query("SHOW server_version");
  const manifest = readFileSync(join(import.meta.dirname, "peers/package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> }; // our own manifest
  const file = new ResultFile({
    suite: "techempower",
    options: { rounds: Number(flags.rounds), seconds: Number(flags.seconds) },
    versions: { ...dependencies, PostgreSQL: version },
    file: flags.out,
    resume: flags.resume,
  });
  for (const test of wanted.filter((name) => !file.has(name))) {
    if (!budget.begin(test)) return;
    const part = await measure(test);
    file.add(test, part);
    say(`\n${test}\n\n${toMarkdownTable({ date: "", ...part })}`);
  }
}

async function measure(test: TestName): Promise<Parameters<ResultFile["add"]>[1]> {
  const contestants: Contestant[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of SERVERS) {
    const problems = await problemsOf(name, test, database);
    if (problems.length === 0) contestants.push({ name, command: commandOf(name) });
    else leftOut.push({ name, why: problems.join(" ") });
  }
  const isPlain = test === "plaintext";
  const load = {
    requests: [{ path: PATHS[test] }],
    connections: isPlain ? 256 : 64,
    depth: isPlain ? 16 : 1,
    seconds: Number(flags.seconds),
  };
  const rounds = {
    rounds: Number(flags.rounds),
    warmUpSeconds: Number(flags["warm-up"]),
    aside: [database.pid],
  };
  const part = await compareUnderLoad(contestants, load, rounds);
  return { ...part, leftOut: [...leftOut, ...part.leftOut] };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
