import {
  DOT,
  ESCAPE,
  hexValue,
  LEGAL,
  PATH_CLASS,
  PERCENT,
  QUESTION,
  SLASH,
  SPELLINGS,
} from "./path-bytes.ts";
import { Utf8Checker } from "./utf8-checker.ts";

/** Where the segment that begins at `at` ends: at a "/", a "?" or `end`; -1 for one that is not canonical. */
export function endOfSegment(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && PATH_CLASS[bytes[stop] as number] === LEGAL) stop++; // 256 entries
  if (stop === end || bytes[stop] === SLASH || bytes[stop] === QUESTION)
    return bytes[at] === DOT && isDots(bytes, at, stop) ? -1 : stop;
  return bytes[stop] === PERCENT ? endOfEscapedSegment(bytes, stop, end) : -1;
}

/** Whether the canonical rest of a path, slashes included, goes from `at` to the query or `end`. */
export function isCanonicalRest(bytes: Uint8Array, at: number, end: number): boolean {
  for (;;) {
    const stop = endOfSegment(bytes, at, end);
    if (stop < 0) return false;
    if (stop === end || bytes[stop] === QUESTION) return true;
    at = stop + 1;
  }
}

function isDots(bytes: Uint8Array, at: number, stop: number): boolean {
  return stop === at + 1 || (stop === at + 2 && bytes[at + 1] === DOT);
}

/** A segment with an escape is no dot segment: canonical escapes are none of dots. */
function endOfEscapedSegment(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at] as number; // at < end
    const kind = PATH_CLASS[byte] as number; // 256 entries
    if (kind === LEGAL) at++;
    else if (kind === ESCAPE) at = endOfEscapes(bytes, at, end);
    else return byte === SLASH || byte === QUESTION ? at : -1;
    if (at < 0) return -1;
  }
  return at;
}

/** A run of escapes stands for whole characters, as a raw byte in between would be ASCII. */
function endOfEscapes(bytes: Uint8Array, at: number, end: number): number {
  const utf8 = new Utf8Checker();
  for (; at < end && bytes[at] === PERCENT; at += 3) {
    const byte = readEscape(bytes, at, end);
    if (byte <= 0 || !utf8.accepts(byte)) return -1;
  }
  return utf8.complete ? at : -1;
}

/** The byte that an escape stands for; -1 where it could be spelled otherwise, or is none. */
function readEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return -1;
  const high = upperHexValue(bytes[at + 1] as number); // at + 2 < end
  const low = upperHexValue(bytes[at + 2] as number); // as above
  return high < 0 || low < 0 || HAS_OTHER_SPELLING[high * 16 + low] === 1 ? -1 : high * 16 + low;
}

function upperHexValue(code: number): number {
  return code >= 0x61 ? -1 : hexValue(code);
}

/** Unreserved characters, and the signs of the grammar, which routes have raw: see `unescapeSigns`. */
const HAS_OTHER_SPELLING = Uint8Array.from(SPELLINGS, (spelling) =>
  spelling.length === 1 || spelling === "%3A" || spelling === "%2A" ? 1 : 0,
);
