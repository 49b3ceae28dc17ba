/**
 * Compares what WebSockets cost a server: CPU time for each message, and memory for each socket.
 *
 *     npm run bench:install
 *     node benchmarks/websocket/compare.ts [--rounds=5] [--seconds=4] [--servers=armature,ws] [--cases=echo-text,broadcast]
 *         [--sockets=64] [--warm-up=2] [--resume] [--minutes=60] [--out=FILE]
 *
 * Each round starts every server in a process of its own and loads it from another one; answers are held against Armature's first. The
 * result file is written after each case: `--resume` goes on where a run of the same options ended, and no case begins that
 * would not end within `--minutes`.
 */
import { parseArgs } from "node:util";
import type { LeftOut, Part } from "@armature/cli/bench";
import { compareInTurn, type Contestant } from "../lib/measure-load.ts";
import { ResultFile } from "../lib/result-file.ts";
import { toMarkdownTable } from "../lib/tables.ts";
import { TimeBudget } from "../lib/time-budget.ts";
import { type Case, CASES } from "./cases.ts";
import { commandOf, SERVERS, versions } from "./contestants.ts";
import { answerTo, measureCase } from "./measure.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    sockets: { type: "string", default: "64" },
    servers: { type: "string", default: Object.keys(SERVERS).join(",") },
    cases: { type: "string", default: Object.keys(CASES).join(",") },
    "warm-up": { type: "string", default: "2" },
    minutes: { type: "string", default: "60" },
    resume: { type: "boolean" },
    out: { type: "string" },
  },
});

const servers = flags.servers.split(",");
const rounds = Number(flags.rounds);
const times = {
  sockets: Number(flags.sockets),
  seconds: Number(flags.seconds),
  warmUpSeconds: Number(flags["warm-up"]),
};
const budget = new TimeBudget(Number(flags.minutes));

const file = new ResultFile({
  suite: "websocket",
  options: { rounds, sockets: times.sockets, seconds: times.seconds },
  versions: versions(),
  file: flags.out,
  resume: flags.resume,
});
const wanted = flags.cases.split(",").map((name) => ({ name, case_: caseOf(name) }));
for (const { name, case_ } of wanted.filter((one) => !file.has(one.name))) {
  if (!budget.begin(name)) break;
  const part = await runCase(case_);
  file.add(name, part);
  process.stdout.write(`\n${name}\n\n${toMarkdownTable({ date: "", ...part })}`);
}

function caseOf(name: string): Case {
  const case_ = CASES[name];
  if (case_ === undefined)
    throw new Error(`There is no case "${name}"; the cases are ${Object.keys(CASES).join(", ")}.`);
  return case_;
}

async function runCase(case_: Case): Promise<Omit<Part, "date">> {
  const { contestants, leftOut } = await holdAnswers(case_);
  const part = await compareInTurn(
    contestants,
    rounds,
    async ({ command }) => await measureCase(command, case_, times),
  );
  return { ...part, leftOut: [...leftOut, ...part.leftOut] };
}

/** Those who answer as Armature does, and why the others are left out. */
async function holdAnswers(case_: Case): Promise<{ contestants: Contestant[]; leftOut: LeftOut[] }> {
  const expected = await answerTo(commandOf("armature"), case_);
  const contestants: Contestant[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of servers) {
    try {
      const command = commandOf(name);
      const answer = await answerTo(command, case_);
      if (answer === expected) contestants.push({ name, command });
      else leftOut.push({ name, why: `It answers ${answer.slice(0, 120)}.` });
    } catch (error) {
      leftOut.push({ name, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return { contestants, leftOut };
}
