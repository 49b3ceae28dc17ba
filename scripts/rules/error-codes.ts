import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lineAt, type SourceFile, walk } from "./source-file.ts";
import type { Problem, Rule, Workspace } from "./workspace.ts";

const TABLE = "docs/errors.md";
const CODE = /^E_[A-Z0-9]+(_[A-Z0-9]+)*$/;

/** Where a code is written in the source, or in the table. */
export interface CodePlace {
  readonly code: string;
  readonly file: string;
  readonly line: number;
}

interface Row extends CodePlace {
  readonly complete: boolean;
}

/** Every error code of the source stands in the table of docs/errors.md, and the other way round. */
export const errorCodes: Rule = {
  name: "error-codes",
  check: (workspace) => {
    const used = collectCodes(workspace);
    const rows = readTable(workspace.root);
    return [...missingRows(used, rows), ...staleRows(used, rows), ...brokenRows(rows)];
  },
};

/** The first place of each code in the source of published packages, sorted by code. */
export function collectCodes(workspace: Workspace): CodePlace[] {
  const files = workspace.members.filter(({ published }) => published).flatMap(({ files: all }) => all);
  const first = new Map<string, CodePlace>();
  for (const place of files.filter(({ kind }) => kind === "source").flatMap(codesOf))
    if (!first.has(place.code)) first.set(place.code, place);
  return [...first.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** Codes of the source that the table lacks. */
export function undocumentedCodes(workspace: Workspace): CodePlace[] {
  const known = new Set(readTable(workspace.root).map(({ code }) => code));
  return collectCodes(workspace).filter(({ code }) => !known.has(code));
}

/** String literals only: an example in a doc comment is no code of ours. */
function codesOf(file: SourceFile): CodePlace[] {
  const found: CodePlace[] = [];
  walk(file.program, (node) => {
    if (node.type !== "Literal" || typeof node.value !== "string" || !CODE.test(node.value)) return;
    found.push({ code: node.value, file: file.path, line: lineAt(file.text, node.start) });
  });
  return found;
}

/** Rows look like "| `E_CODE` | 400 | what to do |". */
function readTable(root: string): Row[] {
  const path = join(root, TABLE);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  return lines.flatMap((line, at) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const code = /^`(E_[A-Z0-9_]+)`$/.exec(cells[1] ?? "")?.[1];
    if (code === undefined) return [];
    const complete = cells.length === 5 && cells.slice(1, 4).every((cell) => cell !== "");
    return [{ code, file: TABLE, line: at + 1, complete }];
  });
}

function missingRows(used: readonly CodePlace[], rows: readonly Row[]): Problem[] {
  const known = new Set(rows.map(({ code }) => code));
  return used
    .filter(({ code }) => !known.has(code))
    .map(({ code, file, line }) => ({ file, line, message: `${code} is not in ${TABLE}; add a row.` }));
}

function staleRows(used: readonly CodePlace[], rows: readonly Row[]): Problem[] {
  const known = new Set(used.map(({ code }) => code));
  return rows
    .filter(({ code }) => !known.has(code))
    .map(({ code, file, line }) => ({
      file,
      line,
      message: `${code} is not in the source; remove the row.`,
    }));
}

function brokenRows(rows: readonly Row[]): Problem[] {
  const seen = new Set<string>();
  return rows.flatMap(({ code, file, line, complete }) => {
    const twice = seen.has(code);
    seen.add(code);
    if (twice) return [{ file, line, message: `${code} has two rows; keep one.` }];
    return complete
      ? []
      : [{ file, line, message: `The row of ${code} needs a code, when it happens and what to do.` }];
  });
}
