/**
 * A mistake of configuration or use, with a stable code; thrown while an application is built or started.
 *
 * @example
 * throw new ArmatureError("E_PORT_INVALID", "Port must be a number between 0 and 65535 (got 99999).");
 */
export class ArmatureError extends Error {
  override readonly name: string = "ArmatureError";
  /** Stable, e.g. "E_PORT_IN_USE"; the table is docs/errors.md. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
