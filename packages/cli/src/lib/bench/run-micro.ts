import { fork } from "node:child_process";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { SourcePlace } from "../inspect/load-source.ts";
import { environment } from "./app-process.ts";
import type { BenchJob, Measured } from "./bench-job.ts";
import { type FirstAnswer, holdAnswers, toLine } from "./first-answers.ts";
import { LastLines } from "./last-lines.ts";
import type { MicroOrder, MicroOutcome } from "./micro-child.ts";
import { noiseOf } from "./noise.ts";
import { ForeignLoad } from "./process-usage.ts";
import type { Sample } from "./results.ts";
import { toRow } from "./rows.ts";
import type { Target } from "./targets.ts";

/** An application that is asked in process. */
export interface MicroJob extends BenchJob {
  readonly place: SourcePlace;
  /** How long it may take until it has started and answered for the first time. */
  readonly startSeconds: number;
}

/**
 * Asks an application in memory, without a socket: every target in a process of its own, round after round.
 * @throws CliError `E_CLI_BENCH_APP`, `E_CLI_BENCH_ANSWER`
 */
export async function runMicro(job: MicroJob): Promise<Measured> {
  await look(job);
  const { targets, plan, progress } = job;
  const samples = new Map<string, Sample[]>(targets.map(({ name }) => [name, []]));
  const foreign = new ForeignLoad();
  for (let round = 0; round < plan.rounds; round++)
    for (const target of targets) {
      progress.step(`${target.name}, round ${round + 1} of ${plan.rounds}`);
      const { sample } = await runChild(job, target, plan.seconds);
      if (sample !== null) samples.get(target.name)?.push(sample);
    }
  const rows = [...samples].map(([name, list]) => toRow(name, list));
  return { rows, leftOut: [], noise: noiseOf(rows, foreign.cores(0)) };
}

async function look(job: MicroJob): Promise<void> {
  const answers: FirstAnswer[] = [];
  for (const target of job.targets) answers.push(await firstAnswer(job, target));
  job.progress.say(["Asked once, before the time is taken:", ...answers.map(toLine)].join("\n"));
  holdAnswers(answers, job.allowErrors);
}

/** An answer may have no end, as a stream of events, and an application may never start. */
async function firstAnswer(job: MicroJob, target: Target): Promise<FirstAnswer> {
  const late = AbortSignal.timeout(Math.ceil(job.startSeconds * 1000));
  try {
    const signal = AbortSignal.any([job.signal, late]);
    return (await runChild({ ...job, signal }, target, 0)).answer;
  } catch (error) {
    if (!late.aborted || job.signal.aborted) throw error;
    return { name: target.name, status: null, note: `not whole ${job.startSeconds} s after the start` };
  }
}

async function runChild(
  { place, plan, folder, signal }: MicroJob,
  target: Target,
  seconds: number,
): Promise<MicroOutcome> {
  const order: MicroOrder = { place, target, warmUpSeconds: plan.warmUpSeconds, seconds };
  signal.throwIfAborted();
  const child = fork(join(import.meta.dirname, "micro-child.js"), [JSON.stringify(order)], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    signal,
    killSignal: "SIGKILL", // the application may take the others for its own
  });
  const output = new LastLines(child);
  return await new Promise((resolve, reject) => {
    let outcome: MicroOutcome | null = null;
    child.once("message", (message) => {
      outcome = message as MicroOutcome; // see micro-child.ts
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (outcome !== null) resolve(outcome);
      else
        reject(
          new CliError(
            "E_CLI_BENCH_APP",
            `${target.name}: the application ended (exit code ${code}). ${output.tell()}`,
          ),
        );
    });
  });
}
