import { isNumeric } from "./constraint-test.ts";
import type { PathValues } from "./path-params.ts";
import { PERCENT, QUESTION, SLASH, toShortText } from "./path-bytes.ts";
import type { RouteShape } from "./route-shape.ts";

/**
 * Finds the parameters of one route shape in a path that is known to match it, so that nothing has to be kept from the match.
 *
 * All objects that one reader makes share a hidden class. Their prototype is empty, so that a parameter may have any name.
 */
export class ParamsReader {
  readonly #names: readonly string[];
  /** Length of the text before each parameter, counted from the end of the one before. */
  readonly #gaps: readonly number[];
  readonly #numeric: readonly boolean[];
  /** Whether the last parameter ends where the path ends. */
  readonly #open: boolean;

  constructor({ parts }: RouteShape) {
    const params = parts.filter((part) => typeof part !== "string");
    this.#names = params.map((param) => param.name);
    this.#gaps = parts.filter((part) => typeof part === "string").map((text) => text.length);
    this.#numeric = params.map((param) => param.kind === "param" && isNumeric(param.constraint));
    this.#open = typeof parts.at(-1) !== "string";
  }

  /** @param path a canonical path that ends at `end` */
  read(path: string, end: number): PathValues {
    const escaped = path.includes("%");
    const values = new Values();
    const names = this.#names;
    let at = 0;
    for (let i = 0; i < names.length; i++) {
      const start = at + (this.#gaps[i] as number); // every parameter has text before it
      at = this.#open && i === names.length - 1 ? end : path.indexOf("/", start);
      const text = path.slice(start, at);
      values[names[i] as string] = this.#toValue(text, i, escaped); // i < names.length
    }
    return values;
  }

  /**
   * The same for a canonical path that stands in `bytes` from `start` to the query or `end`, without a string of all of it.
   * @returns `null` where a parameter is escaped, or longer than is worth it
   */
  readBytes(bytes: Uint8Array, start: number, end: number): PathValues | null {
    const values = new Values();
    const names = this.#names;
    let at = start;
    for (let i = 0; i < names.length; i++) {
      const from = at + (this.#gaps[i] as number); // every parameter has text before it
      at =
        this.#open && i === names.length - 1 ? endOfPath(bytes, from, end) : endOfSegment(bytes, from, end);
      const text = at < 0 ? null : toShortText(bytes, from, at);
      if (text === null) return null;
      values[names[i] as string] = this.#numeric[i] === true ? Number(text) : text; // i < names.length
    }
    return values;
  }

  #toValue(text: string, at: number, escaped: boolean): string | number {
    if (this.#numeric[at] === true) return Number(text);
    return escaped && text.includes("%") ? decodeURIComponent(text) : text;
  }
}

/** Where the path ends: at the query, or `end`; -1 where an escape comes before. */
function endOfPath(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === QUESTION) return at;
    if (bytes[at] === PERCENT) return -1;
  }
  return end;
}

/** The slash behind a parameter; -1 where an escape comes before. */
function endOfSegment(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === SLASH) return at;
    if (bytes[at] === PERCENT) return -1;
  }
  return -1;
}

/** Makes objects without prototype members, several times as quickly as `Object.create`. */
const Values = function () {} as unknown as new () => PathValues; // they have no members yet
Values.prototype = Object.freeze(Object.create(null));
