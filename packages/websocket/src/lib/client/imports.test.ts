import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

/** What a file imports at run time. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?["']([^"']+)["']/g)].map(([, specifier = ""]) => specifier);
}

test("what front ends run imports nothing but its own files, so that browsers can have it as it is", () => {
  const files = new Set([join(import.meta.dirname, "../../client.js")]);
  const foreign: string[] = [];
  // What is added while the loop runs is visited too.
  for (const file of files)
    for (const specifier of importsOf(file)) {
      const target = join(dirname(file), specifier);
      if (specifier.startsWith(".") && existsSync(target)) files.add(target);
      else foreign.push(`${file}: ${specifier}`);
    }
  assert.ok(files.size > 10);
  assert.deepEqual(foreign, []);
});
