import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { renderTables, TABLES } from "./tables.ts";

test("the tables that Rust reads are those of packages/http", () => {
  assert.equal(readFileSync(TABLES, "utf8"), renderTables(), "run npm run native:tables");
});
