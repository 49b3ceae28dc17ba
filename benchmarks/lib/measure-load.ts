import {
  type LeftOut,
  type Load,
  type LoadReport,
  noiseOf,
  type Part,
  runWrk,
  type Sample,
  toFigure,
  toRow,
  watchLoad,
} from "@armature/cli/bench";
import { pinTo } from "./machine.ts";
import { type ServerCommand, startServer } from "./server-process.ts";

/** A program of a comparison. */
export interface Contestant {
  readonly name: string;
  readonly command: ServerCommand;
}

/** How long each round loads a server. */
export interface Rounds {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  /** Processes that the servers need, as a database: they are no noise. */
  readonly aside?: readonly number[];
}

/** What one measurement of one contestant gave. */
export interface Measured {
  readonly sample: Sample;
  /** Processors that others kept busy meanwhile. */
  readonly foreignCores: number;
}

/** Measures servers in turn under the load of wrk, each round in fresh processes; one that fails is left out with the reason. */
export async function compareUnderLoad(
  contestants: readonly Contestant[],
  load: Load,
  options: Rounds,
): Promise<Omit<Part, "date">> {
  return await compareInTurn(
    contestants,
    options.rounds,
    async ({ command }) => await measure(command, load, options),
  );
}

/** Measures contestants in turn, round by round; one that fails is left out with the reason. */
export async function compareInTurn<TContestant extends { readonly name: string }>(
  contestants: readonly TContestant[],
  rounds: number,
  measureOne: (contestant: TContestant) => Promise<Measured>,
): Promise<Omit<Part, "date">> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  const leftOut: LeftOut[] = [];
  const foreign: number[] = [];
  for (let round = 0; round < rounds; round++)
    for (const contestant of contestants) {
      const { name } = contestant;
      if (!samples.has(name)) continue;
      try {
        const { sample, foreignCores } = await measureOne(contestant);
        samples.get(name)?.push(sample);
        foreign.push(foreignCores);
      } catch (error) {
        samples.delete(name);
        leftOut.push({ name, why: error instanceof Error ? error.message : String(error) });
      }
    }
  const rows = [...samples].map(([name, list]) => toRow(name, list));
  return { rows, leftOut, noise: noiseOf(rows, toFigure(foreign).median) };
}

async function measure(
  command: ServerCommand,
  load: Load,
  { warmUpSeconds, aside = [] }: Rounds,
): Promise<Measured> {
  const server = await startServer(command);
  try {
    const run = async (seconds: number): Promise<LoadReport> =>
      await runWrk({ origin: `http://127.0.0.1:${server.port}`, load: { ...load, seconds } }, pinTo("load"));
    await run(warmUpSeconds);
    const { report, usage } = await watchLoad(server.pid, async () => await run(load.seconds), aside);
    if (usage === null) throw new Error("This system does not tell what processes use.");
    const { user, system } = usage.cpu;
    const { requests, seconds, refused, socketErrors, p50Ms, p99Ms } = report;
    if (refused > 0) throw new Error(`${refused} of ${requests} requests were refused.`);
    if (socketErrors > requests / 1000) throw new Error(`${socketErrors} sockets failed.`);
    const sample = {
      "CPU us/request": ((user + system) / requests) * 1e6,
      "of it user": (user / requests) * 1e6,
      "requests/s": Math.round(requests / seconds),
      "p50 ms": p50Ms,
      "p99 ms": p99Ms,
      "RSS MB": Math.round(usage.peakBytes / 1e6),
    };
    return { sample, foreignCores: usage.foreignCores };
  } finally {
    await server.stop();
  }
}
