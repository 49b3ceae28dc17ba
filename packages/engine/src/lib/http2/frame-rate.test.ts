import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameRate } from "./frame-rate.ts";

test("as many as are allowed in a second are fine, one more is not", () => {
  const rate = new FrameRate(3);
  assert.deepEqual(
    [0, 10, 999, 999].map((ms) => rate.add(ms)),
    [false, false, false, true],
  );
});

test("each second counts anew", () => {
  const rate = new FrameRate(2);
  for (let ms = 0; ms < 100_000; ms += 500) assert.equal(rate.add(ms), false);
  assert.equal(rate.add(99_999), true);
});
