import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseCookies } from "./parse-cookies.ts";
import { serializeCookie } from "./serialize-cookie.ts";

const CASES: readonly (readonly [header: string, cookies: Readonly<Record<string, string>>])[] = [
  ["", {}],
  ["a=1", { a: "1" }],
  ["a=1; b=2;c=3", { a: "1", b: "2", c: "3" }],
  [" a = 1 ;\tb\t=\t2 ", { a: "1", b: "2" }],
  ["a=", { a: "" }],
  ["a=b=c==", { a: "b=c==" }],
  // first wins
  ["a=1; a=2", { a: "1" }],
  ["a=; a=2", { a: "" }],
  // no pair, no name
  ["a; b=2", { b: "2" }],
  ["=1; b=2", { b: "2" }],
  [";;; ;a=1;;", { a: "1" }],
  ["a", {}],
  // quotes
  ['a="1"', { a: "1" }],
  ['a="1; b=2"', { a: '"1', b: '2"' }],
  ['a="', { a: '"' }],
  ['a=""', { a: "" }],
  ['a="%22"', { a: '"' }],
  ['a=x"y"', { a: 'x"y"' }],
  // escapes
  ["a=%20b%C3%A4", { a: " bä" }],
  ["a=%F0%9F%8D%AA", { a: "🍪" }],
  ["a=100%", { a: "100%" }],
  ["a=%zz%20", { a: "%zz " }],
  ["a=%C3%28%41", { a: "%C3%28%41" }],
  ["a=%41-%FF-%42", { a: "A-%FF-B" }],
  ["a=%", { a: "%" }],
  ["a=b+c", { a: "b+c" }],
  ["%61=1", { "%61": "1" }],
  // bytes above ASCII stay as they were received
  ["a=\u00c3\u00a4\u00a0", { a: "\u00c3\u00a4\u00a0" }],
  // names that objects have
  ["constructor=1; toString=2", { constructor: "1", toString: "2" }],
];

test("a table of what browsers send", () => {
  for (const [header, cookies] of CASES) assert.deepEqual({ ...parseCookies(header) }, cookies, header);
});

test("there is no prototype, neither to read nor to change", () => {
  const cookies = parseCookies("__proto__=x");
  assert.equal(Object.getPrototypeOf(cookies), null);
  assert.equal(cookies["__proto__"], "x");
  assert.equal(parseCookies("")["constructor"], undefined);
  assert.equal(parseCookies("")["__proto__"], undefined);
});

test("any text is read without a throw, and every name once", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "=", ";", " ", '"', "%", "4", "1", "_", "\u00e4") });
  fc.assert(
    fc.property(text, (header) => {
      for (const [name, value] of Object.entries(parseCookies(header))) {
        assert.ok(name.length > 0);
        assert.equal(typeof value, "string");
      }
    }),
  );
});

test("what is serialized is read again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (value) => {
      const [pair = ""] = serializeCookie("name", value).split("; ");
      assert.equal(parseCookies(`x=1; ${pair}; y=2`)["name"], value);
    }),
  );
});

test("a megabyte of separators is read in one pass", () => {
  // Were this quadratic, it would not end.
  assert.deepEqual({ ...parseCookies(`${"a;".repeat(500_000)}b=1`) }, { b: "1" });
  assert.deepEqual({ ...parseCookies(`b=${" ".repeat(500_000)}x${" ".repeat(500_000)}`) }, { b: "x" });
  assert.deepEqual({ ...parseCookies(`b=${"%".repeat(500_000)}`) }, { b: "%".repeat(500_000) });
});
