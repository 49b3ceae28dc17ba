import { isHttpError, type HttpError } from "./http-error.ts";
import { statusText } from "./status.ts";

/** The media type of problem details (RFC 9457, 6.1). */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** The body of an error answer (RFC 9457, 3.1), with the framework's own members `code` and `requestId`. */
export interface ProblemDetails {
  /** A URI of the kind of problem; "about:blank" where there is no more to know than the status. */
  readonly type: string;
  /** The reason phrase of the status. */
  readonly title: string;
  readonly status: number;
  /** What went wrong this time, for people. */
  readonly detail?: string;
  /** Stable, for programs, e.g. "E_NOT_FOUND". */
  readonly code: string;
  /** A URI of this occurrence. */
  readonly instance?: string;
  /** The id of the request in logs and traces. */
  readonly requestId?: string;
  /** What the error is, while the application is developed. */
  readonly debug?: ProblemDebug;
  /** Further members (RFC 9457, 3.2). */
  readonly [extension: string]: unknown;
}

/** What only developers may see of an error. */
export interface ProblemDebug {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** The error behind it, if there is one. */
  readonly cause?: ProblemDebug;
}

/** What {@link toProblem} adds to an error. */
export interface ProblemOptions {
  readonly instance?: string | undefined;
  readonly requestId?: string | undefined;
  /** Whether to show messages, stacks and causes, for development; never in production. Default `false`. */
  readonly debug?: boolean | undefined;
  /** Makes the `type` of a code, e.g. `(code) => "https://errors.example.com/" + code`. Default: "about:blank". */
  readonly typeOf?: ((code: string) => string) | undefined;
}

/**
 * Turns whatever was thrown into problem details (RFC 9457).
 *
 * An {@link HttpError} shows its status and code, its detail where `expose` says so, and its extensions, which cannot
 * replace the standard members. Everything else becomes 500 `E_INTERNAL`, with nothing of its message or stack.
 *
 * @example
 * toProblem(new HttpError(404, "E_NOT_FOUND", "no user 7"), { instance: "/users/7" });
 * // { type: "about:blank", title: "Not Found", status: 404, detail: "no user 7", code: "E_NOT_FOUND", instance: "/users/7" }
 */
export function toProblem(error: unknown, options: ProblemOptions = {}): ProblemDetails {
  const known = isHttpError(error) && isErrorStatus(error.status) ? error : null;
  const status = known?.status ?? 500;
  const code = known?.code ?? "E_INTERNAL";
  return {
    type: options.typeOf?.(code) ?? "about:blank",
    title: statusText(status),
    status,
    ...(known !== null && showsDetail(known, options) ? { detail: known.message } : null),
    code,
    ...(options.instance === undefined ? null : { instance: options.instance }),
    ...(options.requestId === undefined ? null : { requestId: options.requestId }),
    ...(known === null ? null : extensionsOf(known)),
    ...(options.debug === true ? { debug: toDebug(error, MAX_CAUSES) } : null),
  };
}

const RESERVED = new Set([
  "type",
  "title",
  "status",
  "detail",
  "code",
  "instance",
  "requestId",
  "debug",
  "__proto__",
]);
const MAX_CAUSES = 5;

function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599;
}

/** A message that only repeats the title says nothing. */
function showsDetail(error: HttpError, options: ProblemOptions): boolean {
  return (error.expose || options.debug === true) && error.message !== statusText(error.status);
}

function extensionsOf(error: HttpError): Record<string, unknown> {
  return Object.fromEntries(Object.entries(error.extensions).filter(([name]) => !RESERVED.has(name)));
}

function toDebug(error: unknown, causes: number): ProblemDebug {
  if (!(error instanceof Error)) return { name: typeof error, message: describe(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...(stack === undefined ? null : { stack }),
    ...(cause === undefined || causes === 0 ? null : { cause: toDebug(cause, causes - 1) }),
  };
}

/** A thrown value may be anything, also one that cannot be turned into text. */
function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "a value without a text";
  }
}
