import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { PLAN } from "./plan.ts";

suite("npm run bench", () => {
  test("takes less than half an hour", () => {
    const total = PLAN.reduce((sum, { minutes }) => sum + minutes, 0);
    assert.ok(total < 29, `${total} minutes; the build and the report need one`);
  });

  test("runs programs that keep to their minutes", () => {
    for (const { program } of PLAN) {
      const path = join(import.meta.dirname, "..", program);
      assert.ok(existsSync(path), program);
      assert.match(readFileSync(path, "utf8"), /new TimeBudget\(Number\(flags\.minutes\)\)/, program);
    }
  });
});
