import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const DIST = join(import.meta.dirname, "..");

test("what front ends run imports nothing but itself, so that it runs wherever fetch does", () => {
  const files = globSync("**/*.js", { cwd: DIST }).filter((file) => !/\.test(-d)?\.js$|generate/.test(file));
  const foreign = files.flatMap((file) => {
    const text = readFileSync(join(DIST, file), "utf8");
    return [...text.matchAll(/(?:from|import)\s*\(?["']([^"']+)["']/g)].flatMap(([, specifier = ""]) =>
      specifier.startsWith(".") ? [] : [`${file}: ${specifier}`],
    );
  });
  assert.ok(files.length > 20);
  assert.deepEqual(foreign, []);
});
