import assert from "node:assert/strict";
import { test } from "node:test";
import { testContext } from "../context/test-context.test.kit.ts";
import { filterOf } from "./stages.ts";

test("filterOf shows a filter the errors of one class and of those that extend it", () => {
  const { context } = testContext(new Request("http://localhost/"));
  class Odd extends RangeError {}
  const filter = filterOf(RangeError, (error, given) => [error.message, given === context]);
  assert.deepEqual(filter(new RangeError("far"), context), ["far", true]);
  assert.deepEqual(filter(new Odd("odd"), context), ["odd", true]);
  for (const other of [new TypeError("no"), new Error("no"), undefined, "far", { message: "far" }])
    assert.equal(filter(other, context), undefined);
});
