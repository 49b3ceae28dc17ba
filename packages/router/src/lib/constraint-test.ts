import { escapeText } from "./canonical-path.ts";
import { toSegmentRegex } from "./parse-constraint.ts";
import { PERCENT, toAsciiBytes, toLatin1 } from "./path-bytes.ts";
import type { Constraint, SegmentTest } from "./path-pattern.ts";

/** Judges a segment of a canonical path, which is not empty; what counts is its decoded text. */
export type ByteTest = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Makes the test of a constraint; no test makes a string unless its constraint needs one. */
export function toByteTest(constraint: Constraint): ByteTest {
  switch (constraint.kind) {
    case "enum":
      return toEnumTest(constraint.values);
    case "range":
      return toRangeTest(
        constraint.min ?? Number.MIN_SAFE_INTEGER,
        constraint.max ?? Number.MAX_SAFE_INTEGER,
      );
    case "int":
      return isInteger;
    case "uuid":
      return isUuid;
    case "regex":
      return toRegexTest(constraint.source);
    case "custom":
      return toCustomTest(constraint.test);
    default:
      return toLengthTest(constraint.min ?? 0, constraint.max ?? Infinity);
  }
}

/** Whether a constraint lets only integers through, whose parameter is a number. */
export function isNumeric(constraint: Constraint | null): boolean {
  return constraint !== null && (constraint.kind === "int" || constraint.kind === "range");
}

/** Constraints with the same key accept the same segments. */
export function constraintKey(constraint: Constraint): string {
  switch (constraint.kind) {
    case "enum":
      return constraint.values.toSorted().join("|");
    case "range":
    case "length":
      return `${constraint.kind}:${constraint.min ?? ""}..${constraint.max ?? ""}`;
    case "regex":
      return `regex:${constraint.source}`;
    case "custom":
      return constraint.name;
    default:
      return constraint.kind;
  }
}

const RANKS: Readonly<Record<Constraint["kind"], number>> = {
  enum: 0,
  range: 1,
  int: 2,
  uuid: 3,
  regex: 4,
  custom: 5,
  length: 6,
};

/** Sorts the more specific constraint first: by kind, then the narrower one; 0 leaves the order of the routes. */
export function compareConstraints(a: Constraint, b: Constraint): number {
  return RANKS[a.kind] - RANKS[b.kind] || compareWidths(widthOf(a), widthOf(b));
}

function compareWidths(a: number, b: number): number {
  return a === b ? 0 : a - b; // two infinite widths have no difference
}

/** How many values a constraint lets through, as far as that can be said. */
function widthOf(constraint: Constraint): number {
  if (constraint.kind === "enum") return constraint.values.length;
  if (constraint.kind !== "range" && constraint.kind !== "length") return 0;
  return (constraint.max ?? Infinity) - (constraint.min ?? (constraint.kind === "range" ? -Infinity : 0));
}

function toEnumTest(values: readonly string[]): ByteTest {
  const known = new Set(values);
  const spellings = values.map((value) => toAsciiBytes(escapeText(value)));
  return (bytes, start, end) =>
    spellings.some((spelling) => equalBytes(spelling, bytes, start, end)) ||
    (hasEscape(bytes, start, end) && known.has(decodeSegment(bytes, start, end)));
}

function equalBytes(expected: readonly number[], bytes: Uint8Array, start: number, end: number): boolean {
  if (expected.length !== end - start) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
  return true;
}

function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === PERCENT) return true;
  return false;
}

function decodeSegment(bytes: Uint8Array, start: number, end: number): string {
  const text = toLatin1(bytes, start, end);
  return text.includes("%") ? decodeURIComponent(text) : text;
}

function isInteger(bytes: Uint8Array, start: number, end: number): boolean {
  return !Number.isNaN(readInteger(bytes, start, end));
}

function toRangeTest(min: number, max: number): ByteTest {
  return (bytes, start, end) => {
    const value = readInteger(bytes, start, end);
    return value >= min && value <= max; // never for NaN
  };
}

/** Seventeen characters hold every safe integer: sixteen digits and a sign. */
const INTEGER_LENGTH = 17;

/** A safe integer as `String(n)` writes it: no "+", no leading zeros, no "-0"; NaN for anything else. */
function readInteger(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  if (first === end || end - start > INTEGER_LENGTH) return Number.NaN;
  if (bytes[first] === 0x30 && (negative || end - first > 1)) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30; // at < end
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative ? -value : value;
}

/** RFC 9562, 4: 8-4-4-4-12 hexadecimal digits in either case, of any version. */
function isUuid(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let i = 0; i < 36; i++) {
    const byte = bytes[start + i] as number; // start + i < end
    const dash = i === 8 || i === 13 || i === 18 || i === 23;
    if (dash ? byte !== 0x2d : !isHexDigit(byte)) return false;
  }
  return true;
}

function isHexDigit(byte: number): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}

function toRegexTest(source: string): ByteTest {
  const regex = toSegmentRegex(source);
  return (bytes, start, end) => regex.test(decodeSegment(bytes, start, end));
}

/** A promise is no "true": a test that is async by mistake accepts nothing. */
function toCustomTest(test: SegmentTest): ByteTest {
  return (bytes, start, end) => {
    const accepted: unknown = test(decodeSegment(bytes, start, end));
    return accepted === true;
  };
}

/** Counts characters, not UTF-16 units, as JSON Schema does for minLength and maxLength. */
function toLengthTest(min: number, max: number): ByteTest {
  return (bytes, start, end) => {
    const length = countCharacters(bytes, start, end);
    return length >= min && length <= max;
  };
}

/** Every byte of a canonical segment is a character, save escapes and the later bytes of UTF-8 (%80 to %BF). */
function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    const escaped = bytes[at] === PERCENT;
    if (!escaped || !isContinuation(bytes[at + 1] as number)) count++; // an escape has two more bytes before end
    if (escaped) at += 2;
  }
  return count;
}

/** Whether the first digit of an escape is 8, 9, A or B. */
function isContinuation(digit: number): boolean {
  return digit === 0x38 || digit === 0x39 || digit === 0x41 || digit === 0x42;
}
