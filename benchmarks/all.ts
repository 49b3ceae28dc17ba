/**
 * Every suite, one after the other: `npm run bench` takes less than half an hour and writes docs/benchmarks.md, `npm run bench -- --quick`
 * takes less than three minutes, shows that everything works, and keeps nothing.
 *
 * A run that was cut short goes on with `--resume`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: { quick: { type: "boolean", default: false }, resume: { type: "boolean", default: false } },
});

interface Suite {
  readonly name: string;
  readonly full: readonly string[];
  readonly quick: readonly string[];
}

const SUITES: readonly Suite[] = [
  {
    name: "micro/suite.ts",
    full: ["--rounds=3", "--ms=100", "--minutes=8"],
    quick: ["--rounds=1", "--ms=30", "--only=full_cycle"],
  },
  {
    name: "http/compare.ts",
    full: ["--rounds=3", "--seconds=2", "--warm-up=1", "--minutes=20"],
    quick: [
      "--rounds=1",
      "--seconds=1",
      "--warm-up=1",
      "--cases=json,mix",
      "--servers=armature,fastify,bun,axum",
    ],
  },
  {
    name: "websocket/compare.ts",
    full: ["--rounds=1", "--seconds=1", "--warm-up=1", "--servers=armature,ws,uws", "--minutes=3"],
    quick: [
      "--rounds=1",
      "--seconds=1",
      "--warm-up=1",
      "--cases=echo-text,broadcast",
      "--servers=armature,ws",
    ],
  },
  {
    name: "techempower/suite.ts",
    full: ["--rounds=3", "--seconds=2", "--warm-up=1", "--minutes=5"],
    quick: ["--rounds=1", "--seconds=1", "--warm-up=1", "--tests=db,fortunes"],
  },
  {
    name: "memory/suite.ts",
    full: ["--rounds=1", "--connections=1000", "--seconds=2", "--minutes=5"],
    quick: ["--rounds=1", "--connections=200", "--seconds=1", "--servers=armature,fastify"],
  },
  {
    name: "size/suite.ts",
    full: ["--rounds=5"],
    quick: ["--rounds=1", "--servers=armature,fastify"],
  },
];

const kept = flags.quick ? mkdtempSync(join(tmpdir(), "armature-bench-quick-")) : null;
const failed: string[] = [];
for (const { name, full, quick } of SUITES) {
  process.stdout.write(`\n== ${name}\n`);
  const own = kept === null ? full : [...quick, `--out=${join(kept, name.replace("/", "-"))}.json`];
  if (!run(name, flags.resume ? [...own, "--resume"] : own)) failed.push(name);
}
if (kept !== null) rmSync(kept, { recursive: true });
else if (!run("report.ts", [])) failed.push("report.ts");
process.stdout.write(failed.length === 0 ? "\nall done\n" : `\nnot done: ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function run(name: string, args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name), ...args], {
    stdio: "inherit",
  });
  return status === 0;
}
