import assert from "node:assert/strict";
import { test } from "node:test";
import { growthPerRequest } from "./growth.ts";

const readings = (...heaps: number[]): { requests: number; heapBytes: number }[] =>
  heaps.map((heapBytes, at) => ({ requests: at * 100, heapBytes }));

test("a heap that stays is flat, also where it swings", () => {
  assert.equal(growthPerRequest(readings(5000, 5000, 5000)), 0);
  assert.ok(Math.abs(growthPerRequest(readings(5000, 5200, 4900, 5100, 5000))) < 1);
});

test("a heap that grows is found, also where one reading lies", () => {
  assert.equal(growthPerRequest(readings(0, 1000, 2000, 3000)), 10);
  assert.equal(growthPerRequest(readings(0, 1000, 900_000, 3000, 4000, 5000)), 10);
});

test("one reading says nothing", () => {
  assert.equal(growthPerRequest(readings(5000)), 0);
});
