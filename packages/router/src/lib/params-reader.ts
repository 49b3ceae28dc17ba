import { isNumeric } from "./constraint-test.ts";
import type { PathValues } from "./path-params.ts";
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
    const values = Object.create(EMPTY_PROTOTYPE) as PathValues; // it has no members yet
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

  #toValue(text: string, at: number, escaped: boolean): string | number {
    if (this.#numeric[at] === true) return Number(text);
    return escaped && text.includes("%") ? decodeURIComponent(text) : text;
  }
}

/** Objects made from it get their hidden class from the names and the order in which they are set. */
const EMPTY_PROTOTYPE: object = Object.freeze(Object.create(null) as object);
