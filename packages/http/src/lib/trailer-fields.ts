import type { HttpVersion } from "./exchange.ts";
import { encodeFields, type FieldList } from "./header-block.ts";
import type { HeaderList } from "./header-list.ts";
import { HttpError } from "./http-error.ts";
import { trimOws } from "./trim-ows.ts";

/**
 * Fields that mean something only in front of a body: framing, routing, conditions, authentication, control data, and what
 * says how the body is read (RFC 9110, 6.5.1).
 */
const HEADER_ONLY: ReadonlySet<string> = new Set([
  "accept-ranges",
  "age",
  "authorization",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "date",
  "expect",
  "expires",
  "forwarded",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "location",
  "max-forwards",
  "pragma",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "range",
  "retry-after",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "vary",
  "warning",
  "www-authenticate",
]);

/** Whether a field may come behind a body; the name in any case. */
export function isTrailerName(name: string): boolean {
  return !HEADER_ONLY.has(name.toLowerCase());
}

/**
 * Writes trailer fields as lines, each with its CRLF, after checking every one of them.
 *
 * @throws HttpError 500 `E_TRAILER_FORBIDDEN` for a field that may only come in front of a body (RFC 9110, 6.5.1)
 * @throws HttpError as {@link encodeFields} does
 */
export function encodeTrailers(fields: FieldList): string {
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string; // at < length
    if (!isTrailerName(name)) throw forbidden(name);
  }
  return encodeFields(fields);
}

/**
 * Whether the client of a request takes trailer fields: over HTTP/1.1 it says so with `te: trailers` (RFC 9110, 10.1.4), over
 * HTTP/2 they are part of every answer (RFC 9113, 8.1), and HTTP/1.0 has none.
 */
export function acceptsTrailers(request: {
  readonly version: HttpVersion;
  readonly headers: HeaderList;
}): boolean {
  if (request.version !== "1.1") return request.version === "2.0";
  const te = request.headers.get("te");
  return te !== undefined && te.split(",").some((coding) => trimOws(coding).toLowerCase() === "trailers");
}

function forbidden(name: string): HttpError {
  return new HttpError(
    500,
    "E_TRAILER_FORBIDDEN",
    `The field "${name}" may not come behind a body; send it as a header field.`,
  );
}
