import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { LoopDelay } from "./loop-delay.ts";
import { EvenPick, shedShare } from "./shed-share.ts";

const delay = fc.double({ min: 0, max: 1e6, noNaN: true });
const limit = fc.integer({ min: 1, max: 1e6 });

test("the share is nothing up to the limit, grows with the delay, and is never everything", () => {
  fc.assert(
    fc.property(delay, delay, limit, (one, other, max) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      const share = shedShare(less, max);
      assert.ok(share >= 0 && share < 1);
      assert.equal(share === 0, less <= max);
      assert.ok(share <= shedShare(more, max));
    }),
  );
  assert.equal(shedShare(150, 100), 0.5);
});

test("what is picked is the share, evenly spread", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.95, noNaN: true }),
      fc.integer({ min: 1, max: 500 }),
      (share, count) => {
        const pick = new EvenPick();
        let taken = 0;
        for (let at = 1; at <= count; at++) {
          if (pick.take(share)) taken++;
          assert.ok(Math.abs(taken - share * at) < 1 + 1e-6);
        }
      },
    ),
  );
});

test("the smoothed delay stays between the readings, and comes to what they all are", () => {
  const reading = fc.tuple(
    fc.double({ min: 0, max: 1e4, noNaN: true }),
    fc.double({ min: 1, max: 1e4, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 50 }), (readings) => {
      const loop = new LoopDelay();
      for (const [lateMs, elapsedMs] of readings) loop.note(lateMs, elapsedMs);
      assert.ok(loop.ms >= 0 && loop.ms <= Math.max(...readings.map(([lateMs]) => lateMs)));
      const [last] = readings.at(-1) as [number, number];
      for (let at = 0; at < 500; at++) loop.note(last, 20);
      assert.ok(Math.abs(loop.ms - last) < 0.01 * last + 0.001);
    }),
  );
});

test("a pause that stands alone is no delay", () => {
  const loop = new LoopDelay();
  for (const lateMs of [0, 0, 60_000, 0, 0, 60_000, 0]) loop.note(lateMs, lateMs + 20);
  assert.equal(loop.ms, 0);
});
