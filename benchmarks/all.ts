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
import { PLAN } from "./lib/plan.ts";

const { values: flags } = parseArgs({
  options: { quick: { type: "boolean", default: false }, resume: { type: "boolean", default: false } },
});

const kept = flags.quick ? mkdtempSync(join(tmpdir(), "armature-bench-quick-")) : null;
const failed: string[] = [];
for (const { program, minutes, full, quick } of PLAN) {
  process.stdout.write(`\n== ${program}\n`);
  const own =
    kept === null
      ? [...full, `--minutes=${minutes}`]
      : [...quick, `--out=${join(kept, program.replace("/", "-"))}.json`];
  if (!run(program, flags.resume ? [...own, "--resume"] : own)) failed.push(program);
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
