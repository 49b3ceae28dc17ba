/**
 * A mistake in the use of the container, with a stable code.
 *
 * @example
 * try {
 *   container.get(Missing);
 * } catch (error) {
 *   if (error instanceof DiError) console.error(error.code); // "E_DI_MISSING"
 * }
 */
export class DiError extends Error {
  override readonly name: string = "DiError";
  /** Stable, e.g. "E_DI_NO_CONTEXT". */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
