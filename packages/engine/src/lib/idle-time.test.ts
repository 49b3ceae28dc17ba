import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { idleTimeMs } from "./idle-time.ts";

const limits = fc.record({
  keepAliveTimeoutMs: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  minKeepAliveTimeoutMs: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});
const load = fc.double({ min: 0, max: 1, noNaN: true });
const anyLoad = fc.double({ noNaN: true });

/** Powers are not exact to the last bit. */
const EPSILON = 1e-9;

test("idle time lies between its limits, and never above the longest", () => {
  fc.assert(
    fc.property(limits, anyLoad, (each, at) => {
      const { keepAliveTimeoutMs: most, minKeepAliveTimeoutMs } = each;
      const ms = idleTimeMs(each, at);
      assert.ok(ms <= most, `${ms}`);
      assert.ok(ms >= Math.min(most, minKeepAliveTimeoutMs) * (1 - EPSILON), `${ms}`);
    }),
  );
});

test("idle time falls as the load grows", () => {
  fc.assert(
    fc.property(limits, load, load, (each, one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      assert.ok(idleTimeMs(each, less) >= idleTimeMs(each, more) * (1 - EPSILON));
    }),
  );
});

test("each step of load shortens it by the same factor", () => {
  fc.assert(
    fc.property(limits, fc.double({ min: 0, max: 0.5, noNaN: true }), load, (each, step, from) => {
      const start = Math.min(from, 1 - 2 * step);
      const [a, b, c] = [start, start + step, start + 2 * step].map((at) => idleTimeMs(each, at));
      assert.ok(a !== undefined && b !== undefined && c !== undefined);
      assert.ok(Math.abs(b / a - c / b) <= 1e-6);
    }),
  );
});

test("the curve of the defaults is the one of the guide", () => {
  const defaults = { keepAliveTimeoutMs: 72_000, minKeepAliveTimeoutMs: 1_000 };
  const seconds = [0, 0.25, 0.5, 0.75, 0.9, 1].map((at) => (idleTimeMs(defaults, at) / 1000).toFixed(1));
  assert.deepEqual(seconds, ["72.0", "24.7", "8.5", "2.9", "1.5", "1.0"]);
});
