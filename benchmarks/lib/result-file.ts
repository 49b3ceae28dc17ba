import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeMachine, type Machine } from "./machine.ts";
import type { Figure } from "./statistics.ts";

/** One line of a table: what was measured, and its figures by column. The first column is what the table is about. */
export interface Row {
  readonly name: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** A program that could not be measured, and why. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** One table of a suite. */
export interface Part {
  readonly date: string;
  readonly rows: readonly Row[];
  readonly leftOut: readonly LeftOut[];
  /** Why the figures are not to be trusted; empty for a quiet run. */
  readonly noise: readonly string[];
}

/** What a suite writes to benchmarks/results. */
export interface Results {
  readonly suite: string;
  readonly date: string;
  readonly machine: Machine;
  readonly options: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, Part>>;
}

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
    const fresh = { suite, date, machine: describeMachine(), options, versions, parts: {} };
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

export function readResults(path: string): Results | null {
  if (!existsSync(path)) return null;
  const results = JSON.parse(readFileSync(path, "utf8")) as Partial<Results>; // written by this class, or by hand before it
  return results.suite === undefined || results.parts === undefined ? null : (results as Results); // both were looked at
}

/** Parts of two runs may stand in one file only where they are comparable. */
export function isSameRun(a: Results, b: Results): boolean {
  const keyOf = ({ suite, options, versions, machine }: Results): string =>
    JSON.stringify([suite, options, versions, machine.cpu, machine.cores, machine.node]);
  return keyOf(a) === keyOf(b);
}
