import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_RULES } from "./all.ts";
import { findings } from "./fixture.ts";

for (const rule of ALL_RULES)
  test(`${rule.name} finds nothing in a sound workspace`, () => {
    assert.deepEqual(findings(rule, {}), []);
  });

test("a file that does not parse is named", () => {
  const [rule] = ALL_RULES;
  assert.ok(rule);
  assert.throws(
    () => findings(rule, { "packages/http/src/lib/size.ts": "export const = 1" }),
    /size\.ts cannot be parsed/,
  );
});

test("a package.json that is no JSON is named", () => {
  const [rule] = ALL_RULES;
  assert.ok(rule);
  assert.throws(
    () => findings(rule, { "packages/http/package.json": "{" }),
    /http\/package\.json cannot be read/,
  );
});
