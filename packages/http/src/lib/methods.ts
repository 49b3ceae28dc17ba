/**
 * The methods of the IANA HTTP Method Registry that requests can have, the common ones first.
 *
 * The registry's `*` and `PRI` are reserved names, so they are not here. Servers may take other methods: every token is one.
 */
export const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "QUERY",
  "ACL",
  "BASELINE-CONTROL",
  "BIND",
  "CHECKIN",
  "CHECKOUT",
  "COPY",
  "LABEL",
  "LINK",
  "LOCK",
  "MERGE",
  "MKACTIVITY",
  "MKCALENDAR",
  "MKCOL",
  "MKREDIRECTREF",
  "MKWORKSPACE",
  "MOVE",
  "ORDERPATCH",
  "PROPFIND",
  "PROPPATCH",
  "REBIND",
  "REPORT",
  "SEARCH",
  "UNBIND",
  "UNCHECKOUT",
  "UNLINK",
  "UNLOCK",
  "UPDATE",
  "UPDATEREDIRECTREF",
  "VERSION-CONTROL",
] as const;

/** A registered method. */
export type Method = (typeof METHODS)[number];

const REGISTERED: ReadonlySet<string> = new Set(METHODS);
const SAFE: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "QUERY",
  "PROPFIND",
  "REPORT",
  "SEARCH",
]);
const NOT_IDEMPOTENT: ReadonlySet<string> = new Set(["POST", "PATCH", "CONNECT", "LOCK"]);
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD", "TRACE", "CONNECT"]);

/** Whether a method is registered; methods are case-sensitive (RFC 9110, 9.1). */
export function isRegisteredMethod(method: string): method is Method {
  return REGISTERED.has(method);
}

/** Whether requests of a method only read (RFC 9110, 9.2.1); `false` for methods that are not registered. */
export function isSafeMethod(method: string): boolean {
  return SAFE.has(method);
}

/**
 * Whether a request may be sent again without a further effect (RFC 9110, 9.2.2); `false` for methods that are not
 * registered.
 */
export function isIdempotentMethod(method: string): boolean {
  return REGISTERED.has(method) && !NOT_IDEMPOTENT.has(method);
}

/**
 * Whether a request body can mean something: not for GET and HEAD, where it has no defined meaning and intermediaries
 * drop it (RFC 9110, 9.3.1), not for TRACE, which must have none, not for CONNECT.
 *
 * DELETE counts as `true`: a body has no defined meaning there either, but services rely on it.
 */
export function allowsRequestBody(method: string): boolean {
  return !WITHOUT_BODY.has(method);
}
