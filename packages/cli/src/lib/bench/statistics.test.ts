import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { median, percentile, spreadOf, toFigure } from "./statistics.ts";

suite("statistics", () => {
  test("the median is the middle, whatever the order", () => {
    assert.equal(median([5, 1, 3]), 3);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
    assert.ok(Number.isNaN(median([])));
  });

  test("a percentile is a value that was measured", () => {
    const values = Array.from({ length: 100 }, (_none, at) => at + 1).toReversed();
    assert.equal(percentile(values, 0.5), 50);
    assert.equal(percentile(values, 0.99), 99);
    assert.equal(percentile(values, 0), 1);
    assert.equal(percentile(values, 1), 100);
    assert.ok(Number.isNaN(percentile([], 0.5)));
  });

  test("a figure keeps the spread", () => {
    const figure = toFigure([10.123456, 9, 11]);
    assert.deepEqual(figure, { median: 10.12, min: 9, max: 11 });
    assert.equal(spreadOf({ median: 10, min: 9, max: 11 }), 0.1);
    assert.equal(spreadOf({ median: 0, min: 0, max: 0 }), 0);
  });
});
