import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { moduleOf } from "./contestants.ts";

/** What child.ts prints. */
export interface Outcome {
  readonly answer: string;
  readonly nanoseconds: number;
  readonly bytes: number;
}

/** How a child is run. */
export interface ChildOptions {
  /** Milliseconds to fill, or "bytes" for what is allocated. */
  readonly mode: string;
  /** The repository whose packages are measured. Default: this one. */
  readonly root?: string;
}

/**
 * Runs a benchmark of a contestant in a process of its own.
 * @throws Error where it fails, or its peer is not installed
 */
export function runChild(benchmark: string, contestant: string, { mode, root }: ChildOptions): Outcome {
  const heap = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];
  const child = [join(import.meta.dirname, "child.ts"), benchmark, contestant, moduleOf(contestant), mode];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    mode === "bytes" ? [...heap, ...child] : child,
    {
      encoding: "utf8",
      timeout: 60_000,
      env: root === undefined ? process.env : { ...process.env, ARMATURE_ROOT: root },
    },
  );
  if (status === 0) return JSON.parse(stdout) as Outcome; // see child.ts
  throw new Error(stderr.includes("ERR_MODULE_NOT_FOUND") ? "It is not installed." : stderr);
}
