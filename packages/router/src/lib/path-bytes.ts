export const SLASH = 0x2f;
export const QUESTION = 0x3f;
export const PERCENT = 0x25;
export const DOT = 0x2e;

const UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

/** A byte stands in a canonical path as it is: pchar of RFC 3986, 3.3. */
export const LEGAL = 0;
/** The slash, which is as legal, and ends a segment. */
export const SEPARATOR = 1;
/** The sign that begins an escape. */
export const ESCAPE = 2;
/** A byte that a canonical path has only as an escape. */
export const ENCODED = 3;
/** A byte that has no place in a path: controls, space, "#", and the "?" after it. */
export const FORBIDDEN = 4;

/** What each byte of a path is. */
export const PATH_CLASS: Uint8Array = classify();

function classify(): Uint8Array {
  const classes = new Uint8Array(256).fill(ENCODED);
  classes.fill(FORBIDDEN, 0, 0x21);
  for (const char of "\x7f#?") classes[char.charCodeAt(0)] = FORBIDDEN;
  for (const char of `${UNRESERVED}!$&'()*+,;=:@`) classes[char.charCodeAt(0)] = LEGAL;
  classes[SLASH] = SEPARATOR;
  classes[PERCENT] = ESCAPE;
  return classes;
}

/** How each byte is spelled where it is escaped and need not be: unreserved ones as themselves (RFC 3986, 6.2.2.2). */
export const SPELLINGS: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return UNRESERVED.includes(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** The value of a hexadecimal digit in either case; -1 for anything else. */
export function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The bytes of text that is ASCII; a plain array of small numbers is read faster than a typed one. */
export function toAsciiBytes(text: string): readonly number[] {
  return Array.from(text, (char) => char.charCodeAt(0));
}

/** How many bytes are handed to one call: every engine takes this many arguments. */
const CHUNK_BYTES = 4096;

/** Text with one character for each byte. */
export function toLatin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, Math.min(at + CHUNK_BYTES, end));
    text += Reflect.apply(String.fromCharCode, null, chunk);
  }
  return text;
}

/** Text with one character for each byte, made without a list; `null` for more than 16 bytes. */
export function toShortText(bytes: Uint8Array, start: number, end: number): string | null {
  const length = end - start;
  if (length <= 8) return upToEight(bytes, start, length);
  return length > 16 ? null : upToEight(bytes, start, 8) + upToEight(bytes, start + 8, length - 8);
}

function upToEight(bytes: Uint8Array, start: number, length: number): string {
  const at = (index: number): number => bytes[start + index] as number; // the callers have so many
  switch (length) {
    case 0:
      return "";
    case 1:
      return String.fromCharCode(at(0));
    case 2:
      return String.fromCharCode(at(0), at(1));
    case 3:
      return String.fromCharCode(at(0), at(1), at(2));
    case 4:
      return String.fromCharCode(at(0), at(1), at(2), at(3));
    case 5:
      return String.fromCharCode(at(0), at(1), at(2), at(3), at(4));
    case 6:
      return String.fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5));
    case 7:
      return String.fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5), at(6));
    default:
      return String.fromCharCode(at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7));
  }
}
