import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "oxc-parser";
import { childrenOf, lineAt, type SourceFile, walk } from "./source-file.ts";
import type { Problem, Rule, Workspace } from "./workspace.ts";

const TABLE = "docs/guides/limits.md";
/** Objects that hold the defaults of limits. */
const DEFAULTS = /^DEFAULT_(\w+_)?LIMITS$/;
/** Codes that say that a limit was reached. */
const OF_LIMITS = /_(TOO_[A-Z]+|TIMEOUT|FULL)$/;

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly file: string;
  readonly line: number;
}

/** A status that the source answers with a code. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly file: string;
  readonly line: number;
}

interface Row {
  readonly name: string;
  readonly byDefault: string;
  readonly answer: string;
  readonly codes: readonly string[];
  readonly line: number;
}

/** Every limit stands in the table of docs/guides/limits.md with its default, its status and its code. */
export const limits: Rule = {
  name: "limits",
  check: (workspace) => {
    const files = sourcesOf(workspace);
    const known = files.flatMap(limitsIn);
    const refusals = files.flatMap(refusalsIn);
    const rows = readTable(workspace.root);
    return [
      ...missingRows(known, rows),
      ...rows.flatMap((row) => [...wrongDefaults(row, known), ...wrongCodes(row, refusals)]),
      ...missingCodes(refusals, rows),
    ];
  },
};

/** A default as the table writes it: "16 KiB", "30 s", "10,000". */
export function writeDefault(name: string, value: number): string {
  if (name.endsWith("Bytes")) return inUnits(value, 1024, ["bytes", "KiB", "MiB", "GiB"]);
  if (name.endsWith("Ms")) return inUnits(value, 1000, ["ms", "s"]);
  return value.toLocaleString("en-US");
}

function inUnits(value: number, step: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  for (; unit < units.length - 1 && rest !== 0 && rest % step === 0; unit++) rest /= step;
  return `${rest} ${units[unit]}`;
}

function sourcesOf({ members }: Workspace): SourceFile[] {
  return members
    .filter(({ published }) => published)
    .flatMap(({ files }) => files)
    .filter(({ kind }) => kind === "source");
}

function limitsIn(file: SourceFile): Limit[] {
  const found: Limit[] = [];
  walk(file.program, (node) => {
    if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier") return;
    if (DEFAULTS.test(node.id.name) && node.init !== null) found.push(...membersOf(file, node.init));
  });
  return found;
}

/** The numbers of an object, frozen or not. */
function membersOf(file: SourceFile, init: Node): Limit[] {
  if (init.type !== "ObjectExpression") return childrenOf(init).flatMap((child) => membersOf(file, child));
  return init.properties.flatMap((property) => {
    if (property.type !== "Property" || property.key.type !== "Identifier") return [];
    const value = numberOf(property.value);
    if (value === null) return [];
    return [{ name: property.key.name, value, file: file.path, line: lineAt(file.text, property.start) }];
  });
}

/** The value of "8 * 1024" and the like. */
function numberOf(node: Node): number | null {
  if (node.type === "Literal") return typeof node.value === "number" ? node.value : null;
  if (node.type !== "BinaryExpression" || node.operator !== "*") return null;
  const left = numberOf(node.left);
  const right = numberOf(node.right);
  return left === null || right === null ? null : left * right;
}

/** Calls such as `fault(408, "E_CODE", ...)` and `new HttpError(408, "E_CODE", ...)`. */
function refusalsIn(file: SourceFile): Refusal[] {
  const found: Refusal[] = [];
  walk(file.program, (node) => {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    const [status, code] = node.arguments;
    if (status?.type !== "Literal" || typeof status.value !== "number") return;
    if (code?.type !== "Literal" || typeof code.value !== "string" || !code.value.startsWith("E_")) return;
    const line = lineAt(file.text, node.start);
    found.push({ status: status.value, code: code.value, file: file.path, line });
  });
  return found;
}

/** Rows look like "| `maxBytes` | 1 KiB | what it bounds | 413 | `E_CODE` |". */
function readTable(root: string): Row[] {
  const path = join(root, TABLE);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  return lines.flatMap((text, at) => {
    const cells = text.split("|").map((cell) => cell.trim());
    const name = /^`(\w+)`$/.exec(cells[1] ?? "")?.[1];
    if (name === undefined || cells.length !== 7) return [];
    const [, , byDefault = "", , answer = "", codes = ""] = cells;
    return [{ name, byDefault, answer, codes: codes.match(/E_[A-Z0-9_]+/g) ?? [], line: at + 1 }];
  });
}

function missingRows(known: readonly Limit[], rows: readonly Row[]): Problem[] {
  return known
    .filter(({ name }) => !rows.some((row) => row.name === name))
    .map(({ name, file, line }) => ({ file, line, message: `${name} is not in ${TABLE}; add a row.` }));
}

function wrongDefaults({ name, byDefault, line }: Row, known: readonly Limit[]): Problem[] {
  const limit = known.find((each) => each.name === name);
  if (limit === undefined)
    return [{ file: TABLE, line, message: `There is no limit ${name}; remove the row.` }];
  const written = writeDefault(name, limit.value);
  if (byDefault === written) return [];
  return [{ file: TABLE, line, message: `The default of ${name} is "${written}", not "${byDefault}".` }];
}

function wrongCodes({ name, answer, codes, line }: Row, refusals: readonly Refusal[]): Problem[] {
  return codes.flatMap((code) => {
    const statuses = refusals.filter((each) => each.code === code).map(({ status }) => status);
    if (statuses.length === 0 || statuses.some((status) => answer.includes(String(status)))) return [];
    const message = `${name} is answered ${statuses.join(" or ")} with ${code}, not "${answer}".`;
    return [{ file: TABLE, line, message }];
  });
}

/** A refusal for a limit whose limit has a row that does not say so. */
function missingCodes(refusals: readonly Refusal[], rows: readonly Row[]): Problem[] {
  const listed = new Set(rows.flatMap(({ codes }) => codes));
  return refusals
    .filter(
      ({ code, file }) => OF_LIMITS.test(code) && file.startsWith("packages/engine/") && !listed.has(code),
    )
    .map(({ code, file, line }) => ({
      file,
      line,
      message: `${code} has no limit in ${TABLE}; name it there.`,
    }));
}
