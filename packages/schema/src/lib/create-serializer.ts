import { findFault } from "./find-fault.ts";
import type { JsonSchema } from "./json-schema/json-schema.ts";
import { SchemaError } from "./schema-error.ts";
import { compileClosures, type ShapeCode } from "./serialize/compile-closures.ts";
import { compileSource } from "./serialize/compile-source.ts";
import { findMismatch } from "./serialize/find-mismatch.ts";
import { readShape } from "./serialize/read-shape.ts";
import { resolveShape, type Plan, type Shape } from "./serialize/shape.ts";
import { MISMATCH } from "./serialize/values.ts";

/** Writes the values of one route as JSON text. */
export interface Serializer {
  /**
   * Whether only what the schema declares is written, whatever else a value has, and nothing that is not of the declared kind.
   * `false` where there is no schema, or it has keywords that are not understood.
   */
  readonly isBounded: boolean;
  /** How values are written: by generated source, by closures, or by `JSON.stringify` alone. */
  readonly kind: "source" | "closures" | "stringify";
  /** The generated source, for reading; `null` where there is none. */
  readonly source: string | null;
  /**
   * Writes a value as JSON (RFC 8259).
   * @throws SchemaError `E_SERIALIZE_MISMATCH` for a value that is not of the declared kind; `E_SERIALIZE_FAILED` for circular
   *   references, bigints, a value that JSON has no form for at the top (`undefined`, functions, symbols), and for getters and
   *   `toJSON` that throw
   */
  serialize(value: unknown): string;
}

/** How a serializer is made. */
export interface SerializerOptions {
  /** Whether source may be generated and run. Default: where the runtime allows it. */
  readonly allowsSource?: boolean;
}

/**
 * Makes a serializer, once for each answer of a route, at start.
 *
 * Of a JSON Schema it learns which members there are and what kinds of values they have. It writes those members and no others:
 * what a schema of an object does not name is left out, unless `additionalProperties` lets it pass. Where kinds differ, it throws;
 * formats, lengths and ranges are the validator's. The text is that of `JSON.stringify` for the same members, though their order
 * may be that of the schema: dates are ISO 8601 strings, `undefined` members are left out, numbers that are not finite are null.
 *
 * Of several alternatives (`anyOf`, `oneOf`) the one with the value's tag is written, else the first that fits.
 *
 * @example
 * const json = toJsonSchema(z.object({ id: z.int() }), "output");
 * createSerializer(json).serialize({ id: 1, password: "x" }); // '{"id":1}'
 */
export function createSerializer(schema?: JsonSchema, options: SerializerOptions = {}): Serializer {
  const plan = schema === undefined ? null : readShape(schema);
  if (plan === null || resolveShape(plan.root, plan.shared).kind === "any") return JSON_SERIALIZER;
  const code = options.allowsSource === false ? null : compileSource(plan);
  return code === null
    ? new ShapeSerializer(plan, compileClosures(plan), null)
    : new ShapeSerializer(plan, code, code.source);
}

/** Writes a value; `MISMATCH` and what `JSON.stringify` throws come out. */
type WriteAll = (value: unknown) => string;

class ShapeSerializer implements Serializer {
  readonly isBounded = true;
  readonly kind: "source" | "closures";
  readonly source: string | null;
  readonly #plan: Plan;
  readonly #write: WriteAll;

  constructor(plan: Plan, code: ShapeCode, source: string | null) {
    this.kind = source === null ? "closures" : "source";
    this.source = source;
    this.#plan = plan;
    this.#write = isSmall(plan) ? code.write : exactOrWritten(code);
  }

  serialize(value: unknown): string {
    try {
      return this.#write(value);
    } catch (error) {
      throw this.#explain(value, error);
    }
  }

  #explain(value: unknown, error: unknown): SchemaError {
    if (error !== MISMATCH) return unserializable(value, error);
    const found = findMismatch(this.#plan, value);
    const { path, reason } = found ?? { path: "", reason: "does not have the declared shape" };
    return new SchemaError("E_SERIALIZE_MISMATCH", `The value at "${path}" ${reason}.`, { path });
  }
}

/** `JSON.stringify` writes most members faster than anything else, once it is known that it writes no other ones. */
function exactOrWritten({ write, isExact }: ShapeCode): WriteAll {
  return (value) => (isExact(value) ? JSON.stringify(value) : write(value));
}

/** Up to two members are faster to put together piece by piece, each a name and a scalar; `benchmarks/micro/serialize.ts` shows it. */
const SMALL = 4;

function isSmall({ root, shared }: Plan): boolean {
  return sizeOf(root, shared, SMALL) <= SMALL;
}

/** How many names and scalars values have, at most; lists and records may have any number. */
function sizeOf(shape: Shape, shared: readonly Shape[], budget: number): number {
  const resolved = resolveShape(shape, shared);
  if (resolved.kind === "scalar" || resolved.kind === "choice") return 1;
  if (resolved.kind !== "object" || resolved.rest.kind !== "never" || resolved.patterns.length > 0)
    return Number.POSITIVE_INFINITY;
  let size = 0;
  for (const member of resolved.members) {
    if (size > budget) break; // also what refers to itself ends here
    size += 1 + sizeOf(member.shape, shared, budget - size - 1);
  }
  return size;
}

const JSON_SERIALIZER: Serializer = Object.freeze({
  isBounded: false,
  kind: "stringify",
  source: null,
  serialize(value: unknown): string {
    let text: string | undefined;
    try {
      // Typed as string, but undefined for values that JSON has no form for.
      text = JSON.stringify(value) as string | undefined;
    } catch (error) {
      throw unserializable(value, error);
    }
    if (text === undefined) throw nothingToWrite(value);
    return text;
  },
});

function nothingToWrite(value: unknown): SchemaError {
  const kind = value === undefined ? "undefined" : `a ${typeof value}`;
  return new SchemaError(
    "E_SERIALIZE_FAILED",
    `JSON has no form for ${kind}; return null or a value (got ${kind} at the top).`,
    { path: "" },
  );
}

function unserializable(value: unknown, cause: unknown): SchemaError {
  const fault = findFault(value);
  if (fault === null) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new SchemaError("E_SERIALIZE_FAILED", `The value cannot be written as JSON: ${reason}.`, {
      cause,
    });
  }
  const { path, reason } = fault;
  return new SchemaError(
    "E_SERIALIZE_FAILED",
    `The value at "${path}" cannot be written as JSON: ${reason}.`,
    { cause, path },
  );
}
