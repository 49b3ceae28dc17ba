import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildModule, NATIVE, ROOT, say } from "./native-module.ts";

const HELP = `npm run sanitize:native

Builds the native engine so that AddressSanitizer looks at every access to memory, beside the one that is in use, and runs its suites,
generated connections and a load of http with it; then looks what of it LeakSanitizer finds that nobody gave back when listeners
and threads had come and gone. Needs a nightly compiler (rustup toolchain install nightly), gcc, whose libasan it takes, and wrk.
`;

/** The runtime comes with the process, because Node has none. */
const FLAGS = "-Zsanitizer=address -Zexternal-clangrt";

const FOLDER = join(NATIVE, "target", "address");
const MODULE = join(FOLDER, "armature.node");

/** What is run: the suites of the engine, connections that both engines must answer alike, and a load. */
const RUNS: readonly (readonly string[])[] = [
  ["--test", "--test-name-pattern=native", "conformance/dist/engines.test.js"],
  ["--test", "conformance/dist/native/connections.test.js"],
  [
    "benchmarks/http/compare.ts",
    "--servers=armature-native",
    "--cases=json,post,pipelined",
    "--rounds=1",
    "--seconds=3",
    `--out=${join(FOLDER, "load.json")}`,
  ],
];

/** What starts and stops engines, in threads too, and ends by itself. */
const LIVES: readonly string[] = ["conformance/dist/leaks/threads.js", "5"];

/** What the frames of the module are called. */
const OURS = /armature|(?:binding|server|wire)\/src\//;

function main(): number {
  if (process.argv.includes("--help")) {
    say(HELP);
    return 0;
  }
  const runtime =
    spawnSync("gcc", ["-print-file-name=libasan.so"], { encoding: "utf8" }).stdout?.trim() ?? "";
  if (!existsSync(runtime)) {
    say("There is no libasan; install gcc.\n");
    return 1;
  }
  const build = {
    profile: "profiling",
    flags: FLAGS,
    targetFolder: FOLDER,
    toolchain: "nightly",
    file: MODULE,
  };
  const holds = buildModule(build) && RUNS.map((args) => run(args, runtime)).every(Boolean);
  return holds && leaksNothing(runtime) ? 0 : 1;
}

/** A fault ends the process that has it, with where it is. */
function run(args: readonly string[], runtime: string): boolean {
  const env = environment(runtime, "detect_leaks=0");
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit", env }).status === 0;
}

/** Node frees nothing when it ends; what the module had and nobody reaches is told apart by the frames of the module. */
function leaksNothing(runtime: string): boolean {
  const env = environment(runtime, "detect_leaks=1:fast_unwind_on_malloc=0:exitcode=0");
  const { stderr, status } = spawnSync(process.execPath, LIVES, { cwd: ROOT, encoding: "utf8", env });
  const leaks = stderr.split("\n\n").filter((block) => / leak of /.test(block) && OURS.test(block));
  for (const leak of leaks) say(`${leak}\n\n`);
  say(`LeakSanitizer finds ${leaks.length} leaks of the module.\n`);
  return status === 0 && leaks.length === 0;
}

function environment(runtime: string, options: string): NodeJS.ProcessEnv {
  return { ...process.env, LD_PRELOAD: runtime, ASAN_OPTIONS: options, ARMATURE_NATIVE_MODULE: MODULE };
}

process.exitCode = main();
