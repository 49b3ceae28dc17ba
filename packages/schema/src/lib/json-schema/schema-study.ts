import type { JsonSchemaObject, SchemaSide } from "./json-schema.ts";

/** A part of a schema that its library is about to write as JSON Schema. */
export interface SchemaPart {
  /** The library, e.g. "zod". */
  readonly vendor: string;
  /** The library's own object for the part; `null` where the library does not hand it out. */
  readonly schema: unknown;
  /** What the library writes; empty for what it cannot express. */
  readonly json: JsonSchemaObject;
  readonly side: SchemaSide;
  /** Where in the JSON Schema, as a JSON Pointer; "" where the library does not say. */
  readonly path: string;
}

/** Writes a part of a schema in the library's place; `undefined` leaves it to the library. */
export type JsonSchemaOverride = (part: SchemaPart) => JsonSchemaObject | undefined;

/** A part that JSON Schema has nothing for. */
export interface SchemaGap {
  /** Where in the JSON Schema, as a JSON Pointer; "" where the library does not say. */
  readonly path: string;
  /** What stands there, e.g. "a bigint". */
  readonly what: string;
}

/** What is learnt of a schema while its library writes it. */
export class SchemaStudy {
  readonly side: SchemaSide;
  /** Whether what a schema does first with a raw value counts: it takes anything then, not only what comes out of that. */
  readonly isRaw: boolean;
  readonly gaps: SchemaGap[] = [];
  /** Whether the schema may give another value than it takes: defaults, transforms, trimmed strings. */
  rewrites = false;
  readonly #vendor: string;
  readonly #override: JsonSchemaOverride | undefined;

  constructor(vendor: string, side: SchemaSide, override: JsonSchemaOverride | undefined, isRaw = false) {
    this.side = side;
    this.isRaw = isRaw;
    this.#vendor = vendor;
    this.#override = override;
  }

  /** What the application writes for a part, else ISO 8601 text for a date, which is how JSON has it; `undefined` leaves it as it is. */
  replace(
    schema: unknown,
    json: JsonSchemaObject,
    { path, isDate }: { readonly path: string; readonly isDate: boolean },
  ): JsonSchemaObject | undefined {
    const given = this.#override?.({ vendor: this.#vendor, schema, json, side: this.side, path });
    if (given !== undefined) return given;
    return isDate && this.side === "output" && json.type === undefined
      ? { ...json, type: "string", format: "date-time" }
      : undefined;
  }

  addGap(path: string, what: string): void {
    this.gaps.push({ path, what });
  }
}
