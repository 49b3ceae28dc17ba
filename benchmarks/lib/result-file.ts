import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeMachine, parseResults, type Part, type Results } from "@armature/cli/bench";
import { PINNED } from "./machine.ts";

/** What a suite is run with. */
export interface RunOptions {
  readonly suite: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  /** Default: benchmarks/results/DATE-SUITE.json */
  readonly file?: string | undefined;
  /** Keeps the parts that the file has of the same options and versions. */
  readonly resume?: boolean | undefined;
}

/** A result file that is written after each part, so that a run that is cut short loses one part at most. */
export class ResultFile {
  readonly path: string;
  #results: Results;

  constructor({ suite, options, versions, file, resume = false }: RunOptions) {
    const date = new Date().toISOString();
    this.path = file ?? join(import.meta.dirname, "../results", `${date.slice(0, 10)}-${suite}.json`);
    const fresh = { suite, date, machine: describeMachine({ pinned: PINNED }), options, versions, parts: {} };
    const old = resume ? readResults(this.path) : null;
    this.#results = old !== null && isSameRun(old, fresh) ? old : fresh;
  }

  has(part: string): boolean {
    return Object.hasOwn(this.#results.parts, part);
  }

  add(name: string, part: Omit<Part, "date">): void {
    const parts = { ...this.#results.parts, [name]: { date: new Date().toISOString(), ...part } };
    this.#results = { ...this.#results, parts };
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, `${JSON.stringify(this.#results, null, 2)}\n`);
  }
}

/** Reads a result file; `null` where there is none, or it is of another kind. */
export function readResults(path: string): Results | null {
  return existsSync(path) ? parseResults(readFileSync(path, "utf8")) : null;
}

/** Parts of two runs may stand in one file only where they are comparable. */
export function isSameRun(a: Results, b: Results): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({ suite, options, versions, machine }: Results): string {
  return JSON.stringify([suite, options, versions, machine.cpu, machine.cores, machine.node]);
}
