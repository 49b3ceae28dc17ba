import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { decodeExtValue, encodeExtValue } from "./ext-value.ts";

test("text is written in UTF-8, with just the characters of RFC 8187", () => {
  assert.equal(encodeExtValue("a-1"), "UTF-8''a-1");
  assert.equal(encodeExtValue("ä b"), "UTF-8''%C3%A4%20b");
  assert.equal(encodeExtValue("'()*%\"/"), "UTF-8''%27%28%29%2A%25%22%2F");
});

test("any text comes back", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(text, (value) => assert.equal(decodeExtValue(encodeExtValue(value)), value)));
});

test("values are read in both charsets, in any case and with a language", () => {
  assert.equal(decodeExtValue("UTF-8''"), "");
  assert.equal(decodeExtValue("utf-8'de-CH'%c3%A4!#$&+-.^_`|~"), "ä!#$&+-.^_`|~");
  assert.equal(decodeExtValue("ISO-8859-1''%A3%e4"), "£ä");
  assert.equal(decodeExtValue("iso-8859-1'en'x"), "x");
});

test("what is broken, or in another charset, is null", () => {
  for (const text of [
    "",
    "a",
    "UTF-8",
    "UTF-8'a",
    "UTF-8''a'b",
    "UTF-8'''",
    "''a",
    "UTF-16''a",
    "UTF-8''a b",
    "UTF-8''a/b",
    "UTF-8''ä",
    "UTF-8''%",
    "UTF-8''%4",
    "UTF-8''%zz",
    "UTF-8''%FF",
    "UTF-8''%ED%A0%80",
    "ISO-8859-1''%4",
    "ISO-8859-1''a b",
  ]) {
    assert.equal(decodeExtValue(text), null, text);
  }
});
