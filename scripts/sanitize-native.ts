import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildModule, NATIVE, ROOT, say } from "./native-module.ts";

const HELP = `npm run sanitize:native

Builds the native engine so that AddressSanitizer looks at every access to memory, runs its suites, generated connections and a load of
http with it, and builds it again without. Needs a nightly compiler (rustup toolchain install nightly), gcc, whose libasan it
takes, and wrk.
`;

/** The runtime comes with the process, because Node has none. */
const FLAGS = "-Zsanitizer=address -Zexternal-clangrt";

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
  ],
];

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
  const targetFolder = join(NATIVE, "target", "address");
  const isBuilt = buildModule({ profile: "profiling", flags: FLAGS, targetFolder, toolchain: "nightly" });
  const holds = isBuilt && RUNS.map((args) => run(args, runtime)).every(Boolean);
  const isRestored = buildModule({ profile: "release" });
  return holds && isRestored ? 0 : 1;
}

/** A fault ends the process that has it, with where it is; leaks are those of Node, which frees nothing when it ends. */
function run(args: readonly string[], runtime: string): boolean {
  const out = join(NATIVE, "target", "address", "load.json");
  const more = args.includes("--rounds=1") ? [`--out=${out}`] : [];
  const env = { ...process.env, LD_PRELOAD: runtime, ASAN_OPTIONS: "detect_leaks=0" };
  return spawnSync(process.execPath, [...args, ...more], { cwd: ROOT, stdio: "inherit", env }).status === 0;
}

process.exitCode = main();
