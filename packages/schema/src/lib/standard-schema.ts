/**
 * The Standard Schema interface, version 1 (https://standardschema.dev): what zod, valibot, arktype and others
 * offer under the property `~standard`.
 *
 * @example
 * const Even: StandardSchemaV1<unknown, number> = {
 *   "~standard": {
 *     version: 1,
 *     vendor: "example",
 *     validate: (value) =>
 *       typeof value === "number" && value % 2 === 0 ? { value } : { issues: [{ message: "Must be even." }] },
 *   },
 * };
 */
export interface StandardSchemaV1<TInput = unknown, TOutput = TInput> {
  readonly "~standard": StandardProps<TInput, TOutput>;
}

/** The properties of a Standard Schema. */
export interface StandardProps<TInput = unknown, TOutput = TInput> {
  readonly version: 1;
  /** The library that made the schema, e.g. "zod". */
  readonly vendor: string;
  /** Validates a value; a promise only where the schema needs one. */
  readonly validate: (
    value: unknown,
    options?: StandardOptions,
  ) => StandardResult<TOutput> | Promise<StandardResult<TOutput>>;
  /** Carries the inferred types; never present at run time. */
  readonly types?: StandardTypes<TInput, TOutput> | undefined;
}

/** Parameters that a library may understand. */
export interface StandardOptions {
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

/** The result of a validation: a value, or issues. */
export type StandardResult<TOutput> = StandardSuccess<TOutput> | StandardFailure;

/** The result of a validation that passed. */
export interface StandardSuccess<TOutput> {
  readonly value: TOutput;
  readonly issues?: undefined;
}

/** The result of a validation that failed. */
export interface StandardFailure {
  readonly issues: readonly StandardIssue[];
}

/** One thing that is wrong with a value. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | StandardPathSegment)[] | undefined;
}

/** One step of an issue's path, where it is not a bare key. */
export interface StandardPathSegment {
  readonly key: PropertyKey;
}

/** What a schema takes and gives. */
export interface StandardTypes<TInput = unknown, TOutput = TInput> {
  readonly input: TInput;
  readonly output: TOutput;
}

/**
 * The type of the values that a schema takes.
 *
 * @example
 * type Query = InferInput<typeof QuerySchema>; // { page: string }
 */
export type InferInput<TSchema extends StandardSchemaV1> = NonNullable<
  TSchema["~standard"]["types"]
>["input"];

/**
 * The type of the values that a schema gives.
 *
 * @example
 * type Query = InferOutput<typeof QuerySchema>; // { page: number }
 */
export type InferOutput<TSchema extends StandardSchemaV1> = NonNullable<
  TSchema["~standard"]["types"]
>["output"];

/** Whether a value is a Standard Schema, version 1; some libraries' schemas are functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const props = (value as { "~standard"?: unknown })["~standard"]; // read as unknown and checked below
  if (typeof props !== "object" || props === null) return false;
  const { version, validate } = props as Partial<StandardProps>; // both checked in the next line
  return version === 1 && typeof validate === "function";
}
