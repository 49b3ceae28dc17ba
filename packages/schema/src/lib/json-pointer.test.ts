import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fromJsonPointer, toJsonPointer } from "./json-pointer.ts";

// The examples of RFC 6901, section 5, as far as they have one key.
const RFC_6901: readonly (readonly [key: string, pointer: string])[] = [
  ["foo", "/foo"],
  ["", "/"],
  ["a/b", "/a~1b"],
  ["c%d", "/c%d"],
  ["e^f", "/e^f"],
  ["g|h", "/g|h"],
  ["i\\j", "/i\\j"],
  ['k"l', '/k"l'],
  [" ", "/ "],
  ["m~n", "/m~0n"],
];

test("keys are written and read as RFC 6901 does", () => {
  for (const [key, pointer] of RFC_6901) {
    assert.equal(toJsonPointer([key]), pointer);
    assert.deepEqual(fromJsonPointer(pointer), [key]);
  }
});

test("no keys are the whole value", () => {
  assert.equal(toJsonPointer([]), "");
  assert.deepEqual(fromJsonPointer(""), []);
});

test("numbers and symbols are written as text", () => {
  assert.equal(toJsonPointer(["a", 0, Symbol("s/t"), Symbol()]), "/a/0/s~1t/");
});

test("any keys survive the way there and back", () => {
  const key = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("~", "0", "1", "/") }));
  fc.assert(
    fc.property(fc.array(key), (keys) => assert.deepEqual(fromJsonPointer(toJsonPointer(keys)), keys)),
  );
});
