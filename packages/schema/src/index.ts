export { compileCoercion, type PartCoercion, type TextPart } from "./lib/coerce/compile-coercion.ts";
export { compileValidator, type Checked, type Validator } from "./lib/compile-validator.ts";
export { createSerializer, type Serializer, type SerializerOptions } from "./lib/create-serializer.ts";
export { fromJsonPointer, toJsonPointer } from "./lib/json-pointer.ts";
export type { JsonSchema, JsonSchemaObject, SchemaSide } from "./lib/json-schema/json-schema.ts";
export type { JsonSchemaOverride, SchemaGap, SchemaPart } from "./lib/json-schema/schema-study.ts";
export {
  describeSchema,
  toJsonSchema,
  type JsonSchemaConverter,
  type JsonSchemaOptions,
  type SchemaDescription,
} from "./lib/json-schema/to-json-schema.ts";
export { MAX_PROBLEM_CHARS, MAX_PROBLEMS, type Problem } from "./lib/problem.ts";
export { SchemaError, type SchemaErrorOptions } from "./lib/schema-error.ts";
export {
  isStandardSchema,
  type InferInput,
  type InferOutput,
  type StandardFailure,
  type StandardIssue,
  type StandardOptions,
  type StandardPathSegment,
  type StandardProps,
  type StandardResult,
  type StandardSchemaV1,
  type StandardSuccess,
  type StandardTypes,
} from "./lib/standard-schema.ts";
