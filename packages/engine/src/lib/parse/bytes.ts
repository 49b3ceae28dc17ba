/** Byte values and byte classes of the HTTP/1.1 grammar (RFC 9110, 5.6; RFC 9112, 2 to 5). */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const ASTERISK = 0x2a;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;

const TOKEN = 1;
const FIELD = 2;
const TARGET = 4;
const HOST = 8;

const CLASSES = new Uint8Array(256);

function classify(bits: number, from: number, to: number): void {
  for (let byte = from; byte <= to; byte++) CLASSES[byte] = (CLASSES[byte] as number) | bits; // 256 entries
}

function classifyText(bits: number, text: string): void {
  for (const character of text) classify(bits, character.charCodeAt(0), character.charCodeAt(0));
}

for (const bits of [TOKEN, HOST]) {
  classify(bits, 0x30, 0x39);
  classify(bits, 0x41, 0x5a);
  classify(bits, 0x61, 0x7a);
}
classifyText(TOKEN, "!#$%&'*+-.^_`|~");
classifyText(HOST, "-._~!$&'()*+,;=%");
classify(FIELD, 0x20, 0x7e);
classify(FIELD, 0x80, 0xff);
classifyText(FIELD, "\t");
classify(TARGET, 0x21, 0x22);
classify(TARGET, 0x24, 0x7e);

/** The byte at a position that the caller has compared with the end. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number; // the caller keeps `at` under the length
}

/** Whether a byte may stand in a token: methods and field names (RFC 9110, 5.6.2). */
export function isTokenByte(byte: number): boolean {
  return ((CLASSES[byte] as number) & TOKEN) !== 0; // 256 entries
}

/** Whether a byte may stand in a field value: visible, space, tab or obs-text (RFC 9110, 5.5). */
export function isFieldByte(byte: number): boolean {
  return ((CLASSES[byte] as number) & FIELD) !== 0; // 256 entries
}

/** Whether a byte may stand in a request target: visible ASCII without "#", which never leaves a client. */
export function isTargetByte(byte: number): boolean {
  return ((CLASSES[byte] as number) & TARGET) !== 0; // 256 entries
}

/** Whether a byte may stand in a registered name (RFC 3986, 3.2.2). */
export function isHostByte(byte: number): boolean {
  return ((CLASSES[byte] as number) & HOST) !== 0; // 256 entries
}

/** Where a run of token bytes ends. */
export function skipToken(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isTokenByte(byteAt(bytes, at))) at++;
  return at;
}

/** Where a run of field value bytes ends. */
export function skipFieldValue(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isFieldByte(byteAt(bytes, at))) at++;
  return at;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

/** Space or tab. */
export function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

/** The value of a hexadecimal digit, -1 for any other byte. */
export function hexValue(byte: number): number {
  if (isDigit(byte)) return byte - ZERO;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Whether a run of token bytes equals a lower-case ASCII text without regard to case.
 *
 * Setting bit 0x20 folds letters and keeps "-"; no other token byte becomes a letter or "-" by it.
 */
export function equalsToken(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    if ((byteAt(bytes, start + i) | 0x20) !== lower.charCodeAt(i)) return false;
  }
  return true;
}
