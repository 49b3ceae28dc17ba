import assert from "node:assert/strict";
import { test } from "node:test";
import { bytewise, randomly, whole } from "./split.ts";

const SHORT = Buffer.from("GET / HTTP/1.1\r\n\r\n");
const LONG = Buffer.alloc(5000, "ab");

test("no way of cutting loses or moves a byte", () => {
  for (const split of [whole, bytewise, randomly(1), randomly(2)])
    for (const bytes of [SHORT, LONG, Buffer.alloc(0)]) assert.deepEqual(Buffer.concat(split(bytes)), bytes);
});

test("short requests are cut at every byte, long ones at their edges", () => {
  assert.equal(bytewise(SHORT).length, SHORT.length);
  const pieces = bytewise(LONG).map(({ length }) => length);
  assert.equal(pieces.length, 801);
  assert.equal(Math.max(...pieces), 4200);
});

test("random pieces are the same for a seed, and others for another", () => {
  const lengths = (seed: number): string =>
    randomly(seed)(LONG)
      .map(({ length }) => length)
      .join();
  assert.equal(lengths(1), lengths(1));
  assert.notEqual(lengths(1), lengths(2));
});
