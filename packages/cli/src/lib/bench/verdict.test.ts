import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Figure } from "./statistics.ts";
import { verdictOf } from "./verdict.ts";

const around = (median: number, width: number): Figure => ({
  median,
  min: median - width,
  max: median + width,
});

suite("the verdict on two figures", () => {
  test("is slower or faster beyond the threshold", () => {
    assert.deepEqual(verdictOf(around(10, 0.1), around(12, 0.1), 1.1), { ratio: 1.2, kind: "slower" });
    assert.equal(verdictOf(around(12, 0.1), around(10, 0.1), 1.1).kind, "faster");
  });

  test("is the same within the threshold", () => {
    assert.equal(verdictOf(around(10, 0.1), around(10.9, 0.1), 1.1).kind, "same");
    assert.equal(verdictOf(around(10.9, 0.1), around(10, 0.1), 1.1).kind, "same");
  });

  test("is unclear where the rounds lie among each other", () => {
    assert.equal(verdictOf(around(10, 4), around(12, 4), 1.1).kind, "unclear");
    assert.equal(verdictOf(around(12, 4), around(10, 4), 1.1).kind, "unclear");
  });

  test("takes nothing for a figure: what was none and is some is slower, what was none and is none the same", () => {
    assert.deepEqual(verdictOf(around(0, 0), around(3, 0), 1.1), { ratio: Infinity, kind: "slower" });
    assert.deepEqual(verdictOf(around(0, 0), around(0, 0), 1.1), { ratio: 1, kind: "same" });
    assert.deepEqual(verdictOf(around(3, 0), around(0, 0), 1.1), { ratio: 0, kind: "faster" });
  });
});
