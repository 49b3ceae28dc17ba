import { isNestedDeeperThan } from "./nesting.ts";
import { ownValidate } from "./own-validate.ts";
import { toProblems, type Problem } from "./problem.ts";
import { SchemaError } from "./schema-error.ts";
import {
  isStandardSchema,
  type InferOutput,
  type StandardProps,
  type StandardResult,
  type StandardSchemaV1,
} from "./standard-schema.ts";

/** What a validation gives: the schema's output, or what is wrong with the value. */
export type Checked<TOutput> =
  | { readonly ok: true; readonly value: TOutput }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A schema made ready to run for every request. */
export interface Validator<TOutput> {
  /** The library behind it, e.g. "zod". */
  readonly vendor: string;
  /**
   * Checks a value; gives a promise only where the schema does.
   * @throws SchemaError `E_SCHEMA_THREW` where the schema throws, `E_SCHEMA_RESULT_INVALID` where it gives no result
   */
  validate(value: unknown): Checked<TOutput> | Promise<Checked<TOutput>>;
}

/**
 * Makes a validator of any Standard Schema; done once for each route, at start.
 *
 * A failure reports at most 100 problems and about 16 KiB of text ({@link toProblems}).
 * A value that is nested so deeply that the schema runs out of stack is a problem of the value, not of the schema.
 *
 * @throws SchemaError `E_SCHEMA_INVALID` for a value that is no Standard Schema
 * @example
 * const validator = compileValidator(z.object({ id: z.number() }));
 * validator.validate({ id: "x" }); // { ok: false, problems: [{ path: "/id", message: ..., code: "invalid_type" }] }
 */
export function compileValidator<TSchema extends StandardSchemaV1>(
  schema: TSchema,
): Validator<InferOutput<TSchema>> {
  if (!isStandardSchema(schema)) throw notASchema(schema);
  return new StandardValidator(schema);
}

class StandardValidator<TOutput> implements Validator<TOutput> {
  readonly vendor: string;
  readonly #validate: StandardProps<unknown, TOutput>["validate"];

  constructor(schema: StandardSchemaV1<unknown, TOutput>) {
    this.vendor = schema["~standard"].vendor;
    this.#validate = ownValidate(schema);
  }

  validate(value: unknown): Checked<TOutput> | Promise<Checked<TOutput>> {
    let result: StandardResult<TOutput> | Promise<StandardResult<TOutput>>;
    try {
      result = this.#validate(value);
    } catch (error) {
      return this.#onThrow(error, value);
    }
    return isPromise(result) ? this.#later(result, value) : this.#check(result);
  }

  #later(result: Promise<StandardResult<TOutput>>, value: unknown): Promise<Checked<TOutput>> {
    return result.then(
      (settled) => this.#check(settled),
      (error: unknown) => this.#onThrow(error, value),
    );
  }

  #check(result: StandardResult<TOutput>): Checked<TOutput> {
    if (typeof result !== "object" || result === null) throw noResult(this.vendor, result);
    return result.issues === undefined ? passed(result.value) : failed(toProblems(result.issues));
  }

  #onThrow(error: unknown, value: unknown): Checked<never> {
    if (error instanceof RangeError && isNestedDeeperThan(value, MAX_NESTING)) return failed(TOO_DEEP);
    throw threw(this.vendor, error);
  }
}

/** Far above what documents have, far below what overflows the stack of a schema library. */
const MAX_NESTING = 500;

const TOO_DEEP: readonly Problem[] = Object.freeze([
  Object.freeze({ path: "", message: "The value is nested too deeply.", code: "too_deep" }),
]);

// One hidden class for every result, whichever validator made it: both functions write the same members in the same order.
interface AnyChecked {
  readonly ok: boolean;
  readonly value: unknown;
  readonly problems: readonly Problem[] | null;
}

function passed<TOutput>(value: TOutput): Checked<TOutput> {
  const checked: AnyChecked = { ok: true, value, problems: null };
  return checked as Checked<TOutput>; // ok is true, and value is there
}

function failed(problems: readonly Problem[]): Checked<never> {
  const checked: AnyChecked = { ok: false, value: undefined, problems };
  return checked as Checked<never>; // ok is false, and problems are there
}

/** Libraries may bring their own promises, so `instanceof` is not enough. */
function isPromise<T extends object>(result: T | Promise<T>): result is Promise<T> {
  return typeof (result as { then?: unknown } | null | undefined)?.then === "function";
}

function notASchema(schema: unknown): SchemaError {
  return new SchemaError(
    "E_SCHEMA_INVALID",
    `A schema must implement Standard Schema version 1, as zod, valibot and arktype do (got ${describe(schema)}); wrap TypeBox schemas in fromTypebox().`,
  );
}

function noResult(vendor: string, result: unknown): SchemaError {
  return new SchemaError(
    "E_SCHEMA_RESULT_INVALID",
    `The ${vendor} schema must give { value } or { issues } (got ${describe(result)}); mend its validate function.`,
  );
}

function threw(vendor: string, error: unknown): SchemaError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SchemaError(
    "E_SCHEMA_THREW",
    `The ${vendor} schema threw while it validated a value: ${reason}; make it report an issue instead.`,
    { cause: error },
  );
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
