import assert from "node:assert/strict";
import { test } from "node:test";
import { toWire } from "./body-text.ts";

test("ASCII is sent as it is, all else as UTF-8", () => {
  for (const text of ["", "abc", "\0\x7f"]) assert.equal(toWire(text), text);
  for (const text of ["\x80", "\xe9", "\u20ac", "\u{1f600}", "a\ud800b", "abc\u00a0"]) {
    assert.deepEqual(toWire(text), Buffer.from(text));
  }
});
