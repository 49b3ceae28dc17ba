import { HttpError, type HttpErrorOptions } from "./http-error.ts";

/** What the functions that throw errors of one status take beside the detail. */
export interface StatusErrorOptions extends HttpErrorOptions {
  /** A code of the application's own instead of the default one, e.g. "E_USER_UNKNOWN". */
  readonly code?: string;
}

/**
 * Throws 400 `E_BAD_REQUEST`: the request cannot be understood.
 *
 * @example
 * const page = Number(query.page) || badRequest(`"page" must be a number (got "${query.page}")`);
 */
export function badRequest(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(400, "E_BAD_REQUEST", detail, options);
}

/**
 * Throws 401 `E_UNAUTHORIZED`: the client must say who it is.
 *
 * @param challenge the `www-authenticate` field, which a 401 must have (RFC 9110, 15.5.2), e.g. `Bearer realm="api"`
 */
export function unauthorized(challenge: string, detail?: string, options?: StatusErrorOptions): never {
  throw statusError(401, "E_UNAUTHORIZED", detail, withHeader(options, "www-authenticate", challenge));
}

/** Throws 402 `E_PAYMENT_REQUIRED`. */
export function paymentRequired(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(402, "E_PAYMENT_REQUIRED", detail, options);
}

/** Throws 403 `E_FORBIDDEN`: the client is known, or does not matter, and may not do this. */
export function forbidden(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(403, "E_FORBIDDEN", detail, options);
}

/**
 * Throws 404 `E_NOT_FOUND`.
 *
 * @example
 * return users.find(id) ?? notFound(`no user ${id}`);
 */
export function notFound(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(404, "E_NOT_FOUND", detail, options);
}

/**
 * Throws 405 `E_METHOD_NOT_ALLOWED`.
 *
 * @param allow the methods that are there, for the `allow` field that a 405 must have (RFC 9110, 15.5.6)
 */
export function methodNotAllowed(
  allow: readonly string[],
  detail?: string,
  options?: StatusErrorOptions,
): never {
  throw statusError(405, "E_METHOD_NOT_ALLOWED", detail, withHeader(options, "allow", allow.join(", ")));
}

/** Throws 406 `E_NOT_ACCEPTABLE`: there is no representation that the client accepts. */
export function notAcceptable(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(406, "E_NOT_ACCEPTABLE", detail, options);
}

/** Throws 408 `E_REQUEST_TIMEOUT`: the client took too long to send its request. */
export function requestTimeout(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(408, "E_REQUEST_TIMEOUT", detail, options);
}

/** Throws 409 `E_CONFLICT`: the request does not fit the present state. */
export function conflict(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(409, "E_CONFLICT", detail, options);
}

/** Throws 410 `E_GONE`: it was here, and will not come back. */
export function gone(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(410, "E_GONE", detail, options);
}

/** Throws 411 `E_LENGTH_REQUIRED`. */
export function lengthRequired(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(411, "E_LENGTH_REQUIRED", detail, options);
}

/** Throws 412 `E_PRECONDITION_FAILED`: a condition of the request (`if-match` and the like) does not hold. */
export function preconditionFailed(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(412, "E_PRECONDITION_FAILED", detail, options);
}

/** Throws 413 `E_CONTENT_TOO_LARGE`. */
export function contentTooLarge(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(413, "E_CONTENT_TOO_LARGE", detail, options);
}

/** Throws 415 `E_UNSUPPORTED_MEDIA_TYPE`; say what is supported with `{ headers: { accept } }` (RFC 9110, 15.5.16). */
export function unsupportedMediaType(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(415, "E_UNSUPPORTED_MEDIA_TYPE", detail, options);
}

/**
 * Throws 416 `E_RANGE_NOT_SATISFIABLE`.
 *
 * @param size bytes of the whole representation, for the `content-range` field (RFC 9110, 15.5.17)
 */
