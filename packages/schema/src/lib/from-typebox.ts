import type { StaticDecode, StaticEncode, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import type { TLocalizedValidationError } from "typebox/error";
import { Clone, HasCodec } from "typebox/value";
import { fromJsonPointer } from "./json-pointer.ts";
import type { SchemaSide } from "./json-schema/json-schema.ts";
import type { StandardIssue, StandardProps, StandardResult, StandardSchemaV1 } from "./standard-schema.ts";

/** How a TypeBox schema treats values before it checks them. */
export interface TypeboxOptions {
  /**
   * Whether to fill in defaults, convert what can be converted ("42" to 42, "true" to true) and drop members that the
   * schema does not name, on a copy of the value; for query strings, path parameters and forms. Default `false`.
   */
  readonly coerce?: boolean;
}

/**
 * Makes a Standard Schema of a TypeBox schema, which has none of its own; compiled here, once.
 *
 * Codecs are decoded after the value was checked; a decode function that throws is an error of the schema.
 * TypeBox reports at most 8 errors unless its `maxErrors` setting says otherwise.
 *
 * @example
 * const User = fromTypebox(Type.Object({ id: Type.Integer() }));
 * compileValidator(User).validate({ id: 1 }); // { ok: true, value: { id: 1 } }
 */
export function fromTypebox<TType extends TSchema>(
  schema: TType,
  options: TypeboxOptions = {},
): StandardSchemaV1<StaticEncode<TType>, StaticDecode<TType>> {
  const validator: Validator = Compile(schema);
  const prepare = options.coerce === true ? (value: unknown) => coerce(validator, value) : asIs;
  const finish = HasCodec(schema) ? (value: unknown) => validator.Decode(value) : asIs;

  function validate(value: unknown): StandardResult<StaticDecode<TType>> {
    const prepared = prepare(value);
    if (!validator.Check(prepared)) return { issues: validator.Errors(prepared).flatMap(toIssues) };
    return { value: finish(prepared) as StaticDecode<TType> }; // Check passed, and codecs are decoded
  }
  const jsonSchema = jsonSchemaOf(schema, options);
  const standard: TypeboxProps<TType> = { version: 1, vendor: "typebox", validate, jsonSchema };
  return { "~standard": standard };
}

interface TypeboxProps<TType extends TSchema> extends StandardProps<
  StaticEncode<TType>,
  StaticDecode<TType>
> {
  readonly jsonSchema: TypeboxJsonSchema;
}

interface TypeboxJsonSchema extends Record<SchemaSide, () => unknown> {
  /** Codecs, and coercion, give another value than they take. */
  readonly rewrites: boolean;
}

/** A TypeBox schema is JSON Schema already, beside members that no text of it has. */
function jsonSchemaOf(schema: TSchema, { coerce: coerces = false }: TypeboxOptions): TypeboxJsonSchema {
  const hasCodec = HasCodec(schema);
  const input = (): unknown => JSON.parse(JSON.stringify(schema));
  const output = (): unknown => {
    if (hasCodec) throw new Error("what a TypeBox codec decodes to");
    return input();
  };
  return { input, output, rewrites: hasCodec || coerces };
}

interface TypeboxIssue extends StandardIssue {
  readonly code: string;
}

/** A missing member is reported where it is missing, one issue each, as other libraries do. */
function toIssues(error: TLocalizedValidationError): TypeboxIssue[] {
  const path = fromJsonPointer(error.instancePath);
  if (error.keyword !== "required") return [{ path, message: error.message, code: error.keyword }];
  return error.params.requiredProperties.map((name) => ({
    path: [...path, name],
    message: "is required",
    code: "required",
  }));
}

function coerce(validator: Validator, value: unknown): unknown {
  return validator.Clean(validator.Convert(validator.Default(Clone(value))));
}

function asIs(value: unknown): unknown {
  return value;
}
