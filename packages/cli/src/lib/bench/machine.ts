import { arch, cpus, loadavg, release, totalmem, type } from "node:os";

/** What a run was made on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** The load average of the last minute when the run began; 0 on a quiet machine. */
  readonly loadAverage: number;
  /** Whether server and load generator have a core each. */
  readonly pinned: boolean;
}

/** This machine; `pinned` is what the caller sees to. */
export function describeMachine({ pinned }: Pick<Machine, "pinned">): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    loadAverage: Number((loadavg()[0] ?? 0).toFixed(2)),
    pinned,
  };
}
