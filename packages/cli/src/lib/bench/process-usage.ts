import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Whether this system tells what processes use: Linux does, in files. */
export const TELLS_USAGE: boolean = existsSync("/proc/self/stat");

const TICKS_PER_SECOND = TELLS_USAGE
  ? Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout) || 100
  : 100;

/** Seconds that processes have used, in their own code and in the kernel's. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** The time of a process with all of its threads, and of all that it started. */
export function cpuTime(pid: number): CpuTime {
  const times = treeOf(pid).map(statFields);
  const sum = (pick: (fields: readonly number[]) => number): number =>
    times.reduce((total, fields) => total + pick(fields), 0);
  return {
    user: sum(([user = 0, , ended = 0]) => user + ended),
    system: sum(([, system = 0, , ended = 0]) => system + ended),
  };
}

/** Bytes of memory that a process holds now, with all that it started. */
export function residentBytes(pid: number): number {
  return treeOf(pid).reduce((total, one) => total + residentOf(one), 0);
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
  const fields = readProc("stat").split("\n")[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0] = fields;
  return (user + nice + system + (fields[7] ?? 0)) / TICKS_PER_SECOND;
}

/** This process and those of its children that ended, and all of those aside. */
function ownSeconds(aside: readonly number[]): number {
  return [process.pid, ...aside.flatMap(treeOf)]
    .flatMap(statFields)
    .reduce((sum, seconds) => sum + seconds, 0);
}

/** `utime`, `stime`, and those of the children that ended, of /proc/PID/stat in seconds; the name may have spaces and brackets. */
function statFields(pid: number): number[] {
  const text = readProc(`${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).map((ticks) => Number(ticks) / TICKS_PER_SECOND);
}

function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(`${pid}/status`))?.[1] ?? 0) * 1024;
}

/** A process, and all that descend from it, by whichever of its threads. */
function treeOf(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) => numbersIn(readProc(`${pid}/task/${thread}/children`)));
  return [pid, ...children.flatMap(treeOf)];
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function numbersIn(text: string): number[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}

/** A file of the kernel; "" for a process that has ended meanwhile. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}
