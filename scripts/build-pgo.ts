import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildModule, NATIVE, ROOT, say } from "./native-module.ts";

const HELP = `npm run build:pgo [-- --seconds=N]

Builds the native engine by what a load of it uses: with counters, under the http suite of benchmarks/ for N seconds each case (default
5), and again with what they counted. Needs wrk, and llvm-profdata of the compiler: rustup component add llvm-tools.
`;

/** What the suite asks of the engine that counts: the requests that it is made for. */
const CASES = "json,user,post,pipelined";

const FOLDER = join(NATIVE, "target", "pgo");
const COUNTS = join(FOLDER, "counts");
const MERGED = join(FOLDER, "merged.profdata");

function main(): number {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "5" }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const tool = profdataTool();
  if (tool === null) {
    say("The compiler has no llvm-profdata; get it with: rustup component add llvm-tools\n");
    return 1;
  }
  rmSync(COUNTS, { recursive: true, force: true });
  mkdirSync(COUNTS, { recursive: true });
  const steps = [
    () => build(`-Cprofile-generate=${COUNTS}`),
    () => load(values.seconds),
    () => merge(tool),
    () => build(`-Cprofile-use=${MERGED}`),
  ];
  return steps.every((step) => step()) ? 0 : 1;
}

/** That of the compiler: another LLVM may write and read other files. */
function profdataTool(): string | null {
  const { stdout } = spawnSync("rustc", ["--print", "target-libdir"], { encoding: "utf8" });
  const tool = join(stdout.trim(), "..", "bin", "llvm-profdata");
  return stdout !== "" && existsSync(tool) ? tool : null;
}

function build(flags: string): boolean {
  return buildModule({ profile: "release", flags, targetFolder: FOLDER });
}

/** The counts are written when the server ends. */
function load(seconds: string): boolean {
  const out = join(FOLDER, "load.json");
  rmSync(out, { force: true });
  const args = [
    `--servers=armature-native`,
    `--cases=${CASES}`,
    "--rounds=1",
    `--seconds=${seconds}`,
    `--out=${out}`,
  ];
  return run(process.execPath, [join(ROOT, "benchmarks/http/compare.ts"), ...args]);
}

function merge(tool: string): boolean {
  const counts = readdirSync(COUNTS).filter((file) => file.endsWith(".profraw"));
  if (counts.length === 0) {
    say(`No server has written its counts to ${COUNTS}.\n`);
    return false;
  }
  return run(tool, ["merge", "-o", MERGED, ...counts.map((file) => join(COUNTS, file))]);
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: ROOT, stdio: "inherit" }).status === 0;
}

process.exitCode = main();
