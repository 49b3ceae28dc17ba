import { assertField } from "@armature/http";
import type { Middleware } from "../pipeline/stages.ts";

/** Security fields by name; `false` leaves one out. */
export type SecurityHeadersOptions = Readonly<Record<string, string | false>>;

const DEFAULTS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'; script-src-attr 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "x-download-options": "noopen",
  "x-frame-options": "SAMEORIGIN",
  "x-permitted-cross-domain-policies": "none",
  "x-xss-protection": "0",
};

/**
 * Adds the fields that tell browsers to be careful; every one can be replaced or left out.
 *
 * `strict-transport-security` is sent over encrypted connections only (RFC 6797, 7.2).
 * @example
 * app.use(securityHeaders({ "x-frame-options": "DENY", "content-security-policy": false }));
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): Middleware {
  const chosen = Object.entries({ ...DEFAULTS, ...lowerKeys(options) });
  const fields = chosen.filter((entry): entry is [string, string] => entry[1] !== false);
  for (const [name, value] of fields) assertField(name, value);
  const plain = fields.filter(([name]) => name !== "strict-transport-security");
  return (context, next) => {
    for (const [name, value] of context.request.peer.secure ? fields : plain) context.addHeader(name, value);
    return next(context);
  };
}

function lowerKeys(options: SecurityHeadersOptions): Record<string, string | false> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name.toLowerCase(), value]));
}
