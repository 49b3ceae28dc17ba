import { spawnSync } from "node:child_process";
import { join } from "node:path";

const HELP = `npm run faults:native

Runs the suites of engines against a native engine in which system calls take less than they might, have to be made again, or lose clients that are
being accepted, as plans say. Needs cargo.
`;

const ROOT = join(import.meta.dirname, "..");

/** None of these may be noticed by a client, whatever the rest of the suites says of its bytes. */
const PLANS: readonly string[] = [
  "receive:EAGAIN/3 receive:EINTR/4 send:EAGAIN/3 send:EINTR/5 send:ENOBUFS/7",
  "accept:ECONNABORTED/3 accept:EINTR/4 accept:ENOBUFS/5 ready:EINTR/5 send:short=900/2",
];

/**
 * What plans change rightly: which bytes come together, when the buffers of the system are full, and how late the loop is.
 */
const LEFT_OUT = [
  "a client that does not read stops the writer, one that reads again",
  "of requests can be read behind the body",
  "maxLoopDelayMs",
].join("|");

async function main(): Promise<number> {
  if (process.argv.includes("--help")) {
    process.stdout.write(HELP);
    return 0;
  }
  const { buildFaultsModule } = await import("../conformance/dist/native/faults-module.js");
  const module = buildFaultsModule();
  return PLANS.map((plan) => run(module, plan)).every(Boolean) ? 0 : 1;
}

function run(module: string, plan: string): boolean {
  process.stdout.write(`== ${plan}\n`);
  const env = { ...process.env, ARMATURE_NATIVE_MODULE: module, ARMATURE_NATIVE_FAULTS: plan };
  const patterns = ["--test-name-pattern=engine native", `--test-skip-pattern=/${LEFT_OUT}/`];
  const args = ["--test", "--test-reporter=dot", ...patterns, "conformance/dist/engines.test.js"];
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit", env }).status === 0;
}

process.exitCode = await main();
