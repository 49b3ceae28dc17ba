import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { readResults, ResultFile } from "./result-file.ts";

const PART = { rows: [], leftOut: [], noise: [] };

function inFolder(body: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "armature-results-"));
  try {
    body(join(folder, "results.json"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

suite("a result file", () => {
  test("keeps its parts when a run goes on", () => {
    inFolder((file) => {
      const run = { suite: "http", options: { rounds: 5 }, versions: { bun: "1" }, file };
      new ResultFile(run).add("json", PART);
      const second = new ResultFile({ ...run, resume: true });
      assert.ok(second.has("json"));
      second.add("user", PART);
      assert.deepEqual(Object.keys(readResults(file)?.parts ?? {}), ["json", "user"]);
    });
  });

  test("begins anew without resume, and where the runs are not comparable", () => {
    inFolder((file) => {
      const run = { suite: "http", options: { rounds: 5 }, versions: { bun: "1" }, file };
      new ResultFile(run).add("json", PART);
      assert.equal(new ResultFile(run).has("json"), false);
      assert.equal(new ResultFile({ ...run, options: { rounds: 1 }, resume: true }).has("json"), false);
      assert.equal(new ResultFile({ ...run, versions: { bun: "2" }, resume: true }).has("json"), false);
    });
  });

  test("is none where the file has another form", () => {
    inFolder((file) => {
      assert.equal(readResults(file), null);
      writeFileSync(file, '{"date":"2026-11-22"}');
      assert.equal(readResults(file), null);
    });
  });
});
