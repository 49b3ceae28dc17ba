import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "./backoff.ts";

test("the bound doubles with each loss in a row, up to the most, and the pause is any part of it", () => {
  const backoff = new Backoff(100, 500);
  const bounds = [null, 0, 3, null].map((heldMs) => {
    backoff.lost(heldMs);
    return [backoff.pauseMs(0), backoff.pauseMs(0.5), backoff.pauseMs(1)];
  });
  assert.deepEqual(bounds, [
    [0, 50, 100],
    [0, 100, 200],
    [0, 200, 400],
    [0, 250, 500],
  ]);
  assert.equal(backoff.failures, 4);
});

test("a connection that held for a while begins anew", () => {
  const backoff = new Backoff(100, 500);
  for (const heldMs of [null, null, 5_000]) backoff.lost(heldMs);
  assert.equal(backoff.failures, 1);
  assert.equal(backoff.pauseMs(1), 100);
});
