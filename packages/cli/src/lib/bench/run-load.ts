import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "../cli-error.ts";
import { AppProcess } from "./app-process.ts";
import type { BenchJob, Measured } from "./bench-job.ts";
import { askOnce, holdAnswers, toLine } from "./first-answers.ts";
import type { LoadGenerator, LoadReport } from "./load.ts";
import { noiseOf } from "./noise.ts";
import { residentBytes } from "./process-usage.ts";
import type { LeftOut, Sample } from "./results.ts";
import { toRow } from "./rows.ts";
import { median } from "./statistics.ts";
import type { Target } from "./targets.ts";
import { type LoadSample, watchLoad } from "./watch-load.ts";

/** What memory is given to come down in behind a load. */
const SETTLE_MS = 500;

/** A server to load: a program that is started for each round, or one that runs. */
export interface LoadJob extends BenchJob {
  readonly server: ServerSource;
  readonly generator: LoadGenerator;
}

/** Where the server is. */
export type ServerSource =
  | { readonly words: readonly string[]; readonly port: number | null; readonly startSeconds: number }
  | { readonly origin: string; readonly pid: number | null };

/** A server while it is measured. */
interface Server {
  readonly origin: string;
  readonly pid: number | null;
  guard<T>(work: Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/**
 * Loads every target in turn, round after round; a program is started anew for each round.
 * @throws CliError `E_CLI_BENCH_APP`, `E_CLI_BENCH_ANSWER`
 */
export async function runLoad(job: LoadJob): Promise<Measured> {
  const samples = new Map<string, Sample[]>(job.targets.map(({ name }) => [name, []]));
  const foreign: number[] = [];
  for (let round = 0; round < job.plan.rounds; round++) {
    const server = await open(job);
    try {
      if (round === 0) await look(job, server);
      for (const target of job.targets) {
        job.progress.step(`${target.name}, round ${round + 1} of ${job.plan.rounds}`);
        const { sample, foreignCores } = await measureGuarded(job, server, target);
        samples.get(target.name)?.push(sample);
        if (foreignCores !== null) foreign.push(foreignCores);
      }
    } finally {
      await server.stop();
    }
  }
  const rows = [...samples].map(([name, list]) => toRow(name, list));
  const noise = noiseOf(rows, foreign.length === 0 ? 0 : median(foreign));
  return { rows, leftOut: leftOutOf(job.server, foreign.length > 0), noise };
}

async function open({ server, folder, signal }: LoadJob): Promise<Server> {
  if ("words" in server) return await AppProcess.start({ ...server, folder, signal });
  return { ...server, guard: async (work) => await work, stop: async () => {} };
}

async function look({ targets, allowErrors, progress, signal }: LoadJob, server: Server): Promise<void> {
  const answers = await server.guard(askOnce(server.origin, targets, signal));
  progress.say(["Asked once, before the time is taken:", ...answers.map(toLine)].join("\n"));
  holdAnswers(answers, allowErrors);
}

interface Round {
  readonly sample: Sample;
  readonly foreignCores: number | null;
}

/** The load ends with the server, should that end first. */
async function measureGuarded(job: LoadJob, server: Server, target: Target): Promise<Round> {
  const over = new AbortController();
  try {
    const signal = AbortSignal.any([job.signal, over.signal]);
    return await server.guard(measure({ ...job, signal }, server, target));
  } finally {
    over.abort();
  }
}

async function measure(
  { plan, generator, signal }: LoadJob,
  { origin, pid }: Server,
  target: Target,
): Promise<Round> {
  const { connections, depth, seconds, warmUpSeconds } = plan;
  const run = async (duration: number): Promise<LoadReport> => {
    const load = { requests: [target], connections, depth, seconds: duration };
    const report = await generator.run({ origin, load, signal }).catch((cause: unknown) => {
      signal.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CliError("E_CLI_BENCH_ANSWER", `${target.name} could not be loaded: ${reason}`, { cause });
    });
    signal.throwIfAborted();
    return report;
  };
  if (warmUpSeconds > 0) await run(warmUpSeconds);
  const found = await watchLoad(pid, async () => await run(seconds));
  await delay(SETTLE_MS, undefined, { signal });
  return { sample: toSample(target, found, pid), foreignCores: found.usage?.foreignCores ?? null };
}

function toSample({ name }: Target, { report, usage }: LoadSample, pid: number | null): Sample {
  const { requests, seconds, bytes, refused, socketErrors } = report;
  if (requests === 0)
    throw new CliError(
      "E_CLI_BENCH_ANSWER",
      `${name} got no answer in ${seconds} s under load (${socketErrors} errors).`,
    );
  const cpu =
    usage === null ? {} : { "CPU us/request": ((usage.cpu.user + usage.cpu.system) / requests) * 1e6 };
  const memory =
    usage === null || pid === null
      ? {}
      : { "RSS MB": toMegabytes(usage.peakBytes), "RSS MB after": toMegabytes(residentBytes(pid)) };
  return {
    ...cpu,
    "requests/s": Math.round(requests / seconds),
    "p50 ms": report.p50Ms,
    "p90 ms": report.p90Ms,
    "p99 ms": report.p99Ms,
    ...memory,
    "bytes/request": Math.round(bytes / requests),
    "4xx/5xx": refused,
    "no answer": socketErrors,
  };
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}

function leftOutOf(server: ServerSource, isKnown: boolean): LeftOut[] {
  if (isKnown) return [];
  const why =
    "words" in server || server.pid !== null
      ? `It is not known on ${process.platform}.`
      : "It is not known of a server that was not started here; name its process with --pid.";
  return [{ name: "CPU time and memory of the server", why }];
}
