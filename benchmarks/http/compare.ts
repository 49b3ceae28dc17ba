/**
 * Compares the CPU time that servers take for one request, in one interleaved run.
 *
 *     npm run bench:install
 *     node benchmarks/http/compare.ts [--rounds=5] [--seconds=4] [--servers=armature,fastify] [--cases=json,user]
 *         [--warm-up=2] [--resume] [--minutes=60] [--out=FILE]
 *
 * Each round starts every server in a process of its own, warms it up, and then measures utime + stime of the server over the requests
 * that wrk counted; answers are held against Armature's first. The result file is written after each case: `--resume` goes on where a
 * run of the same options ended, and no case begins that would not end within `--minutes`.
 */
import { parseArgs } from "node:util";
import type { LeftOut, Part } from "@armature/cli/bench";
import { compareUnderLoad, type Contestant } from "../lib/measure-load.ts";
import { ResultFile } from "../lib/result-file.ts";
import { toMarkdownTable } from "../lib/tables.ts";
import { TimeBudget } from "../lib/time-budget.ts";
import { type Case, CASES } from "./cases.ts";
import { answersOf, differenceOf } from "./compare-answers.ts";
import { commandOf, peerVersions, SERVERS } from "./contestants.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "4" },
    connections: { type: "string", default: "64" },
    servers: { type: "string", default: Object.keys(SERVERS).join(",") },
    cases: { type: "string", default: Object.keys(CASES).join(",") },
    "warm-up": { type: "string", default: "2" },
    minutes: { type: "string", default: "90" },
    resume: { type: "boolean" },
    out: { type: "string" },
  },
});

const servers = flags.servers.split(",");
const rounds = Number(flags.rounds);
const seconds = Number(flags.seconds);
const budget = new TimeBudget(Number(flags.minutes));

const file = new ResultFile({
  suite: "http",
  options: { rounds, seconds, connections: flags.connections },
  versions: peerVersions(),
  file: flags.out,
  resume: flags.resume,
});
const wanted = flags.cases.split(",").map((name) => ({ name, case_: caseOf(name) }));
const open = wanted.filter(({ name }) => !file.has(name));
const estimate = (open.length * servers.length * rounds * (seconds + Number(flags["warm-up"]) + 1)) / 60;
say(
  `${open.length} cases of ${wanted.length}, about ${Math.ceil(estimate)} minutes; results in ${file.path}`,
);
for (const { name, case_ } of open) {
  if (!budget.begin(name)) break;
  const part = await runCase(name, case_);
  file.add(name, part);
  say(`\n${name}\n\n${toMarkdownTable({ date: "", ...part })}`);
}

function caseOf(name: string): Case {
  const case_ = CASES[name];
  if (case_ === undefined)
    throw new Error(`There is no case "${name}"; the cases are ${Object.keys(CASES).join(", ")}.`);
  return case_;
}

async function runCase(name: string, case_: Case): Promise<Omit<Part, "date">> {
  const { contestants, leftOut } = await holdAnswers(name, case_);
  const connections = case_.connections ?? Number(flags.connections);
  const load = { requests: case_.requests, depth: case_.depth ?? 1, connections, seconds };
  const part = await compareUnderLoad(contestants, load, { rounds, warmUpSeconds: Number(flags["warm-up"]) });
  return { ...part, leftOut: [...leftOut, ...part.leftOut] };
}

/** Those whose answers are the same as Armature's, and why the others are left out. */
async function holdAnswers(
  name: string,
  case_: Case,
): Promise<{ contestants: Contestant[]; leftOut: LeftOut[] }> {
  const expected = await answersOf(commandOf("armature"), case_);
  const contestants: Contestant[] = [];
  const leftOut: LeftOut[] = [];
  for (const server of servers.filter((one) => takes(one, name, case_))) {
    try {
      const command = commandOf(server);
      const difference = differenceOf(expected, await answersOf(command, case_));
      if (difference === null) contestants.push({ name: server, command });
      else leftOut.push({ name: server, why: difference });
    } catch (error) {
      leftOut.push({ name: server, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return { contestants, leftOut };
}

function takes(server: string, name: string, case_: Case): boolean {
  const { bare = false, without = [] } = SERVERS[server] ?? {};
  if (bare) return case_.bare?.includes(server) === true;
  return !without.includes(name) && case_.only?.includes(server) !== false;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
