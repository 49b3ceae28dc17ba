import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeVary } from "./merge-vary.ts";

test("names add up, each once in any case", () => {
  assert.equal(mergeVary(undefined, ["Origin"]), "Origin");
  assert.equal(mergeVary("Origin", ["accept", "ORIGIN", "Accept"]), "Origin, accept");
  assert.equal(mergeVary(" a ,, b", ["c"]), "a, b, c");
  assert.equal(mergeVary("a", []), "a");
});

test("a star stands for all", () => {
  assert.equal(mergeVary("a, b", ["*"]), "*");
  assert.equal(mergeVary("*", ["a"]), "*");
});

test("what is no field name is refused", () => {
  for (const name of ["", "a b", "a,b", "a\n"])
    assert.throws(() => mergeVary(undefined, [name]), { code: "E_HEADER_NAME_INVALID", status: 500 });
});
