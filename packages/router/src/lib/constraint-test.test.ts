import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { escapeText } from "./canonical-path.ts";
import { constraintKey, toByteTest } from "./constraint-test.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { Constraint } from "./path-pattern.ts";

function constraintOf(text: string): Constraint {
  const [segment] = parsePattern(`/:a(${text})`).segments;
  assert.ok(segment?.kind === "param" && segment.constraint !== null);
  return segment.constraint;
}

/** The segment stands between bytes that would change the answer if they were read. */
function passes(constraint: Constraint, segment: string): boolean {
  const bytes = Buffer.from(`1a-${segment}1a-`, "latin1");
  return toByteTest(constraint)(bytes, 3, 3 + segment.length);
}

const CASES: Readonly<Record<string, readonly [accepted: readonly string[], refused: readonly string[]]>> = {
  int: [
    ["0", "7", "10", "-1", "9007199254740991", "-9007199254740991"],
    [
      "-",
      "-0",
      "00",
      "07",
      "-07",
      "+1",
      "1.0",
      "1e3",
      "0x1",
      "a",
      "1a",
      "9007199254740992",
      "9007199254740993",
      "99999999999999999",
    ],
  ],
  "range:1..100": [
    ["1", "99", "100"],
    ["0", "101", "-1", "01", "a", ""],
  ],
  "range:-5..5": [
    ["-5", "0", "5"],
    ["-6", "6", "-0"],
  ],
  "range:10..": [
    ["10", "9007199254740991"],
    ["9", "9007199254740992"],
  ],
  "range:..10": [
    ["10", "-9007199254740991"],
    ["11", "-9007199254740992"],
  ],
  uuid: [
    ["01234567-89ab-cdef-ABCD-EF0123456789", "00000000-0000-0000-0000-000000000000"],
    [
      "0123456789abcdefABCDEF0123456789",
      "01234567-89ab-cdef-ABCD-EF012345678",
      "g1234567-89ab-cdef-ABCD-EF0123456789",
      "01234567+89ab-cdef-ABCD-EF0123456789",
      "01234567-89ab-cdef-ABCD-EF01234567890",
    ],
  ],
  "a|bc|é|x&y|s:t|p q": [
    ["a", "bc", "%C3%A9", "x&y", "x%26y", "s:t", "s%3At", "p%20q"],
    ["b", "ab", "bcd", "A", "a%7Cbc", "x%2526y", "p+q"],
  ],
  "length:2..3": [
    ["ab", "abc", "%C3%A9a", "%F0%9F%98%80%2F", "%20%20%20"],
    ["a", "abcd", "%C3%A9", "%F0%9F%98%80"],
  ],
  "length:2": [
    ["ab", "%E2%82%AC%7F"],
    ["a", "abc", "%E2%82%AC"],
  ],
  "length:2..": [["ab", "a".repeat(1000)], ["a"]],
  "regex:[a-z]+": [["abc"], ["aBc", "ab1", "1ab", "a%0A"]],
  "regex:a|bc": [
    ["a", "bc"],
    ["ac", "abc", "bca"],
  ],
  "regex:[^\\x2f]+": [["a", "a%20"], ["a%2Fb"]],
  "regex:\\p{L}+": [["%C3%A9t%C3%A9"], ["%C3%A91"]],
};

for (const [text, [accepted, refused]] of Object.entries(CASES)) {
  test(`(${text}) accepts what it should and nothing else`, () => {
    const constraint = constraintOf(text);
    for (const segment of accepted) assert.equal(passes(constraint, segment), true, segment);
    for (const segment of refused) assert.equal(passes(constraint, segment), false, segment);
  });
}

test("a custom constraint sees the decoded segment, and only true accepts it", () => {
  const seen: string[] = [];
  const answers: unknown[] = [true, 1, Promise.resolve(true), undefined];
  const constraint: Constraint = {
    kind: "custom",
    name: "spy",
    test: (segment) => {
      seen.push(segment);
      return answers.shift() as boolean; // what a careless application returns
    },
  };
  const accepted = ["a", "%C3%A9", "a%2Fb", "%2525"].map((segment) => passes(constraint, segment));
  assert.deepEqual(seen, ["a", "é", "a/b", "%25"]);
  assert.deepEqual(accepted, [true, false, false, false]);
});

test("int accepts exactly the safe integers as String() writes them", () => {
  const int = constraintOf("int");
  const numeric = fc.oneof(
    fc.integer().map(String),
    fc.maxSafeInteger().map(String),
    fc.string({ unit: fc.constantFrom(..."-,+,0,1,2,3,4,5,6,7,8,9,.,e".split(",")) }),
  );
  fc.assert(
    fc.property(
      numeric.filter((text) => text !== ""),
      (text) => {
        const value = Number(text);
        assert.equal(passes(int, text), Number.isSafeInteger(value) && String(value) === text);
      },
    ),
  );
});

test("length counts the characters of the decoded segment", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 6 }),
      (text, length) => {
        assert.equal(
          passes(constraintOf(`length:${length}`), escapeText(text)),
          Array.from(text).length === length,
        );
      },
    ),
  );
});

test("constraints that accept the same have the same key", () => {
  const same = (a: string, b: string): boolean =>
    constraintKey(constraintOf(a)) === constraintKey(constraintOf(b));
  assert.ok(same("a|b", "b|a"));
  assert.ok(same("range:1..9", "range:01..9"));
  assert.ok(same("length:3", "length:3..3"));
  assert.ok(!same("range:1..9", "length:1..9"));
  assert.ok(!same("regex:a|b", "a|b"));
  assert.ok(!same("int", "range:1.."));
});
