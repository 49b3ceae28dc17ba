import { SchemaError } from "../schema-error.ts";
import { isStandardSchema, type StandardSchemaV1 } from "../standard-schema.ts";
import { isJsonSchema, type JsonSchema, type SchemaSide } from "./json-schema.ts";
import { LIBRARY_HOOKS } from "./library-hooks.ts";
import { SchemaStudy, type JsonSchemaOverride, type SchemaGap } from "./schema-study.ts";

/** The draft of JSON Schema that is written, as Standard JSON Schema names it. */
const TARGET = "draft-2020-12";

/** Gives a schema the member `~standard.jsonSchema`, where its library keeps that apart. */
export type JsonSchemaConverter = (schema: never) => unknown;

/** How schemas become JSON Schemas. */
export interface JsonSchemaOptions {
  /**
   * Writes what the library has no JSON Schema for, or writes it differently; dates of an output are `date-time` strings without it.
   *
   * @example
   * const override: JsonSchemaOverride = ({ schema }) =>
   *   schema === Money ? { type: "string", format: "decimal" } : undefined;
   */
  readonly override?: JsonSchemaOverride;
  /**
   * By vendor, what gives a schema its JSON Schema where the library does not.
   *
   * @example
   * import { toStandardJsonSchema } from "@valibot/to-json-schema";
   * const options: JsonSchemaOptions = { converters: { valibot: toStandardJsonSchema } };
   */
  readonly converters?: Readonly<Record<string, JsonSchemaConverter>>;
}

/** What is known of one side of a schema. */
export interface SchemaDescription {
  /** The JSON Schema, in which every gap takes any value; `null` where the library gives none. */
  readonly json: JsonSchema | null;
  /** What the JSON Schema does not say. */
  readonly gaps: readonly SchemaGap[];
  /** Whether the schema may give another value than it takes; `true` where that is not known. */
  readonly rewrites: boolean;
}

/**
 * Describes one side of any Standard Schema as JSON Schema 2020-12, as far as it goes.
 *
 * zod and arktype bring it (Standard JSON Schema), and so does `fromTypebox`; valibot needs `toStandardJsonSchema` around a
 * schema, or among the `converters`.
 *
 * @throws SchemaError `E_SCHEMA_INVALID` for a value that is no Standard Schema
 * @example
 * describeSchema(z.object({ at: z.bigint() }), "output").gaps; // [{ path: "/properties/at", what: "a bigint" }]
 */
export function describeSchema(
  schema: StandardSchemaV1,
  side: SchemaSide,
  options: JsonSchemaOptions = {},
): SchemaDescription {
  return describe(schema, options, (vendor) => new SchemaStudy(vendor, side, options.override));
}

/** Describes what texts can be made into: what a schema makes of raw values itself takes anything. */
export function describeForCoercion(schema: StandardSchemaV1, options: JsonSchemaOptions): SchemaDescription {
  return describe(schema, options, (vendor) => new SchemaStudy(vendor, "input", options.override, true));
}

function describe(
  schema: StandardSchemaV1,
  options: JsonSchemaOptions,
  studyOf: (vendor: string) => SchemaStudy,
): SchemaDescription {
  if (!isStandardSchema(schema))
    throw new SchemaError("E_SCHEMA_INVALID", "Only a Standard Schema can be written as JSON Schema.");
  const { vendor } = schema["~standard"];
  const source = sourceOf(schema, options.converters?.[vendor]);
  if (source === null) return unknownSchema(`a ${vendor} schema without Standard JSON Schema`);
  const study = studyOf(vendor);
  const hooks = LIBRARY_HOOKS[vendor];
  if (hooks === undefined) study.rewrites = source["rewrites"] !== false;
  try {
    const json = source[study.side]({ target: TARGET, libraryOptions: hooks?.(schema, study) });
    if (!isJsonSchema(json)) return unknownSchema(`a ${vendor} schema that gave no JSON Schema`);
    return { json, gaps: study.gaps, rewrites: study.rewrites };
  } catch (error) {
    return unknownSchema(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The JSON Schema of one side of any Standard Schema, draft 2020-12.
 *
 * @throws SchemaError `E_JSON_SCHEMA` where a part cannot be expressed; the message names each with its place
 * @example
 * toJsonSchema(z.object({ id: z.int() }), "output"); // { type: "object", properties: { id: ... }, required: ["id"], ... }
 */
export function toJsonSchema(
  schema: StandardSchemaV1,
  side: SchemaSide,
  options: JsonSchemaOptions = {},
): JsonSchema {
  const { json, gaps } = describeSchema(schema, side, options);
  if (json !== null && gaps.length === 0) return json;
  const found = gaps.map(({ path, what }) => (path === "" ? what : `${what} at "${path}"`)).join(", ");
  throw new SchemaError(
    "E_JSON_SCHEMA",
    `The ${side} of the schema has no JSON Schema (${found}); use a type that JSON has, or write the part with jsonSchema.override.`,
    { path: gaps[0]?.path ?? null },
  );
}

interface JsonSchemaSource extends Record<SchemaSide, (options: unknown) => unknown> {
  /** Not part of the standard: own schemas say with `false` that they give what they take. */
  readonly rewrites?: unknown;
}

function sourceOf(
  schema: StandardSchemaV1,
  converter: JsonSchemaConverter | undefined,
): JsonSchemaSource | null {
  const own = jsonSchemaOf(schema);
  // The converter belongs to the vendor of the schema, so it takes its schemas.
  return own === null && converter !== undefined ? jsonSchemaOf(converter(schema as never)) : own;
}

function jsonSchemaOf(schema: unknown): JsonSchemaSource | null {
  const { jsonSchema } = (schema as StandardSchemaV1)["~standard"] as { jsonSchema?: unknown }; // looked at in the next line
  const isSource =
    typeof jsonSchema === "object" && jsonSchema !== null && "input" in jsonSchema && "output" in jsonSchema;
  return isSource ? (jsonSchema as JsonSchemaSource) : null; // both functions, says the standard
}

function unknownSchema(what: string): SchemaDescription {
  return { json: null, gaps: [{ path: "", what }], rewrites: true };
}
