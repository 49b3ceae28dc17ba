import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseQuotedString, splitOutsideQuotes } from "./quoted-string.ts";

test("separators in quotes do not split", () => {
  assert.deepEqual(splitOutsideQuotes("a,b", ","), ["a", "b"]);
  assert.deepEqual(splitOutsideQuotes("", ","), [""]);
  assert.deepEqual(splitOutsideQuotes('a="x,y",b', ","), ['a="x,y"', "b"]);
  assert.deepEqual(splitOutsideQuotes('a="x\\",y",b', ","), ['a="x\\",y"', "b"]);
  assert.deepEqual(splitOutsideQuotes('a="x\\\\",y', ","), ['a="x\\\\"', "y"]);
  assert.deepEqual(splitOutsideQuotes('a="x,y', ","), ['a="x,y']);
  assert.deepEqual(splitOutsideQuotes('a="x\\', ","), ['a="x\\']);
  assert.deepEqual(splitOutsideQuotes('"a;b";c', ";"), ['"a;b"', "c"]);
  assert.deepEqual(splitOutsideQuotes('"a,b";c,', ";"), ['"a,b"', "c,"]);
});

test("the parts are the whole text", () => {
  const text = fc.string({ unit: fc.constantFrom("a", ",", '"', "\\", " ") });
  fc.assert(fc.property(text, (value) => assert.equal(splitOutsideQuotes(value, ",").join(","), value)));
});

test("quoted strings are read", () => {
  assert.equal(parseQuotedString('""'), "");
  assert.equal(parseQuotedString('"a b"'), "a b");
  assert.equal(parseQuotedString('"\\a\\"\\\\"'), 'a"\\');
  assert.equal(parseQuotedString('"\t\u00e4"'), "\t\u00e4");
});

test("what is no quoted string is null", () => {
  for (const text of [
    "",
    '"',
    "a",
    '"a',
    'a"',
    '"a"b',
    '"a"b"',
    '"\\"',
    '"a\n"',
    '"\u0100"',
    '"\\\u0001"',
    '"\u007f"',
  ]) {
    assert.equal(parseQuotedString(text), null, JSON.stringify(text));
  }
});
