import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./fixture.ts";
import { limits, writeDefault } from "./limits.ts";

const ROOM = "packages/engine/src/lib/extra.ts";
const TABLE = "docs/guides/limits.md";
const LIMITS = "export const DEFAULT_LIMITS = Object.freeze({ maxBytes: 8 * 1024 });\n";
const FAULT = 'export const full = fault(431, "E_SIZE_TOO_LARGE", "Too large.");\n';
const ROW = "| `maxBytes` | 8 KiB | a size | 431 | `E_SIZE_TOO_LARGE` |\n";

test("a table that fits the source has no problem", () => {
  assert.deepEqual(findings(limits, { [ROOM]: LIMITS + FAULT, [TABLE]: ROW }), []);
});

test("a limit without a row is found where its default is", () => {
  assert.deepEqual(findings(limits, { [ROOM]: "const DEFAULT_HTTP2_LIMITS = { maxStreams: 100 };\n" }), [
    `${ROOM}: maxStreams is not in ${TABLE}; add a row.`,
  ]);
});

test("a row without a limit, and a default that is not the source's, are found", () => {
  const gone = "| `gone` | 1 | nothing | close | |\n";
  assert.deepEqual(findings(limits, { [TABLE]: gone }), [
    `${TABLE}: There is no limit gone; remove the row.`,
  ]);
  const files = { [ROOM]: LIMITS + FAULT, [TABLE]: ROW.replace("8 KiB", "9 KiB") };
  assert.deepEqual(findings(limits, files), [`${TABLE}: The default of maxBytes is "8 KiB", not "9 KiB".`]);
});

test("a status that is not the source's is found", () => {
  const files = { [ROOM]: LIMITS + FAULT, [TABLE]: ROW.replace("| 431", "| 413, then close") };
  assert.deepEqual(findings(limits, files), [
    `${TABLE}: maxBytes is answered 431 with E_SIZE_TOO_LARGE, not "413, then close".`,
  ]);
});

test("a refusal for a limit that no row names is found", () => {
  const files = {
    [ROOM]: `${LIMITS}${FAULT}throw new HttpError(503, "E_LATE_TIMEOUT", "Late.");\n`,
    [TABLE]: ROW,
  };
  assert.deepEqual(findings(limits, files), [
    `${ROOM}: E_LATE_TIMEOUT has no limit in ${TABLE}; name it there.`,
  ]);
});

test("defaults are written in their units", () => {
  assert.equal(writeDefault("maxBytes", 1024 * 1024), "1 MiB");
  assert.equal(writeDefault("maxBytes", 100), "100 bytes");
  assert.equal(writeDefault("maxBytes", 0), "0 bytes");
  assert.equal(writeDefault("timeoutMs", 300_000), "300 s");
  assert.equal(writeDefault("timeoutMs", 1_500), "1500 ms");
  assert.equal(writeDefault("maxRequests", 10_000), "10,000");
});
