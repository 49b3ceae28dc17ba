import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  parseForwarded,
  parseForwardedNode,
  serializeForwarded,
  type ForwardedElement,
  type ForwardedNode,
} from "./forwarded.ts";

const NOTHING: ForwardedElement = { for: null, by: null, host: null, proto: null, extensions: [] };

test("the examples of RFC 7239", () => {
  assert.deepEqual(parseForwarded('for="_gazonk"'), [{ ...NOTHING, for: "_gazonk" }]);
  assert.deepEqual(parseForwarded('For="[2001:db8:cafe::17]:4711"'), [
    { ...NOTHING, for: "[2001:db8:cafe::17]:4711" },
  ]);
  assert.deepEqual(parseForwarded("for=192.0.2.60;proto=http;by=203.0.113.43"), [
    { ...NOTHING, for: "192.0.2.60", proto: "http", by: "203.0.113.43" },
  ]);
  assert.deepEqual(parseForwarded("for=192.0.2.43, for=198.51.100.17"), [
    { ...NOTHING, for: "192.0.2.43" },
    { ...NOTHING, for: "198.51.100.17" },
  ]);
});

test("separators and escapes within quotes are no separators", () => {
  assert.deepEqual(parseForwarded(String.raw`host="a,b;c=\"d\"" ;secret=x, ,for=_a;`), [
    { ...NOTHING, host: 'a,b;c="d"', extensions: [{ name: "secret", value: "x" }] },
    { ...NOTHING, for: "_a" },
  ]);
});

test("what is malformed anywhere is no field at all", () => {
  for (const value of [
    "for",
    "for=",
    "=a",
    "for =a",
    "for= a",
    'for="a',
    'for="a"b',
    "for=[::1]",
    "for=1.2.3.4:80",
    "for=a;for=b",
    "for=a;FOR=a",
    "for=a, b",
    'for="\u0001"',
    'a="\u0100"',
  ])
    assert.equal(parseForwarded(value), null, value);
  assert.deepEqual(parseForwarded(""), []);
  assert.deepEqual(parseForwarded(" , ,"), []);
});

const QUOTABLE = [...Array.from({ length: 0x100 }).keys()].filter(
  (code) => code === 9 || (code > 0x1f && code !== 0x7f),
);
const quotable = fc.string({ unit: fc.constantFrom(...QUOTABLE.map((code) => String.fromCharCode(code))) });
const extensionName = fc
  .string({ unit: fc.constantFrom(..."abcxyz01!#$%&'*+-.^_`|~".split("")), minLength: 1 })
  .filter((name) => !["for", "by", "host", "proto"].includes(name));
const plain = { noNullPrototype: true };
const extension = fc.record({ name: extensionName, value: quotable }, plain);
const element: fc.Arbitrary<ForwardedElement> = fc.record(
  {
    for: fc.option(quotable),
    by: fc.option(quotable),
    host: fc.option(quotable),
    proto: fc.option(quotable),
    extensions: fc.uniqueArray(extension, { selector: ({ name }) => name, maxLength: 3 }),
  },
  plain,
);

test("what is written is read again", () => {
  fc.assert(
    fc.property(fc.array(element, { maxLength: 4 }), (elements) => {
      const said = elements.filter((one) => serializeForwarded([one]) !== "");
      assert.deepEqual(parseForwarded(serializeForwarded(elements)), said);
    }),
  );
});

test("what cannot be written is not", () => {
  assert.throws(() => serializeForwarded([{ ...NOTHING, host: "a\r\nb" }]), TypeError);
  assert.throws(() => serializeForwarded([{ ...NOTHING, host: "\u20ac" }]), TypeError);
  assert.throws(
    () => serializeForwarded([{ ...NOTHING, extensions: [{ name: "a b", value: "" }] }]),
    TypeError,
  );
});

test("no text throws, however long", () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'fory=;,"\\[]:_. \t\u00ff'.split("")) });
  fc.assert(
    fc.property(hostile, (value) => {
      for (const one of parseForwarded(value) ?? []) parseForwardedNode(one.for ?? "");
      parseForwardedNode(value);
    }),
    { numRuns: 2000 },
  );
  for (const part of ['"', "\\", ",", ";", 'a="', "a=b;", "for=a,", "["])
    for (const value of [part.repeat(200_000), `"${part.repeat(200_000)}`]) parseForwarded(value);
});

test("nodes are addresses in their one form, or names that hide them", () => {
  const address = (text: string, port: number | null = null): ForwardedNode => ({
    kind: "address",
    address: text,
    port,
  });
  const cases: readonly (readonly [text: string, node: ForwardedNode | null])[] = [
    ["192.0.2.43", address("192.0.2.43")],
    ["192.0.2.43:47011", address("192.0.2.43", 47011)],
    ["[2001:DB8::1]", address("2001:db8::1")],
    ["[2001:db8::1]:4711", address("2001:db8::1", 4711)],
    ["2001:db8::1", address("2001:db8::1")],
    ["::ffff:192.0.2.1", address("192.0.2.1")],
    ["192.0.2.43:_port", address("192.0.2.43")],
    ["unknown", { kind: "unknown" }],
    ["Unknown:80", { kind: "unknown" }],
    ["_hidden.1-2", { kind: "obfuscated", name: "_hidden.1-2" }],
    ["_hidden:_port", { kind: "obfuscated", name: "_hidden" }],
    ["", null],
    ["_", null],
    ["hidden", null],
    ["example.com", null],
    ["192.0.2.43:", null],
    ["192.0.2.43:0", null],
    ["192.0.2.43:99999", null],
    ["[192.0.2.43]", null],
    ["[::1", null],
    ["[::1]80", null],
    ["::1]:80", null],
    ["1.2.3.4, 5.6.7.8", null],
    ["1.2.3.4\u0000", null],
  ];
  for (const [text, node] of cases) assert.deepEqual(parseForwardedNode(text), node, text);
});
