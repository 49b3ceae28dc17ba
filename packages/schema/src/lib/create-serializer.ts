import { findFault } from "./find-fault.ts";
import { SchemaError } from "./schema-error.ts";

/** Writes the values of one route as JSON text. */
export interface Serializer {
  /**
   * Writes a value as JSON (RFC 8259).
   * @throws SchemaError `E_SERIALIZE_FAILED` for circular references, bigints, a value that JSON has no form for at the top
   *   (`undefined`, functions, symbols), and for getters and `toJSON` that throw
   */
  serialize(value: unknown): string;
}

/**
 * Makes a serializer, once for each route, at start.
 *
 * The schema describes the values that are written; it does not change the text: `JSON.stringify` decides about it, so
 * `undefined` members are left out and dates are ISO 8601 strings.
 *
 * @example
 * createSerializer().serialize({ id: 1 }); // '{"id":1}'
 */
export function createSerializer(_schema?: unknown): Serializer {
  return JSON_SERIALIZER;
}

const JSON_SERIALIZER: Serializer = Object.freeze({
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
