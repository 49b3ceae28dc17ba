import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIELD_NAMES, METHODS, statusText } from "@armature/http";

/** Where the tables stand that Rust reads. */
export const TABLES: string = join(import.meta.dirname, "../../../native/wire/src/tables.rs");

/** The tables of `@armature/http` as Rust: both languages number methods and field names alike, and write the same reasons. */
export function renderTables(): string {
  return [
    "//! Written by `npm run native:tables` from packages/http, which a test holds it against.",
    "",
    "/// The registered methods; the place of one is its number.",
    ...renderTexts("METHODS", METHODS),
    "",
    "/// The lower-case field names that requests carry most; the place of one, counted from 1, is its number.",
    ...renderTexts(
      "FIELD_NAMES",
      FIELD_NAMES.map((name) => name.toLowerCase()),
    ),
    "",
    "/// The registered status codes of final answers and their reasons.",
    ...renderReasons(),
    "",
  ].join("\n");
}

function renderTexts(name: string, texts: readonly string[]): string[] {
  return [
    `pub const ${name}: [&str; ${texts.length}] = [`,
    ...texts.map((text) => `    ${JSON.stringify(text)},`),
    "];",
  ];
}

function renderReasons(): string[] {
  const codes = Array.from({ length: 400 }, (_, at) => 200 + at).filter(
    (code) => statusText(code) !== statusText(0),
  );
  return [
    `pub const REASONS: [(u16, &str); ${codes.length}] = [`,
    ...codes.map((code) => `    (${code}, ${JSON.stringify(statusText(code))}),`),
    "];",
  ];
}

if (process.argv[1] === import.meta.filename) writeFileSync(TABLES, renderTables());
