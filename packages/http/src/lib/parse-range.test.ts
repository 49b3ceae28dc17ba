import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { parseRange, serializeContentRange, type ByteRange } from "./parse-range.ts";

const range = (first: number, last: number): ByteRange => ({ first, last });

suite("of 10,000 bytes", () => {
  const cases: readonly (readonly [header: string, ranges: readonly ByteRange[] | null])[] = [
    // RFC 9110, 14.1.2
    ["bytes=0-499", [range(0, 499)]],
    ["bytes=500-999", [range(500, 999)]],
    ["bytes=-500", [range(9500, 9999)]],
    ["bytes=9500-", [range(9500, 9999)]],
    ["bytes=0-0,-1", [range(0, 0), range(9999, 9999)]],
    ["bytes= 0-999, 4500-5499, -1000", [range(0, 999), range(4500, 5499), range(9000, 9999)]],
    ["bytes=500-700,601-999", [range(500, 999)]],
    // the end is cut
    ["bytes=9990-20000", [range(9990, 9999)]],
    ["bytes=-20000", [range(0, 9999)]],
    ["bytes=0-99999999999999999999999", [range(0, 9999)]],
    ["bytes=-99999999999999999999999", [range(0, 9999)]],
    // not satisfiable
    ["bytes=10000-", []],
    ["bytes=10000-10001", []],
    ["bytes=-0", []],
    [`bytes=${"9".repeat(400)}-`, []],
    // what can be satisfied remains
    ["bytes=10000-, 5-6", [range(5, 6)]],
    // joined, in the order of asking
    ["bytes=5-6, 0-1", [range(5, 6), range(0, 1)]],
    ["bytes=0-1, 2-3", [range(0, 3)]],
    ["bytes=100-200, 0-1, 150-160, 50-120", [range(50, 200), range(0, 1)]],
    // leniency of lists, case of the unit
    ["BYTES=,0-1, ,", [range(0, 1)]],
    // ignored: unit, syntax
    ["items=0-1", null],
    ["0-1", null],
    ["", null],
    ["bytes", null],
    ["bytes=", null],
    ["bytes=,", null],
    ["bytes=-", null],
    ["bytes=a-b", null],
    ["bytes=0", null],
    ["bytes=1-0", null],
    ["bytes=0-1, 5-4", null],
    ["bytes=0-1;2-3", null],
    ["bytes=0 -1", null],
    ["bytes=+0-1", null],
    ["bytes=0-1-2", null],
    ["bytes=--1", null],
    ["bytes=0x0-1", null],
    ["bytes =0-1", null],
    ["bytes=0-1.5", null],
  ];

  test("a table of fields", () => {
    for (const [header, ranges] of cases) assert.deepEqual(parseRange(header, 10_000), ranges, header);
  });
});

test("of nothing only the last bytes can be asked for, and that is ignored", () => {
  assert.deepEqual(parseRange("bytes=0-", 0), []);
  assert.deepEqual(parseRange("bytes=0-0", 0), []);
  assert.deepEqual(parseRange("bytes=-0", 0), []);
  assert.equal(parseRange("bytes=-5", 0), null);
});

test("too many ranges are ignored", () => {
  const ask = (count: number): string =>
    `bytes=${Array.from({ length: count }, (_, at) => `${at * 2}-${at * 2}`).join()}`;
  assert.equal(parseRange(ask(16), 1000)?.length, 16);
  assert.equal(parseRange(ask(17), 1000), null);
  assert.equal(parseRange(ask(3), 1000, { maxRanges: 2 }), null);
  assert.equal(parseRange(ask(100_000), 1_000_000), null);
  assert.equal(parseRange(`bytes=0-1${",".repeat(100_000)}`, 10)?.length, 1);
});

test("the parts are in bounds, apart, and just the bytes that were asked for", () => {
  const spec = fc.oneof(
    fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.nat(30).map((first) => `${first}-`),
    fc.nat(30).map((length) => `-${length}`),
  );
  fc.assert(
    fc.property(
      fc.array(spec, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 25 }),
      (specs, size) => {
        const parts = parseRange(`bytes=${specs.join(",")}`, size);
        assert.ok(parts !== null);
        const got = parts.flatMap(({ first, last }) => positions(first, last));
        assert.equal(new Set(got).size, got.length);
        assert.deepEqual(new Set(got), new Set(specs.flatMap((text) => wanted(text, size))));
      },
    ),
  );
});

test("content ranges are written", () => {
  assert.equal(serializeContentRange(range(0, 499), 1234), "bytes 0-499/1234");
  assert.equal(serializeContentRange(null, 1234), "bytes */1234");
});

function positions(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

/** Which bytes a range names, by asking each of them. */
function wanted(spec: string, size: number): number[] {
  const [first = "", last = ""] = spec.split("-");
  return positions(0, size - 1).filter((at) => {
    if (first === "") return at >= size - Number(last);
    return at >= Number(first) && (last === "" || at <= Number(last));
  });
}
