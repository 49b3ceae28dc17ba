/** Query parameters: a string, or a list of strings where the name is repeated. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Reads `application/x-www-form-urlencoded` (WHATWG URL, 5.1) into an object without a prototype.
 *
 * Not by `URLSearchParams`: it drops a "?" in front, and it takes seconds for the many parameters that one body can hold.
 */
export function parseQuery(text: string): Record<string, string | string[]> {
  // No prototype: a parameter may be called "__proto__".
  const result = Object.create(null) as Record<string, string | string[]>;
  for (let start = 0; start < text.length;) {
    const ampersand = text.indexOf("&", start);
    const end = ampersand === -1 ? text.length : ampersand;
    if (end > start) addParameter(result, text.slice(start, end));
    start = end + 1;
  }
  return result;
}

function addParameter(result: Record<string, string | string[]>, pair: string): void {
  const equals = pair.indexOf("=");
  const name = decode(equals === -1 ? pair : pair.slice(0, equals));
  const value = equals === -1 ? "" : decode(pair.slice(equals + 1));
  const earlier = result[name];
  if (earlier === undefined) result[name] = value;
  else if (typeof earlier === "string") result[name] = [earlier, value];
  else earlier.push(value);
}

const ESCAPES = /(?:%[0-9A-Fa-f]{2})+/g;

/** Escapes that are none stand for themselves, and what is no UTF-8 becomes U+FFFD. */
function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? spaced.replace(ESCAPES, decodeEscapes) : spaced;
}

/** A run of escapes decodes by itself, as no character lies half inside it: the rest of the text is whole characters. */
function decodeEscapes(run: string): string {
  let text = "";
  for (let at = 0; at < run.length; at += 3) {
    const byte = byteOf(run, at);
    if (byte > 0x7f) return decodeUtf8(run);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** It does not throw, as throwing costs more than reading: a body can have very many bad escapes. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function decodeUtf8(run: string): string {
  const bytes = new Uint8Array(run.length / 3);
  for (let at = 0; at < bytes.length; at++) bytes[at] = byteOf(run, at * 3);
  return utf8.decode(bytes);
}

/** The byte that the escape at a position stands for. */
function byteOf(run: string, at: number): number {
  return hexValue(run.charCodeAt(at + 1)) * 16 + hexValue(run.charCodeAt(at + 2));
}

/** The value of a hexadecimal digit; letters have bit 0x40 set, and 9 is added to their low bits. */
function hexValue(code: number): number {
  return (code & 0xf) + (code >> 6) * 9;
}
