import type { LoadReport } from "./load.ts";
import { type CpuTime, cpuTime, ForeignLoad, residentBytes, TELLS_USAGE } from "./process-usage.ts";

const SAMPLE_MS = 100;

/** What a load did to a server. */
export interface LoadSample<TReport = LoadReport> {
  readonly report: TReport;
  /** What the server took of the machine; `null` where it is not known. */
  readonly usage: LoadUsage | null;
}

/** What a server takes of a machine. */
export interface LoadUsage {
  readonly cpu: CpuTime;
  /** Bytes of resident memory at their highest. */
  readonly peakBytes: number;
  /** Processors that others kept busy meanwhile. */
  readonly foreignCores: number;
}

/**
 * Runs a load, and looks at the process that serves it, with all that it started.
 * @param pid the server; `null` where it is not known, as on another machine
 * @param aside processes that the server needs, as a database: they are no noise
 */
export async function watchLoad<TReport = LoadReport>(
  pid: number | null,
  run: () => Promise<TReport>,
  aside: readonly number[] = [],
): Promise<LoadSample<TReport>> {
  if (pid === null || !TELLS_USAGE) return { report: await run(), usage: null };
  const foreign = new ForeignLoad(aside);
  const before = cpuTime(pid);
  let peakBytes = residentBytes(pid);
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes(pid));
  }, SAMPLE_MS);
  try {
    const report = await run();
    const after = cpuTime(pid);
    const cpu = { user: after.user - before.user, system: after.system - before.system };
    peakBytes = Math.max(peakBytes, residentBytes(pid));
    return { report, usage: { cpu, peakBytes, foreignCores: foreign.cores(cpu.user + cpu.system) } };
  } finally {
    clearInterval(timer);
  }
}
