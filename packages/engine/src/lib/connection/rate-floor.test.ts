import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RateFloor } from "./rate-floor.ts";

const LIMITS = { minBytesPerSecond: 240, rateGraceMs: 5_000 };

/** Looks at a floor whenever its time is over; gives when it was too slow. */
function runUntilSlow(floor: RateFloor, movedAt: (ms: number) => number, endMs: number): number | null {
  while (floor.untilMs <= endMs) {
    const nowMs = floor.untilMs;
    if (floor.isTooSlow(nowMs, movedAt(nowMs))) return nowMs;
  }
  return null;
}

test("a client that moves nothing has the grace, and not more", () => {
  const floor = new RateFloor(LIMITS);
  assert.equal(floor.runs, false);
  floor.start(1_000, 77, 0);
  assert.equal(floor.isTooSlow(5_999, 77), false);
  assert.equal(floor.isTooSlow(6_000, 77), true);
});

test("a client that keeps to the rate is never too slow, however unevenly it is looked at", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 240, max: 1_000_000 }),
      fc.array(fc.integer({ min: 1, max: 4_000 })),
      (bytesPerSecond, pauses) => {
        const floor = new RateFloor(LIMITS);
        floor.start(0, 0, 0);
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          assert.equal(floor.isTooSlow(now, Math.ceil((now * bytesPerSecond) / 1_000)), false);
        }
      },
    ),
  );
});

test("a client that stays below the rate is too slow in the end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), (bytesPerSecond) => {
      const floor = new RateFloor(LIMITS);
      floor.start(0, 0, 0);
      const slowMs = runUntilSlow(floor, (ms) => Math.floor((ms * bytesPerSecond) / 1_000), 10 ** 9);
      // Where the time that is bought no longer keeps up with the one that goes by.
      const expected = 5_000 / (1 - bytesPerSecond / 240);
      assert.ok(slowMs !== null && slowMs >= 5_000 && slowMs <= expected + 5, `${slowMs} of ${expected}`);
    }),
  );
});

test("what moved before buys time, up to 16 KiB", () => {
  const worthMs = (16 * 1024 * 1_000) / 240;
  const floor = new RateFloor(LIMITS);
  floor.start(0, 10 ** 9, 10 ** 9);
  assert.equal(floor.untilMs, 5_000 + worthMs);
  const later = floor.untilMs;
  assert.equal(floor.isTooSlow(later, 2 * 10 ** 9), false);
  assert.equal(floor.untilMs, later + worthMs);
  assert.equal(floor.isTooSlow(floor.untilMs, 2 * 10 ** 9), true);
});

test("a floor that was stopped is never reached", () => {
  const floor = new RateFloor(LIMITS);
  floor.start(0, 0, 0);
  floor.stop();
  assert.equal(floor.isTooSlow(10 ** 9, 0), false);
});
