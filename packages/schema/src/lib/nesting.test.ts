import assert from "node:assert/strict";
import { test } from "node:test";
import { isNestedDeeperThan } from "./nesting.ts";

test("scalars have no levels", () => {
  for (const value of [null, undefined, 1, "a", true]) assert.equal(isNestedDeeperThan(value, 0), false);
});

test("the deepest branch counts, through arrays and objects", () => {
  const value = { a: 1, b: [{ c: [] }, 2], d: "x" }; // four levels
  assert.equal(isNestedDeeperThan(value, 4), false);
  assert.equal(isNestedDeeperThan(value, 3), true);
});

test("a hundred thousand levels need no stack", () => {
  assert.equal(isNestedDeeperThan(nested(100_000), 99_999), true);
  assert.equal(isNestedDeeperThan(nested(100_000), 100_000), false);
});

test("cycles and shared values end", () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  assert.equal(isNestedDeeperThan(cycle, 2), false);
  let shared: unknown = {};
  for (let i = 0; i < 60; i++) shared = [shared, shared];
  assert.equal(isNestedDeeperThan(shared, 60), true);
});

function nested(levels: number): unknown {
  let value: unknown[] = [];
  for (let i = 1; i < levels; i++) value = [value];
  return value;
}
