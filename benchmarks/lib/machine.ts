import { spawnSync } from "node:child_process";
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

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

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    loadAverage: Number((loadavg()[0] ?? 0).toFixed(2)),
    pinned: canPin(),
  };
}

function canPin(): boolean {
  return availableParallelism() >= 2 && spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;
}

const PINNED = canPin();

/** What a command is started with so that the server has one core and the load generator another. */
export function pinTo(role: "server" | "load"): readonly string[] {
  return PINNED ? ["taskset", "-c", role === "server" ? "0" : "1"] : [];
}
