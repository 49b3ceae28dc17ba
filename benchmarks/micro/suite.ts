/**
 * Nanoseconds of CPU time for named pieces of work, in process and without sockets, beside others who do the same.
 *
 *     npm run bench:install
 *     node benchmarks/micro/suite.ts [--rounds=5] [--ms=200] [--only=routing] [--resume] [--minutes=60] [--out=FILE]
 *
 * Answers are compared first; each contestant runs in a process of its own, in turn with the others.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ForeignLoad, type LeftOut, noiseOf, type Part, toRow } from "@armature/cli/bench";
import { ResultFile } from "../lib/result-file.ts";
import { toMarkdownTable } from "../lib/tables.ts";
import { TimeBudget } from "../lib/time-budget.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { runChild } from "./measure.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    ms: { type: "string", default: "200" },
    only: { type: "string", default: "" },
    minutes: { type: "string", default: "60" },
    resume: { type: "boolean" },
    out: { type: "string" },
  },
});
const rounds = Number(flags.rounds);
const budget = new TimeBudget(Number(flags.minutes));

function runBenchmark(benchmark: string, contestants: readonly string[]): Omit<Part, "date"> {
  const foreign = new ForeignLoad();
  const times = new Map<string, number[]>(contestants.map((name) => [name, []]));
  const leftOut: LeftOut[] = [];
  let expected: string | null = null;
  for (let round = 0; round < rounds; round++)
    for (const [name, list] of times) {
      try {
        const { answer, nanoseconds } = runChild(benchmark, name, { mode: flags.ms });
        expected ??= answer;
        if (answer !== expected) throw new Error(`It gives ${answer.slice(0, 200)}.`);
        list.push(nanoseconds);
      } catch (error) {
        times.delete(name);
        leftOut.push({ name, why: error instanceof Error ? error.message : String(error) });
      }
    }
  const rows = [...times].map(([name, list]) =>
    toRow(
      name,
      list.map((time) => ({ "ns/operation": time })),
    ),
  );
  return { rows, leftOut, noise: noiseOf(rows, foreign.cores(0)) };
}

const { dependencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, "peers/package.json"), "utf8"),
) as { dependencies: Record<string, string> }; // our own manifest
const file = new ResultFile({
  suite: "micro",
  options: { rounds, ms: flags.ms },
  versions: dependencies,
  file: flags.out,
  resume: flags.resume,
});
for (const [benchmark, contestants] of BENCHMARKS) {
  if (!benchmark.includes(flags.only) || file.has(benchmark)) continue;
  if (!budget.begin(benchmark)) break;
  const part = runBenchmark(benchmark, contestants);
  file.add(benchmark, part);
  process.stdout.write(`\n${benchmark}\n\n${toMarkdownTable({ date: "", ...part })}`);
}
