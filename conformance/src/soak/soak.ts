import type { EngineName } from "../engine-by-name.ts";
import { ServerProcess, type Usage } from "../faults/server-process.ts";
import { growthPerRequest, type Reading } from "./growth.ts";
import { mixedLoad } from "./mixed-load.ts";

/** Bytes of heap that a request may leave behind. One object that is kept for each request would be more. */
const MOST_BYTES = 16;

/** Objects that may be there when all clients are gone: what the engine keeps for the next ones, whatever came before. */
const MOST_OBJECTS = 20;

/** How long to soak. */
export interface SoakOptions {
  readonly engine: EngineName;
  /** Rounds of mixed load before the first reading: caches fill, code is compiled. */
  readonly warmUp: number;
  /** Rounds of mixed load between two readings. */
  readonly rounds: number;
  /** Called behind each reading; gives whether to go on. */
  readonly next: (reading: SoakReading) => boolean;
}

/** What a soak has found so far. */
export interface SoakReading extends Reading {
  readonly usage: Usage;
}

/** The outcome of a soak. */
export interface SoakReport {
  readonly readings: readonly SoakReading[];
  readonly bytesPerRequest: number;
  /** What is wrong; empty where nothing is. */
  readonly faults: readonly string[];
}

/** Loads a server with all that clients do, and reads its memory when they are gone, again and again. */
export async function soak({ engine, warmUp, rounds, next }: SoakOptions): Promise<SoakReport> {
  await using server = await ServerProcess.start({ env: { ENGINE: engine } });
  const readings: SoakReading[] = [];
  let requests = await load(server, warmUp);
  do {
    requests += await load(server, rounds);
    const usage = await server.usage();
    readings.push({ requests, heapBytes: usage.memory.heapUsed, usage });
  } while (next(readings.at(-1) as SoakReading)); // one was pushed
  const bytesPerRequest = growthPerRequest(readings);
  return { readings, bytesPerRequest, faults: faultsOf(readings, bytesPerRequest) };
}

async function load(server: ServerProcess, rounds: number): Promise<number> {
  let requests = 0;
  for (let round = 0; round < rounds; round++) requests += await mixedLoad(server.port);
  await server.untilConnections(0);
  return requests;
}

function faultsOf(readings: readonly SoakReading[], bytesPerRequest: number): string[] {
  const { retained, descriptors } = (readings.at(-1) as SoakReading).usage; // a soak reads at least once
  const opened = descriptors - (readings[0] as SoakReading).usage.descriptors;
  const faults: string[] = [];
  if (bytesPerRequest > MOST_BYTES)
    faults.push(`each request leaves ${bytesPerRequest.toFixed(1)} bytes of heap`);
  for (const [name, count] of Object.entries(retained))
    if (count > MOST_OBJECTS) faults.push(`${count} ${name} are still there`);
  if (opened > MOST_OBJECTS) faults.push(`${opened} descriptors are still open`);
  return faults;
}
