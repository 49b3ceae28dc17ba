import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout) || 100;

/** Seconds that a process has used, in its own code and in the kernel's. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** The time of a process with all of its threads. */
export function cpuTime(pid: number): CpuTime {
  const [user = 0, system = 0] = statFields(pid);
  return { user, system };
}

/** `utime`, `stime`, and those of the children that ended, of /proc/PID/stat in seconds; the name may have spaces and brackets. */
function statFields(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).map((ticks) => Number(ticks) / TICKS_PER_SECOND);
}

/** Bytes of memory that a process holds now. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

/** Counts what all that is not measured takes from the processors: what makes a run noisy. */
export class ForeignLoad {
  readonly #start: number = performance.now();
  readonly #busy: number = busySeconds();
  readonly #own: number;
  readonly #aside: readonly number[];

  /** @param aside processes that serve the measured one and are no noise, with all that they start */
  constructor(aside: readonly number[] = []) {
    this.#aside = aside;
    this.#own = ownSeconds(aside);
  }

  /** Processors that others kept busy, on average since the start; `measured` are the seconds of a server that has not ended yet. */
  cores(measured: number): number {
    const seconds = (performance.now() - this.#start) / 1000;
    const foreign = busySeconds() - this.#busy - (ownSeconds(this.#aside) - this.#own) - measured;
    return Math.max(0, foreign / seconds);
  }
}

/** Time of interrupts is left out: traffic of the loopback device counts there too. */
function busySeconds(): number {
  const fields = readFileSync("/proc/stat", "utf8").split("\n")[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0] = fields;
  return (user + nice + system + (fields[7] ?? 0)) / TICKS_PER_SECOND;
}

function ownSeconds(aside: readonly number[]): number {
  return [process.pid, ...aside.flatMap((pid) => [pid, ...childrenOf(pid)])]
    .flatMap(statFields)
    .reduce((sum, seconds) => sum + seconds, 0);
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? [] : children.split(" ").map(Number);
}
