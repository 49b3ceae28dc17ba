/**
 * A mistake in a schema or in a value that the application itself gives; never the client's fault.
 *
 * @example
 * try {
 *   createSerializer().serialize({ total: 1n });
 * } catch (error) {
 *   error instanceof SchemaError && error.path; // "/total"
 * }
 */
export class SchemaError extends Error {
  override readonly name: string = "SchemaError";
  /** Stable, e.g. "E_SERIALIZE_FAILED"; the table is docs/errors.md. */
  readonly code: string;
  /** Where in the value, as a JSON Pointer (RFC 6901); `null` where it is not known. */
  readonly path: string | null;

  constructor(code: string, message: string, options: SchemaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.path = options.path ?? null;
  }
}

/** What a {@link SchemaError} may carry beside its code and message. */
export interface SchemaErrorOptions {
  readonly cause?: unknown;
  readonly path?: string | null;
}
