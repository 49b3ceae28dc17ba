import assert from "node:assert/strict";
import { test } from "node:test";
import { isThenable, whenReady } from "./maybe-promise.ts";

test("isThenable takes what an await would wait for, and nothing else", () => {
  // oxlint-disable-next-line unicorn/no-thenable -- it is the point
  const method = { then: (): void => {} };
  // oxlint-disable-next-line unicorn/no-thenable -- it is the point
  const property = { then: 1 };
  class Inherited extends Promise<void> {}
  const callable = Object.assign(() => {}, method);
  for (const value of [Promise.resolve(), Inherited.resolve(), method, Object.create(method), callable])
    assert.equal(isThenable(value), true);
  for (const value of [undefined, null, 0, "then", true, 1n, Symbol("then"), {}, [], () => {}, property])
    assert.equal(isThenable(value), false);
});

test("whenReady goes on at once with a value, and later with a promise's", async () => {
  const twice = (value: number): number => value * 2;
  assert.equal(whenReady(2, twice), 4);
  const later = whenReady(Promise.resolve(3), twice);
  assert.ok(later instanceof Promise);
  assert.equal(await later, 6);
  await assert.rejects(whenReady(Promise.reject(new Error("no")), twice) as Promise<unknown>, /no/);
});
