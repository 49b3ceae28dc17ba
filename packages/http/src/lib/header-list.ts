import { FIELD_NAMES } from "./field-names.ts";

/**
 * The header fields of one request, read-only, decoded only when asked for.
 *
 * Names are compared without regard to case (RFC 9110, 5.1). Values are the field lines as received,
 * one character per byte (latin1), without the white space around them.
 *
 * @example
 * const headers = HeaderList.fromPairs([["Content-Type", "text/plain"]]);
 * headers.get("content-type"); // "text/plain"
 */
export class HeaderList implements Iterable<readonly [name: string, value: string]> {
  readonly #text: string;
  /** Four positions for each field line: name start, name end, value start, value end. */
  readonly #slices: Int32Array;

  private constructor(text: string, slices: Int32Array) {
    this.#text = text;
    this.#slices = slices;
  }

  /**
   * Wraps a head that a parser has already checked.
   *
   * `slices` holds four positions in `text` for each field line: start and end of the name, start and end of the value.
   */
  static fromWire(text: string, slices: Int32Array): HeaderList {
    return new HeaderList(text, slices);
  }

  /** Builds a list from names and values that are strings already; used where no bytes exist (`app.fetch`). */
  static fromPairs(pairs: Iterable<readonly [name: string, value: string]>): HeaderList {
    let text = "";
    const slices: number[] = [];
    for (const [name, value] of pairs) {
      const start = text.length;
      text += name + value;
      slices.push(start, start + name.length, start + name.length, text.length);
    }
    return new HeaderList(text, Int32Array.from(slices));
  }

  /** How many field lines there are; a name that occurs twice counts twice. */
  get size(): number {
    return this.#slices.length >> 2;
  }

  /** The value of a field; several lines of one name are joined by ", " (RFC 9110, 5.3), those of `cookie` by "; ". */
  get(name: string): string | undefined {
    const first = this.#find(name, 0);
    if (first < 0) return undefined;
    const value = this.#value(first);
    const second = this.#find(name, first + 4);
    return second < 0 ? value : this.#join(name, value, second);
  }

  /** Every value of a field, one for each field line, in order of arrival. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 4)) values.push(this.#value(at));
    return values;
  }

  /** Whether at least one field line has this name. */
  has(name: string): boolean {
    return this.#find(name, 0) >= 0;
  }

  /** Each field line as lower-case name and value, in order of arrival. */
  *[Symbol.iterator](): Generator<readonly [name: string, value: string]> {
    for (const [name, value] of this.raw()) yield [toFieldName(name), value];
  }

  /** Each field line with its name as it was written on the wire. */
  *raw(): Generator<readonly [name: string, value: string]> {
    for (let at = 0; at < this.#slices.length; at += 4) yield [this.#name(at), this.#value(at)];
  }

  /** The fields as a plain object with lower-case names, several values of one name joined; for schemas and logs. */
  toObject(): Record<string, string> {
    // A null prototype: a field may be called "__proto__".
    const result: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [name, value] of this) {
      const earlier = result[name];
      result[name] = earlier === undefined ? value : earlier + separatorOf(name) + value;
    }
    return result;
  }

  #join(name: string, first: string, second: number): string {
    let value = first;
    const separator = separatorOf(name);
    for (let at = second; at >= 0; at = this.#find(name, at + 4)) value += separator + this.#value(at);
    return value;
  }

  #find(name: string, from: number): number {
    const slices = this.#slices;
    const text = this.#text;
    for (let at = from; at < slices.length; at += 4) {
      const start = slices[at] as number; // at < length, and every entry has four positions
      if ((slices[at + 1] as number) - start === name.length && equalsIgnoringCase(text, start, name))
        return at;
    }
    return -1;
  }

  #name(at: number): string {
    return this.#text.slice(this.#slices[at], this.#slices[at + 1]);
  }

  #value(at: number): string {
    return this.#text.slice(this.#slices[at + 2], this.#slices[at + 3]);
  }
}

function separatorOf(name: string): string {
  return name.length === 6 && name.toLowerCase() === "cookie" ? "; " : ", ";
}

/** Field names are tokens, so folding ASCII letters is all the folding there is. */
function equalsIgnoringCase(text: string, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const a = text.charCodeAt(start + i);
    const b = name.charCodeAt(i);
    if (a !== b && foldCase(a) !== foldCase(b)) return false;
  }
  return true;
}

function foldCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
}

const interned = new Map<string, string>();

/** The lower-case form of a field name; the same string object for the names that requests carry most. */
export function toFieldName(name: string): string {
  const known = interned.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  return interned.get(lower) ?? lower;
}

for (const name of FIELD_NAMES) {
  const lower = name.toLowerCase();
  interned.set(name, lower);
  interned.set(lower, lower);
}
