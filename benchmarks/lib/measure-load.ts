import { pinTo } from "./machine.ts";
import { noiseOf } from "./noise.ts";
import { cpuTime, ForeignLoad, residentBytes } from "./process-usage.ts";
import type { LeftOut, Part, Row } from "./result-file.ts";
import { type ServerCommand, startServer } from "./server-process.ts";
import { toFigure } from "./statistics.ts";
import { type Load, runWrk } from "./wrk.ts";

/** What one round of one server gave, by column. The first is what tables are ordered by. */
export type Sample = Readonly<Record<string, number>>;

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

/** Measures servers in turn, each round in fresh processes; one that fails is left out with the reason. */
export async function compareUnderLoad(
  contestants: readonly Contestant[],
  load: Load,
  options: Rounds,
): Promise<Omit<Part, "date">> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  const leftOut: LeftOut[] = [];
  const foreign: number[] = [];
  for (let round = 0; round < options.rounds; round++)
    for (const { name, command } of contestants) {
      if (!samples.has(name)) continue;
      try {
        const { sample, foreignCores } = await measure(command, load, options);
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

/** The figures of a contestant over its rounds. */
export function toRow(name: string, samples: readonly Sample[]): Row {
  const columns = Object.keys(samples[0] ?? {});
  return {
    name,
    figures: Object.fromEntries(
      columns.map((column) => [column, toFigure(samples.map((sample) => sample[column] ?? Number.NaN))]),
    ),
  };
}

async function measure(
  command: ServerCommand,
  load: Load,
  { warmUpSeconds, aside = [] }: Rounds,
): Promise<{ sample: Sample; foreignCores: number }> {
  const server = await startServer(command);
  try {
    await runWrk(server.port, { ...load, seconds: warmUpSeconds }, pinTo("load"));
    const foreign = new ForeignLoad(aside);
    const before = cpuTime(server.pid);
    const report = await runWrk(server.port, load, pinTo("load"));
    const after = cpuTime(server.pid);
    const user = after.user - before.user;
    const system = after.system - before.system;
    const { requests, seconds, refused, socketErrors, p50Ms, p99Ms } = report;
    if (refused > 0) throw new Error(`${refused} of ${requests} requests were refused.`);
    if (socketErrors > requests / 1000) throw new Error(`${socketErrors} sockets failed.`);
    const sample = {
      "CPU us/request": ((user + system) / requests) * 1e6,
      "of it user": (user / requests) * 1e6,
      "requests/s": Math.round(requests / seconds),
      "p50 ms": p50Ms,
      "p99 ms": p99Ms,
      "RSS MB": Math.round(residentBytes(server.pid) / 1e6),
    };
    return { sample, foreignCores: foreign.cores(user + system) };
  } finally {
    await server.stop();
  }
}