export function rangeNotSatisfiable(size: number, detail?: string, options?: StatusErrorOptions): never {
  const headers = withHeader(options, "content-range", `bytes */${size}`);
  throw statusError(416, "E_RANGE_NOT_SATISFIABLE", detail, headers);
}

/** Throws 422 `E_UNPROCESSABLE`: the content is well-formed, but its instructions cannot be followed. */
export function unprocessable(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(422, "E_UNPROCESSABLE", detail, options);
}

/** Throws 423 `E_LOCKED`. */
export function locked(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(423, "E_LOCKED", detail, options);
}

/**
 * Throws 426 `E_UPGRADE_REQUIRED`.
 *
 * @param protocols for the `upgrade` field that a 426 must have (RFC 9110, 15.5.22), e.g. "websocket"
 */
export function upgradeRequired(protocols: string, detail?: string, options?: StatusErrorOptions): never {
  throw statusError(426, "E_UPGRADE_REQUIRED", detail, withHeader(options, "upgrade", protocols));
}

/** Throws 428 `E_PRECONDITION_REQUIRED`: the request must be conditional (RFC 6585, 3). */
export function preconditionRequired(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(428, "E_PRECONDITION_REQUIRED", detail, options);
}

/**
 * Throws 429 `E_TOO_MANY_REQUESTS`.
 *
 * @param retryAfterSeconds for the `retry-after` field; parts of a second are rounded up
 */
export function tooManyRequests(
  retryAfterSeconds?: number,
  detail?: string,
  options?: StatusErrorOptions,
): never {
  throw statusError(429, "E_TOO_MANY_REQUESTS", detail, withRetryAfter(options, retryAfterSeconds));
}

/** Throws 451 `E_UNAVAILABLE_FOR_LEGAL_REASONS` (RFC 7725). */
export function unavailableForLegalReasons(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(451, "E_UNAVAILABLE_FOR_LEGAL_REASONS", detail, options);
}

/** Throws 500 `E_INTERNAL`; the detail is logged, and answered only with `{ expose: true }`. */
export function internalError(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(500, "E_INTERNAL", detail, options);
}

/** Throws 501 `E_NOT_IMPLEMENTED`; the detail is logged, and answered only with `{ expose: true }`. */
export function notImplemented(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(501, "E_NOT_IMPLEMENTED", detail, options);
}

/** Throws 502 `E_BAD_GATEWAY`; the detail is logged, and answered only with `{ expose: true }`. */
export function badGateway(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(502, "E_BAD_GATEWAY", detail, options);
}

/**
 * Throws 503 `E_SERVICE_UNAVAILABLE`; the detail is logged, and answered only with `{ expose: true }`.
 *
 * @param retryAfterSeconds for the `retry-after` field; parts of a second are rounded up
 */
export function serviceUnavailable(
  retryAfterSeconds?: number,
  detail?: string,
  options?: StatusErrorOptions,
): never {
  throw statusError(503, "E_SERVICE_UNAVAILABLE", detail, withRetryAfter(options, retryAfterSeconds));
}

/** Throws 504 `E_GATEWAY_TIMEOUT`; the detail is logged, and answered only with `{ expose: true }`. */
export function gatewayTimeout(detail?: string, options?: StatusErrorOptions): never {
  throw statusError(504, "E_GATEWAY_TIMEOUT", detail, options);
}

function statusError(
  status: number,
  code: string,
  detail: string | undefined,
  options: StatusErrorOptions = {},
): HttpError {
  return new HttpError(status, options.code ?? code, detail, options);
}

/** A header of the caller's own wins over the one that the status needs. */
function withHeader(options: StatusErrorOptions = {}, name: string, value: string): StatusErrorOptions {
  return { ...options, headers: { [name]: value, ...options.headers } };
}

function withRetryAfter(options: StatusErrorOptions = {}, seconds?: number): StatusErrorOptions {
  if (seconds === undefined) return options;
  return withHeader(options, "retry-after", String(Math.max(0, Math.ceil(seconds))));
}
