import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { READ_SIZES, ReadSize } from "./read-size.ts";

const [SMALL = 0, MIDDLE = 0, LARGE = 0] = READ_SIZES;

/** The size after some reads of a length. */
function sizeAfter(size: ReadSize, reads: number, length: number): number | undefined {
  for (let read = 0; read < reads; read++) size.note(length);
  return READ_SIZES[size.at];
}

/** A size after a row of small reads. */
function middle(): ReadSize {
  const size = new ReadSize();
  sizeAfter(size, 16, 100);
  return size;
}

test("a connection begins with the largest", () => {
  assert.deepEqual(READ_SIZES, [4_096, 16_384, 65_536]);
  assert.equal(READ_SIZES[new ReadSize().at], LARGE);
});

test("a read that is full makes the next one larger", () => {
  const size = middle();
  assert.equal(size.note(MIDDLE - 1), false);
  assert.equal(size.note(MIDDLE), true);
  assert.equal(READ_SIZES[size.at], LARGE);
  assert.equal(size.note(LARGE), false);
  assert.equal(READ_SIZES[size.at], LARGE);
});

test("a row of small reads makes them smaller, step by step", () => {
  const size = new ReadSize();
  assert.equal(sizeAfter(size, 15, 100), LARGE);
  assert.equal(sizeAfter(size, 1, 100), MIDDLE);
  assert.equal(sizeAfter(size, 15, 100), MIDDLE);
  assert.equal(sizeAfter(size, 1, 100), SMALL);
  assert.equal(sizeAfter(size, 100, 100), SMALL);
});

test("a read now and then that needs the size keeps it", () => {
  const size = middle();
  for (let row = 0; row < 10; row++) {
    assert.equal(sizeAfter(size, 15, 100), MIDDLE);
    size.note(SMALL / 2 + 1);
  }
  assert.equal(sizeAfter(size, 15, 100), MIDDLE);
});

test("whatever arrives, the size is one of three, and a change is told", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(LARGE), { maxLength: 200 }), (lengths) => {
      const size = new ReadSize();
      for (const length of lengths) {
        const { at } = size;
        const bytes = READ_SIZES[at] as number; // at is within
        assert.equal(size.note(Math.min(length, bytes)), at !== size.at);
        assert.ok(READ_SIZES[size.at] !== undefined && Math.abs(at - size.at) <= 1);
      }
    }),
  );
});
