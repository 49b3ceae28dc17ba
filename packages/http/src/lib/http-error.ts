import { statusText } from "./status.ts";

/** What an {@link HttpError} may carry beside its status, code and detail. */
export interface HttpErrorOptions {
  /** The error behind it; logged, never answered. */
  readonly cause?: unknown;
  /** Fields for the answer, e.g. `{ allow: "GET" }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document (RFC 9457, 3.2), e.g. `{ problems: [...] }`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Whether `detail` may be shown to the client. Default: status under 500. */
  readonly expose?: boolean;
}

/**
 * An error with an HTTP status, answered as problem details (RFC 9457).
 *
 * @example
 * throw new HttpError(409, "E_EMAIL_TAKEN", "A user with this email exists.");
 */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  /** 400 to 599. */
  readonly status: number;
  /** Stable, for programs; the framework's own start with "E_". */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly expose: boolean;

  constructor(status: number, code: string, detail?: string, options: HttpErrorOptions = {}) {
    super(detail ?? statusText(status), options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
    this.expose = options.expose ?? status < 500;
  }
}

// On the prototype, so that an error costs nothing more; Symbol.for, so that every copy of this package has the same one.
const BRAND = Symbol.for("armature.HttpError");
Object.defineProperty(HttpError.prototype, BRAND, { value: true });

/**
 * Whether a value is an {@link HttpError}, also one of another copy of this package, where `instanceof` says no.
 *
 * @example
 * if (isHttpError(error) && error.status === 404) return null;
 */
export function isHttpError(value: unknown): value is HttpError {
  return typeof value === "object" && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
}
