import { isCompared, isMoreBetter } from "./columns.ts";
import { spreadText, toNumber } from "./part-table.ts";
import type { Results, Row } from "./results.ts";
import type { Figure } from "./statistics.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** How one figure changed. */
export interface Change {
  readonly name: string;
  readonly column: string;
  readonly base: Figure;
  readonly now: Figure;
  /** Now of the base: 1.1 is a tenth more, whether that is better or worse. */
  readonly ratio: number;
  readonly kind: "worse" | "better" | "same" | "unclear";
}

/** Two runs beside each other. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** What keeps the runs from being comparable, or is only in one of them. */
  readonly notes: readonly string[];
}

const KINDS: Readonly<Record<Verdict["kind"], Change["kind"]>> = {
  slower: "worse",
  faster: "better",
  same: "same",
  unclear: "unclear",
};

/** Holds a run against another; `threshold` is the share by which figures may be apart, e.g. 0.1. */
export function compareResults(base: Results, now: Results, threshold: number): Comparison {
  const before = rowsOf(base);
  const after = rowsOf(now);
  const changes = [...after].flatMap(([name, row]) => {
    const old = before.get(name);
    return old === undefined ? [] : changesOf(old, row, threshold);
  });
  const onlyBefore = [...before.keys()].filter((name) => !after.has(name));
  const onlyAfter = [...after.keys()].filter((name) => !before.has(name));
  return {
    changes,
    notes: [
      ...differencesOf(base, now),
      ...onlyBefore.map((name) => `${name} is only in the base.`),
      ...onlyAfter.map((name) => `${name} is only in this run.`),
    ],
  };
}

function rowsOf({ parts }: Results): Map<string, Row> {
  return new Map(Object.values(parts).flatMap(({ rows }) => rows.map((row) => [row.name, row] as const)));
}

function changesOf(base: Row, now: Row, threshold: number): Change[] {
  return Object.entries(now.figures).flatMap(([column, figure]) => {
    const old = base.figures[column];
    return old === undefined || !isCompared(column)
      ? []
      : [changeOf(now.name, column, { base: old, now: figure, threshold })];
  });
}

interface Pair {
  readonly base: Figure;
  readonly now: Figure;
  readonly threshold: number;
}

function changeOf(name: string, column: string, { base, now, threshold }: Pair): Change {
  const isMore = isMoreBetter(column);
  const { kind } = verdictOf(isMore ? inverse(base) : base, isMore ? inverse(now) : now, 1 + threshold);
  const ratio = now.median === base.median ? 1 : now.median / base.median;
  return { name, column, base, now, ratio, kind: KINDS[kind] };
}

/** What is better where it is more, as what is better where it is less. */
function inverse({ median, min, max }: Figure): Figure {
  return { median: 1 / median, min: 1 / max, max: 1 / min };
}

/** Settings and machines that are not the same; where the programs stand makes no difference. */
function differencesOf(base: Results, now: Results): string[] {
  const before = settingsOf(base);
  const after = settingsOf(now);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .map(
      (name) =>
        `Not the same ${name}: ${before[name] ?? "unknown"} in the base, ${after[name] ?? "unknown"} now.`,
    );
}

function settingsOf({ machine, options }: Results): Readonly<Record<string, string | number>> {
  const { program: _program, ...settings } = options;
  const { cpu, cores, memoryGb, system, node } = machine;
  return { ...settings, "CPU of the machine": cpu, cores, "memory (GB)": memoryGb, system, node };
}

/** The lines of a comparison: a head, then a line for each figure. */
export function toCompareTable({ changes }: Comparison): string[][] {
  return [
    ["", "", "base", "now", "now/base", ""],
    ...changes.map(({ name, column, base, now, ratio, kind }) => [
      name,
      column,
      withSpread(base),
      withSpread(now),
      Number.isFinite(ratio) ? ratio.toFixed(2) : "-",
      kind === "unclear" ? "within the spread" : kind,
    ]),
  ];
}

function withSpread(figure: Figure): string {
  return `${toNumber(figure.median)} ${spreadText(figure)}`;
}
