import type { StandardProps, StandardResult, StandardSchemaV1 } from "./standard-schema.ts";

type Validate<TOutput> = StandardProps<unknown, TOutput>["validate"];

/** The way into a schema that its library compiled itself, where that is shorter than Standard Schema. */
export function ownValidate<TOutput>(schema: StandardSchemaV1<unknown, TOutput>): Validate<TOutput> {
  const { vendor } = schema["~standard"];
  if (vendor === "arktype" && typeof schema === "function") return callArktype(schema);
  const standard = schema["~standard"];
  return (value) => standard.validate(value);
}

/** An arktype schema is a function; its errors are a list of their own kind, which no parsed document has. */
function callArktype<TOutput>(schema: (value: unknown) => unknown): Validate<TOutput> {
  return (value) => {
    const result = schema(value);
    return Array.isArray(result) && (result as { " arkKind"?: unknown })[" arkKind"] === "errors"
      ? (result as unknown as StandardResult<TOutput>) // it has the member `issues`
      : { value: result as TOutput }; // what a schema gives that reports no errors
  };
}
