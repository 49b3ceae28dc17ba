import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { parseQuery } from "./query.ts";

const CASES: readonly (readonly [text: string, query: Readonly<Record<string, string | string[]>>])[] = [
  ["", {}],
  ["a=1", { a: "1" }],
  ["a=1&b=2", { a: "1", b: "2" }],
  ["a=1&a=2&a=3", { a: ["1", "2", "3"] }],
  ["a=&a=", { a: ["", ""] }],
  ["a", { a: "" }],
  ["=1", { "": "1" }],
  ["a=b=c", { a: "b=c" }],
  ["&&a=1&&", { a: "1" }],
  ["a+b=c+d%2B", { "a b": "c d+" }],
  ["%61=%e4%B8%ad", { a: "中" }],
  ["a=%zz%", { a: "%zz%" }],
  ["a=%ff", { a: "\ufffd" }],
  ["a[]=1&a[]=2", { "a[]": ["1", "2"] }],
  ["a=1;b=2", { a: "1;b=2" }],
  ["constructor=1&toString=2&toString=3", { constructor: "1", toString: ["2", "3"] }],
  // what stands behind the first "?" of a target is all query
  ["?a=1", { "?a": "1" }],
  ["??", { "??": "" }],
];

describe("parseQuery", () => {
  for (const [text, query] of CASES)
    test(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual({ ...parseQuery(text) }, query);
    });

  test("has no prototype, neither to read nor to change", () => {
    const query = parseQuery("__proto__=x&__proto__=y");
    assert.equal(Object.getPrototypeOf(query), null);
    assert.deepEqual(Object.entries(query), [["__proto__", ["x", "y"]]]);
    assert.equal(parseQuery("")["constructor"], undefined);
    assert.equal(({} as Record<string, unknown>)["x"], undefined);
  });

  test("reads back what a form sends, in order, each name once", () => {
    const name = fc.oneof(
      fc.constantFrom("a", "b", "__proto__", "?", "length"),
      fc.string({ unit: "grapheme" }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: "grapheme" }))), (pairs) => {
        const query = parseQuery(new URLSearchParams(pairs).toString());
        const names = [...new Set(pairs.map(([key]) => key))];
        assert.deepEqual(Object.keys(query).toSorted(), names.toSorted());
        for (const key of names) {
          const values = pairs.filter(([other]) => other === key).map(([, value]) => value);
          assert.deepEqual(query[key], values.length === 1 ? values[0] : values);
        }
      }),
    );
  });

  test("sees what a URL's own parameters see, whatever the text", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "=", "&", "+", "%", "2", "6", "?", ";", "f") });
    fc.assert(
      fc.property(text, (search) => {
        const expected = [...new URL(`http://x/?${search}`).searchParams];
        const entries = Object.entries(parseQuery(search)).flatMap(([key, value]) =>
          [value].flat().map((one) => [key, one]),
        );
        const byName = (a: readonly (string | undefined)[], b: readonly (string | undefined)[]): number =>
          (a[0] ?? "") < (b[0] ?? "") ? -1 : Number(a[0] !== b[0]);
        assert.deepEqual(entries.toSorted(byName), expected.toSorted(byName));
      }),
    );
  });
});
