import { isMoreBetter } from "./columns.ts";
import type { Part, Row } from "./results.ts";
import { type Figure, spreadOf } from "./statistics.ts";

/** A part as texts, for whatever draws tables. The first cell of a row is its name. */
export interface PartTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What was left out, what is better than the base, and the noise. */
  readonly notes: readonly string[];
}

/** How a part becomes a table. */
export interface TableOptions {
  /** The row that the others are held against: they get a column that says what they are of it, with ▲ where they are better. */
  readonly base?: string | undefined;
  /** Where the spread of the rounds stands: behind the first column, or in every cell. Default "first". */
  readonly spread?: "first" | "all";
}

/** The lines of a part, the best one first. */
export function toPartTable(part: Part, { base, spread = "first" }: TableOptions = {}): PartTable {
  const columns = Object.keys(part.rows[0]?.figures ?? {});
  const [first = ""] = columns;
  const sign = isMoreBetter(first) ? -1 : 1;
  const rows = part.rows.toSorted((a, b) => sign * (valueOf(a, first) - valueOf(b, first)));
  const baseValue = valueOf(
    rows.find(({ name }) => name === base),
    first,
  );
  const ahead = (row: Row): boolean => sign * valueOf(row, first) < sign * baseValue;
  const extra = Number.isNaN(baseValue) ? [] : [`of ${base}`];
  const cellsOf = (row: Row): string[] => {
    const cells = columns.map((column) => cellOf(row.figures[column], spread === "all"));
    const own = spread === "all" ? [] : [spreadText(row.figures[first])];
    const ratio = extra.map(() => `${ratioOf(row, first, baseValue)}${ahead(row) ? " ▲" : ""}`);
    return [row.name, ...cells.slice(0, 1), ...own, ...ratio, ...cells.slice(1)];
  };
  const better = rows.filter(ahead).map((row) => `${row.name} (${ratioOf(row, first, baseValue)})`);
  return {
    heads: ["", first, ...(spread === "all" ? [] : ["spread"]), ...extra, ...columns.slice(1)],
    rows: rows.map(cellsOf),
    notes: [...(better.length > 0 ? [`▲ ${base} is behind ${better.join(", ")}.`] : []), ...notesOf(part)],
  };
}

function notesOf({ leftOut, noise }: Part): string[] {
  return [
    ...leftOut.map(({ name, why }) => `Left out: ${name}. ${why}`),
    ...noise.map((note) => `Noise: ${note}`),
  ];
}

function valueOf(row: Row | undefined, column: string): number {
  return row?.figures[column]?.median ?? Number.NaN;
}

function ratioOf(row: Row, column: string, base: number): string {
  return (valueOf(row, column) / base).toFixed(2);
}

function cellOf(figure: Figure | undefined, withSpread: boolean): string {
  const text = toNumber(figure?.median ?? Number.NaN);
  return withSpread && figure !== undefined && figure.min !== figure.max
    ? `${text} ${spreadText(figure)}`
    : text;
}

/** Half of the way from the lowest to the highest round, as "±5 %". */
export function spreadText(figure: Figure | undefined): string {
  return figure === undefined ? "" : `±${(spreadOf(figure) * 100).toFixed(0)} %`;
}

/** Three digits, as people read them; "" for what is no number. */
export function toNumber(value: number): string {
  if (Number.isNaN(value)) return "";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return Number(value.toPrecision(3)).toString();
}
