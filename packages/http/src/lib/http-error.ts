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
