import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs, isIdempotent, retryAfterMs, toRetryPlan } from "./retry.ts";

test("pauses grow to their bound, and lie anywhere below it", () => {
  const plan = toRetryPlan({ baseMs: 100, maxMs: 1000 });
  const longest = [0, 1, 2, 3, 4, 50, 5000].map((attempt) => backoffMs(plan, attempt, 1));
  assert.deepEqual(longest, [100, 200, 400, 800, 1000, 1000, 1000]);
  assert.equal(backoffMs(plan, 3, 0), 0);
  assert.equal(backoffMs(plan, 3, 0.5), 400);
});

test("retry-after is seconds or a date", () => {
  const now = Date.UTC(2026, 10, 25, 12, 0, 0);
  assert.equal(retryAfterMs("120", now), 120_000);
  assert.equal(retryAfterMs(" 0 ", now), 0);
  assert.equal(retryAfterMs("Wed, 25 Nov 2026 12:00:30 GMT", now), 30_000);
  assert.equal(retryAfterMs("Wed, 25 Nov 2026 11:00:00 GMT", now), 0);
  for (const value of [null, "", "soon"]) assert.equal(retryAfterMs(value, now), null);
});

test("methods that may be sent twice", () => {
  assert.deepEqual(["GET", "PUT", "DELETE", "HEAD"].map(isIdempotent), [true, true, true, true]);
  assert.deepEqual(["POST", "PATCH"].map(isIdempotent), [false, false]);
});
