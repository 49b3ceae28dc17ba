import { trimOws } from "./trim-ows.ts";

/** A part of a representation, in bytes; both ends count. */
export interface ByteRange {
  /** The position of the first byte. */
  readonly first: number;
  /** The position of the last byte. */
  readonly last: number;
}

/** What {@link parseRange} allows. */
export interface RangeOptions {
  /** The most ranges that one request may ask for; over it the field is ignored. Default 16. */
  readonly maxRanges?: number;
}

/**
 * Reads a `range` field (RFC 9110, 14.2) for a representation of `size` bytes.
 *
 * Gives the parts to answer with 206; none where no part can be satisfied (416); `null` where the field is to be ignored
 * (200): another unit, malformed, too many ranges, or the last bytes of nothing (which is satisfiable, but has no 206). Ranges that overlap or touch are joined, so that the parts are never
 * larger than the whole.
 *
 * @example
 * parseRange("bytes=0-4, -2", 10); // [{ first: 0, last: 4 }, { first: 8, last: 9 }]
 */
export function parseRange(
  header: string,
  size: number,
  options: RangeOptions = {},
): readonly ByteRange[] | null {
  const equals = header.indexOf("=");
  if (header.slice(0, Math.max(0, equals)).toLowerCase() !== "bytes") return null;
  const specs = parseSpecs(header.slice(equals + 1), options.maxRanges ?? 16);
  if (specs === null || (size === 0 && specs.some(isSuffix))) return null;
  const ranges = specs.map((spec) => resolve(spec, size)).filter((range) => range !== null);
  return ranges.length < 2 ? ranges : coalesce(ranges);
}

/**
 * Writes the value of a `content-range` field (RFC 9110, 14.4).
 *
 * @param range the part that is answered; `null` with 416
 * @param size bytes of the whole representation
 * @example
 * serializeContentRange({ first: 0, last: 4 }, 10); // "bytes 0-4/10"
 */
export function serializeContentRange(range: ByteRange | null, size: number): string {
  return range === null ? `bytes */${size}` : `bytes ${range.first}-${range.last}/${size}`;
}

/** A range as it was asked for: from `first`, or the last `suffix` bytes. */
type RangeSpec =
  | { readonly first: number; readonly last: number; readonly suffix: null }
  | { readonly suffix: number };

const SPEC = /^(\d*)-(\d*)$/;

function parseSpecs(text: string, maxRanges: number): RangeSpec[] | null {
  const specs: RangeSpec[] = [];
  for (const part of text.split(",")) {
    const member = trimOws(part);
    if (member === "") continue; // an empty member (RFC 9110, 5.6.1.2)
    const spec = parseSpec(member);
    if (spec === null || specs.length === maxRanges) return null;
    specs.push(spec);
  }
  return specs.length === 0 ? null : specs;
}

function parseSpec(text: string): RangeSpec | null {
  const match = SPEC.exec(text);
  if (match === null) return null;
  const [, first = "", last = ""] = match;
  if (first === "") return last === "" ? null : { suffix: Number(last) };
  const end = last === "" ? Number.POSITIVE_INFINITY : Number(last);
  return Number(first) > end ? null : { first: Number(first), last: end, suffix: null };
}

function isSuffix(spec: RangeSpec): boolean {
  return spec.suffix !== null && spec.suffix > 0;
}

function resolve(spec: RangeSpec, size: number): ByteRange | null {
  const first = spec.suffix === null ? spec.first : Math.max(0, size - spec.suffix);
  const last = spec.suffix === null ? Math.min(spec.last, size - 1) : size - 1;
  return first > last ? null : { first, last };
}

/** Joins what overlaps or touches; the parts come in the order in which the client first asked for them. */
function coalesce(ranges: readonly ByteRange[]): ByteRange[] {
  const joined: { first: number; last: number; order: number }[] = [];
  const ordered = ranges.map((range, order) => ({ ...range, order }));
  for (const range of ordered.toSorted((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before === undefined || range.first > before.last + 1) joined.push(range);
    else {
      before.last = Math.max(before.last, range.last);
      before.order = Math.min(before.order, range.order);
    }
  }
  return joined.toSorted((a, b) => a.order - b.order).map(({ first, last }) => ({ first, last }));
}
