import { ENCODED, ESCAPE, FORBIDDEN, hexValue, LEGAL, PATH_CLASS, SPELLINGS } from "./path-bytes.ts";
import { Utf8Checker } from "./utf8-checker.ts";

/** Why a path has no canonical form. */
export class PathFault {
  /** What is wrong, without its subject, e.g. "has an escaped NUL". */
  readonly reason: string;
  /** Where in the text that was read. */
  readonly position: number;

  constructor(reason: string, position: number) {
    this.reason = reason;
    this.position = position;
  }
}

/**
 * The one spelling of a path (RFC 3986, 6.2.2): unreserved characters as themselves, all other escapes in upper case, dot
 * segments removed. Characters that RFC 3986 does not allow raw are escaped, bytes from 0x80 up too (as RFC 3987 does).
 *
 * An escaped "/" stays escaped: it is data of a segment and separates nothing.
 * @param text one character per byte, beginning with "/" at `start`
 */
export function toCanonicalPath(text: string, start: number, end: number): string | PathFault {
  const path = normalizeEscapes(text, start, end);
  return typeof path === "string" ? removeDotSegments(path) : path;
}

/** Escapes in their one spelling; what they stand for must be UTF-8 without NUL. */
export function normalizeEscapes(text: string, start: number, end: number): string | PathFault {
  const utf8 = new Utf8Checker();
  let path = "";
  let copied = start;
  for (let at = start; at < end;) {
    const code = text.charCodeAt(at);
    const kind = code > 0xff ? FORBIDDEN : (PATH_CLASS[code] as number); // 256 entries
    if (kind === FORBIDDEN) return new PathFault("has a character that no path may have", at);
    const byte = kind === ESCAPE ? decodeEscape(text, at, end) : code;
    if (byte < 0) return new PathFault('has a "%" without two hexadecimal digits', at);
    if (byte === 0) return new PathFault("has an escaped NUL", at);
    if (!utf8.accepts(byte)) return new PathFault("has escapes that are not UTF-8", at);
    const next = kind === ESCAPE ? at + 3 : at + 1;
    const spelling = SPELLINGS[byte] as string; // byte < 256
    if ((kind === ESCAPE || kind === ENCODED) && !text.startsWith(spelling, at)) {
      path += text.slice(copied, at) + spelling;
      copied = next;
    }
    at = next;
  }
  if (!utf8.complete) return new PathFault("has escapes that are not UTF-8", end);
  return path + text.slice(copied, end);
}

/** The byte that an escape stands for; -1 where it is none. */
function decodeEscape(text: string, at: number, end: number): number {
  if (at + 3 > end) return -1;
  const high = hexValue(text.charCodeAt(at + 1));
  const low = hexValue(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** RFC 3986, 5.2.4, for a path that begins with "/". */
function removeDotSegments(path: string): string {
  if (!path.includes("/.")) return path;
  const segments = path.split("/");
  const last = segments.length - 1;
  const kept: string[] = [];
  for (const [at, segment] of segments.entries()) {
    if (at === 0) continue; // what stands before the first slash
    const dots = segment === "." || segment === "..";
    if (segment === "..") kept.pop();
    if (!dots) kept.push(segment);
    else if (at === last) kept.push("");
  }
  return `/${kept.join("/")}`;
}

/**
 * Text as it stands in a canonical path, raw where a path may have it raw.
 * @throws URIError for text with half of a surrogate pair
 */
export function escapeText(text: string): string {
  let path = "";
  for (const char of text) {
    const code = char.charCodeAt(0);
    path += PATH_CLASS[code] === LEGAL ? char : encodeURIComponent(char);
  }
  return path;
}

/** Whether text has half of a surrogate pair, which no UTF-8 can say. */
export function hasHalfPair(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
