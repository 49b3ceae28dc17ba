/**
 * Says what became slower or faster since another state of the repository: `npm run bench:gate -- --base=main`.
 *
 *     node benchmarks/gate.ts [--base=main] [--threshold=1.1] [--rounds=7] [--only=full_cycle] [--ms=200]
 *         [--cases=json,user,post,pipelined] [--seconds=3]
 *
 * The other state is checked out and built in a folder of its own; both are measured in turn. Exits with 1 where something is slower.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Figure, toFigure, verdictOf } from "@armature/cli/bench";
import { CASES } from "./http/cases.ts";
import { answersOf, differenceOf } from "./http/compare-answers.ts";
import { compareUnderLoad } from "./lib/measure-load.ts";
import type { ServerCommand } from "./lib/server-process.ts";
import { BENCHMARKS } from "./micro/benchmarks.ts";
import { runChild } from "./micro/measure.ts";

const { values: flags } = parseArgs({
  options: {
    base: { type: "string", default: "main" },
    threshold: { type: "string", default: "1.1" },
    rounds: { type: "string", default: "7" },
    only: { type: "string", default: "" },
    ms: { type: "string", default: "200" },
    cases: { type: "string", default: "json,user,post,pipelined" },
    seconds: { type: "string", default: "3" },
  },
});
const HERE = join(import.meta.dirname, "..");
const THERE = mkdtempSync(join(tmpdir(), "armature-base-"));
const rounds = Number(flags.rounds);

try {
  checkOut();
  compareMicro();
  await compareHttp();
} finally {
  execFileSync("git", ["worktree", "remove", "--force", THERE], { cwd: HERE });
}

function checkOut(): void {
  const stdio = ["ignore", "ignore", "inherit"] as const;
  execFileSync("git", ["worktree", "add", "--detach", "--force", THERE, flags.base], {
    cwd: HERE,
    stdio: [...stdio],
  });
  for (const [folder, state] of [
    [THERE, "base"],
    [HERE, "this state"],
  ] as const) {
    say(`building ${state} in ${folder}`);
    if (folder === THERE)
      execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit"], { cwd: folder, stdio: [...stdio] });
    const tsc = join(folder, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-b", "packages/armature"], { cwd: folder, stdio: "inherit" });
  }
}

function compareMicro(): void {
  for (const [benchmark, contestants] of BENCHMARKS) {
    if (!benchmark.includes(flags.only)) continue;
    for (const contestant of contestants.filter((name) => name.startsWith("armature"))) {
      const base: number[] = [];
      const now: number[] = [];
      for (let round = 0; round < rounds; round++) {
        base.push(runChild(benchmark, contestant, { mode: flags.ms, root: THERE }).nanoseconds);
        now.push(runChild(benchmark, contestant, { mode: flags.ms, root: HERE }).nanoseconds);
      }
      print(`${benchmark} ${contestant}`, "ns", toFigure(base), toFigure(now));
    }
  }
}

function commandIn(root: string): ServerCommand {
  return { command: process.execPath, args: [join(root, "benchmarks/http/servers/armature.ts")] };
}

async function compareHttp(): Promise<void> {
  const contestants = [
    { name: "base", command: commandIn(THERE) },
    { name: "now", command: commandIn(HERE) },
  ];
  for (const name of flags.cases.split(",").filter((one) => one !== "")) {
    const case_ = CASES[name];
    if (case_ === undefined) throw new Error(`There is no case "${name}".`);
    const difference = differenceOf(
      await answersOf(commandIn(HERE), case_),
      await answersOf(commandIn(THERE), case_),
    );
    if (difference !== null) {
      say(`skipped  http ${name}: the base answers otherwise. ${difference}`);
      continue;
    }
    const { requests, depth = 1, connections = 64 } = case_;
    const load = { requests, depth, connections, seconds: Number(flags.seconds) };
    const { rows, leftOut } = await compareUnderLoad(contestants, load, { rounds, warmUpSeconds: 1 });
    for (const { name: which, why } of leftOut) throw new Error(`${name} failed on ${which}: ${why}`);
    const [base, now] = rows.map(({ figures }) => figures["CPU us/request"]);
    if (base !== undefined && now !== undefined) print(`http ${name}`, "us", base, now);
  }
}

function print(name: string, unit: string, base: Figure, now: Figure): void {
  const { ratio, kind } = verdictOf(base, now, Number(flags.threshold));
  const range = ({ median, min, max }: Figure): string => `${median} ${unit} (${min}-${max})`;
  say(`${kind.padEnd(7)}  ${ratio.toFixed(2)}  ${name}: ${range(base)} -> ${range(now)}`);
  if (kind === "slower") process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
