import { BOOLEAN, NULL, NUMBER, STRING } from "./shape.ts";

/** What a writer throws where a value is not what its schema declares; where that is, is looked for afterwards. */
export const MISMATCH: Error = new Error("The value does not have the shape that its schema declares.");

/** Leaves a writer. */
export function mismatch(): never {
  throw MISMATCH;
}

/** Everything that cannot stand in a JSON string as it is, and all that is no ASCII: half a surrogate pair needs an escape. */
const UNUSUAL = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

/** Up to this many characters a loop is faster than the expression. */
const SHORT = 40;

/** A string as JSON. */
export function quote(text: string): string {
  const { length } = text;
  if (length > SHORT) return UNUSUAL.test(text) ? JSON.stringify(text) : `"${text}"`;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x22 || code === 0x5c || code > 0x7e) return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** A number as JSON, which has no form for those that are not finite. */
export function number(value: number): string {
  return value - value === 0 ? `${value}` : "null";
}

/** The bit of a scalar's type; 0 for everything else. */
export function bitOf(value: unknown): number {
  if (value === null) return NULL;
  return BITS[typeof value] ?? 0;
}

const BITS: Readonly<Record<string, number>> = { string: STRING, number: NUMBER, boolean: BOOLEAN };

/** A scalar of one of the types as JSON; also what becomes one, such as a date. */
export function scalar(value: unknown, key: string, types: number): string {
  const plain = toPlain(value, key);
  if ((bitOf(plain) & types) === 0) throw MISMATCH;
  if (typeof plain === "string") return quote(plain);
  return typeof plain === "number" ? number(plain) : String(plain);
}

/** One of a few scalars as JSON. */
export function choice(value: unknown, key: string, texts: ReadonlyMap<unknown, string>): string {
  return texts.get(value) ?? texts.get(toPlain(value, key)) ?? mismatch();
}

/** Whatever JSON has a form for; `undefined` for what it leaves out. */
export function any(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return primitive(value, key);
  const { toJSON } = value as { toJSON?: unknown }; // read as unknown and looked at in the next line
  if (typeof toJSON !== "function" || toJSON === Date.prototype.toJSON) return JSON.stringify(value);
  return asMember(value, key);
}

function primitive(value: unknown, key: string): string | undefined {
  return typeof value === "bigint" ? asMember(value, key) : JSON.stringify(value);
}

/** `toJSON` is told the key of its value. */
function asMember(value: unknown, key: string): string | undefined {
  const text = JSON.stringify({ [key]: value });
  return text === "{}" ? undefined : text.slice(JSON.stringify(key).length + 2, -1);
}

/** The same, where it may not be left out. */
export function some(value: unknown, key: string): string {
  return any(value, key) ?? mismatch();
}

/** The value that JSON has for an object: what its `toJSON` gives, or what is boxed in it. */
export function toPlain(value: unknown, key: string): unknown {
  if ((typeof value !== "object" || value === null) && typeof value !== "bigint") return value;
  const { toJSON } = value as { toJSON?: unknown }; // read as unknown and looked at in the next line
  const plain: unknown = typeof toJSON === "function" ? toJSON.call(value, key) : value;
  return typeof plain === "object" && plain !== null && BOXES.has(Object.getPrototypeOf(plain))
    ? plain.valueOf()
    : plain;
}

const BOXES = new Set<unknown>([String.prototype, Number.prototype, Boolean.prototype]);

/** Whether JSON leaves a member out because of its value. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "function" || typeof value === "symbol";
}

/** Whether `JSON.stringify` writes an object by its own members, one for each of them. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    (value as { toJSON?: unknown }).toJSON === undefined
  );
}

/** Whether `JSON.stringify` writes a value as a time. */
export function isTime(value: unknown): boolean {
  return (
    value instanceof Date &&
    !Number.isNaN(value.getTime()) &&
    (value as { toJSON?: unknown }).toJSON === Date.prototype.toJSON
  );
}

/** Names that every object has by its prototype: they count only where an object has them itself. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** A member by a name that every object has. */
export function ownMember(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
