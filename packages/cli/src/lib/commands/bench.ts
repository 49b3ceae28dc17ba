import { compareResults, type Comparison } from "../bench/compare.ts";
import { printRun, writeOutputs } from "../bench/deliver.ts";
import { environment } from "../bench/app-process.ts";
import type { BenchJob, Measured } from "../bench/bench-job.ts";
import { findGenerator } from "../bench/find-generator.ts";
import { Interrupted, untilInterrupted } from "../bench/interrupt.ts";
import { Progress } from "../bench/progress.ts";
import { readBase } from "../bench/read-base.ts";
import type { Results } from "../bench/results.ts";
import { runLoad, type ServerSource } from "../bench/run-load.ts";
import { runMicro } from "../bench/run-micro.ts";
import { BENCH_FLAGS, type BenchSettings, readSettings } from "../bench/settings.ts";
import { plainPaths, type Target, targetsOf } from "../bench/targets.ts";
import { machineNow, toResults } from "../bench/to-results.ts";
import type { Command, CommandCall } from "./command.ts";
import { inspectSound, placeOf, SOURCE_FLAGS } from "./source-flags.ts";

/** `armature bench -- node app.js`: what the requests of an application cost, and how that changed. */
export const bench: Command = {
  usage:
    "[--path /PATH]... [--app FILE] [--seconds N] [--rounds N] [--json FILE] [--svg FILE] [--html FILE] [--compare FILE] (-- COMMAND... | --url URL | --suite micro)",
  summary: "loads an application, and tells what its requests cost and how that changed",
  flags: { ...SOURCE_FLAGS, ...BENCH_FLAGS },
  words: "any",
  async run(call) {
    const settings = readSettings(call);
    try {
      return await untilInterrupted(async (signal) => await measure(call, settings, signal));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      call.io.err(`${error.message} Nothing was written.\n`);
      return error.exitCode;
    }
  },
};

async function measure(call: CommandCall, settings: BenchSettings, signal: AbortSignal): Promise<number> {
  const { folder } = call.io;
  const { suite, compare, threshold, outputs } = settings;
  const base = compare === null ? null : await readBase(folder, compare, suite);
  const targets = await findTargets(call, settings);
  if (targets === null) return 1;
  const machine = machineNow();
  const { options, measured } = await runSuite(call, settings, { targets, signal });
  const run = toResults({ suite, options, machine, folder }, measured);
  const comparison = base === null ? null : compareResults(base, run, threshold);
  printRun(call.io, run, comparison);
  await writeOutputs(outputs, run, comparison);
  return verdict(call, comparison, threshold);
}

/** `null` where the application has mistakes, which the user was told. */
async function findTargets(
  call: CommandCall,
  { paths, app, shape }: BenchSettings,
): Promise<Target[] | null> {
  if (paths.length > 0 || app === null) return targetsOf(paths.length > 0 ? paths : ["/"], shape);
  const inspection = await inspectSound(call, app);
  return inspection === null ? null : targetsOf(plainPaths(inspection.registry), shape);
}

interface Suite {
  readonly options: Results["options"];
  readonly measured: Measured;
}

async function runSuite(
  call: CommandCall,
  settings: BenchSettings,
  { targets, signal }: { readonly targets: readonly Target[]; readonly signal: AbortSignal },
): Promise<Suite> {
  const { plan, allowErrors, app, startSeconds } = settings;
  const { folder } = call.io;
  const steps = plan.rounds * targets.length;
  const progress = new Progress(call.io, steps, plan.seconds + plan.warmUpSeconds + 1);
  const job: BenchJob = { folder, targets, plan, allowErrors, progress, signal };
  try {
    if (settings.suite === "micro") {
      const place = placeOf(call, app ?? ""); // readSettings asks for it
      return {
        options: optionsOf(call, settings),
        measured: await runMicro({ ...job, place, startSeconds }),
      };
    }
    const generator = await findGenerator(settings.generator);
    const measured = await runLoad({ ...job, generator, server: serverOf(call, settings) });
    return { options: { ...optionsOf(call, settings), generator: generator.name }, measured };
  } finally {
    progress.end();
  }
}

function serverOf({ words }: CommandCall, { url, pid, port, startSeconds }: BenchSettings): ServerSource {
  return url === null ? { words, port, startSeconds } : { origin: url.origin, pid };
}

/** What a run is made with, as it stands in its file; of headers only the names, as their values may be secret. */
function optionsOf({ words }: CommandCall, settings: BenchSettings): Results["options"] {
  const { suite, plan, shape, url, app } = settings;
  const { rounds, seconds, warmUpSeconds, connections, depth } = plan;
  const headers = Object.keys(shape.headers).join(" ");
  return {
    program: url?.origin ?? (words.length > 0 ? words.join(" ") : (app ?? "")),
    rounds,
    seconds,
    "warm-up": warmUpSeconds,
    ...(suite === "load" && { connections, pipeline: depth }),
    ...(headers !== "" && { headers }),
    ...(shape.body !== undefined && { "bytes of body": Buffer.byteLength(shape.body) }),
    ...(url === null && { NODE_ENV: environment().NODE_ENV ?? "" }),
  };
}

/** Says what became of the comparison, and gives the exit code. */
function verdict({ io }: CommandCall, comparison: Comparison | null, threshold: number): number {
  if (comparison === null) return 0;
  const { changes } = comparison;
  const limit = `${Number((threshold * 100).toPrecision(3))} %`;
  const worse = changes.filter(({ kind }) => kind === "worse").length;
  const unclear = changes.filter(({ kind }) => kind === "unclear").length;
  const covered =
    unclear === 0
      ? ""
      : `; ${unclear} are further apart, but their rounds lie among each other, and count as no change`;
  io.out(`\n${worse} of ${changes.length} figures are worse by more than ${limit}${covered}.\n`);
  return worse > 0 ? 1 : 0;
}
