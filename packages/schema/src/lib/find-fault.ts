import { toJsonPointer } from "./json-pointer.ts";

/** What stops a value from being written as JSON. */
export interface Fault {
  /** Where, as a JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly reason: string;
}

/**
 * Finds what made `JSON.stringify` throw, by taking the same steps in the same order; `null` where nothing is found.
 *
 * Runs only after a failure, and stops at the same place, so it costs what the failed attempt did.
 */
export function findFault(value: unknown): Fault | null {
  const walk: Walk = { keys: [], parents: [] };
  try {
    const reason = faultOf(value, "", walk);
    return reason === null ? null : { path: toJsonPointer(walk.keys), reason };
  } catch (error) {
    // A getter or toJSON threw, or the stack is full: keys still say where.
    return error instanceof RangeError ? null : { path: toJsonPointer(walk.keys), reason: thrown(error) };
  }
}

/** Where the search is: `keys[i]` leads from `parents[i]` to the next one. Left as it is when a fault is found. */
interface Walk {
  readonly keys: string[];
  readonly parents: object[];
}

function faultOf(raw: unknown, key: string, walk: Walk): string | null {
  const value = unbox(withToJson(raw, key));
  if (typeof value === "bigint") return "JSON has no bigint; turn it into a string or a number";
  if (typeof value !== "object" || value === null) return null;
  const at = walk.parents.indexOf(value);
  if (at >= 0) return `it is circular, it leads back to "${toJsonPointer(walk.keys.slice(0, at))}"`;
  return faultWithin(value, walk);
}

function faultWithin(parent: object, walk: Walk): string | null {
  walk.parents.push(parent);
  for (const key of Array.isArray(parent) ? parent.keys() : Object.keys(parent)) {
    const name = String(key);
    walk.keys.push(name);
    const reason = faultOf((parent as Record<string, unknown>)[name], name, walk); // an own key of parent
    if (reason !== null) return reason;
    walk.keys.pop();
  }
  walk.parents.pop();
  return null;
}

/** Bigints are asked for `toJSON` too, which some applications give them. */
function withToJson(value: unknown, key: string): unknown {
  if ((typeof value !== "object" || value === null) && typeof value !== "bigint") return value;
  const { toJSON } = value as { toJSON?: unknown }; // read as unknown and checked in the next line
  return typeof toJSON === "function" ? (toJSON as (key: string) => unknown).call(value, key) : value;
}

function unbox(value: unknown): unknown {
  return value instanceof Object && Object.prototype.toString.call(value) === "[object BigInt]"
    ? value.valueOf()
    : value;
}

function thrown(error: unknown): string {
  return `its getter or toJSON threw: ${error instanceof Error ? error.message : String(error)}`;
}
