import type { Machine } from "./machine.ts";
import type { Figure } from "./statistics.ts";

/** One line of a table: what was measured, and its figures by column. The first column is what the table is about. */
export interface Row {
  readonly name: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** What could not be measured, and why. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** One table of a run. */
export interface Part {
  readonly date: string;
  readonly rows: readonly Row[];
  readonly leftOut: readonly LeftOut[];
  /** Why the figures are not to be trusted; empty for a quiet run. */
  readonly noise: readonly string[];
}

/** A run: what was measured, on what, and how. */
export interface Results {
  readonly suite: string;
  readonly date: string;
  readonly machine: Machine;
  readonly options: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, Part>>;
}

/** What one round gave, by column. */
export type Sample = Readonly<Record<string, number>>;

/** Reads a run as it stands in a file; `null` where the text is something else. */
export function parseResults(text: string): Results | null {
  try {
    const value: unknown = JSON.parse(text);
    return isResults(value) ? value : null;
  } catch {
    return null;
  }
}

function isResults(value: unknown): value is Results {
  return (
    isRecord(value) &&
    typeof value["suite"] === "string" &&
    typeof value["date"] === "string" &&
    isMachine(value["machine"]) &&
    isRecordOf(value["options"], isScalar) &&
    isRecordOf(value["versions"], isText) &&
    isRecordOf(value["parts"], isPart)
  );
}

function isMachine(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value["cpu"], value["system"], value["node"]].every(isText) &&
    [value["cores"], value["memoryGb"], value["loadAverage"]].every(isNumber) &&
    typeof value["pinned"] === "boolean"
  );
}

function isPart(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value["date"]) &&
    isListOf(value["rows"], isRow) &&
    isListOf(value["leftOut"], isLeftOut) &&
    isListOf(value["noise"], isText)
  );
}

function isRow(value: unknown): boolean {
  return isRecord(value) && isText(value["name"]) && isRecordOf(value["figures"], isFigure);
}

function isFigure(value: unknown): boolean {
  return isRecord(value) && [value["median"], value["min"], value["max"]].every(isNumber);
}

function isLeftOut(value: unknown): boolean {
  return isRecord(value) && isText(value["name"]) && isText(value["why"]);
}

function isScalar(value: unknown): boolean {
  return isText(value) || isNumber(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isRecordOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every(isItem);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
