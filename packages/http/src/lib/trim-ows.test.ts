import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { trimOws } from "./trim-ows.ts";

test("spaces and tabs go, everything else stays", () => {
  assert.equal(trimOws(" \t a b\t "), "a b");
  assert.equal(trimOws(" \t"), "");
  assert.equal(trimOws(""), "");
  assert.equal(trimOws("\u00a0a\n\v"), "\u00a0a\n\v");
});

test("it does what the regular expression says", () => {
  const text = fc.string({ unit: fc.constantFrom(" ", "\t", "a", "\n", "\u00a0") });
  fc.assert(
    fc.property(text, (value) => assert.equal(trimOws(value), value.replace(/^[ \t]+|[ \t]+$/g, ""))),
  );
});
