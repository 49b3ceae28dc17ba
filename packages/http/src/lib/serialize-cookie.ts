import { HttpError } from "./http-error.ts";
import { formatHttpDate } from "./http-date.ts";
import { isToken } from "./token.ts";

/** The attributes of a cookie (RFC 6265bis, 4.1.2). What is not said is safe: HTTPS only, out of reach of scripts, same site. */
export interface CookieOptions {
  /** Seconds until the browser forgets it; 0 deletes it. Default: when the browser's session ends. */
  readonly maxAgeSeconds?: number;
  /** When the browser forgets it; `maxAgeSeconds` wins over it. */
  readonly expires?: Date;
  /** The host that gets it, and all hosts below. Default: this host alone. */
  readonly domain?: string;
  /** The path that gets it, and all paths below. Default "/". */
  readonly path?: string;
  /** Whether it travels over HTTPS only; browsers count http://localhost as HTTPS. Default `true`. */
  readonly secure?: boolean;
  /** Whether scripts cannot read it. Default `true`. */
  readonly httpOnly?: boolean;
  /** Whether other sites' requests carry it: never, for links to the top level, or always. Default "lax". */
  readonly sameSite?: "strict" | "lax" | "none";
  /** Whether each top-level site that embeds this one gets a jar of its own (CHIPS). Default `false`. */
  readonly partitioned?: boolean;
  /** Which cookies a full jar drops first. Default: none is said, browsers take "medium". */
  readonly priority?: "low" | "medium" | "high";
}

/**
 * Writes the value of a `set-cookie` field.
 *
 * Characters of the value that a cookie cannot have are percent-encoded; {@link parseCookies} decodes them.
 *
 * @throws HttpError 500, as all mistakes here are the application's: `E_COOKIE_NAME_INVALID` for a name that is no token,
 *   `E_COOKIE_VALUE_INVALID` for half a surrogate pair, `E_COOKIE_TOO_LARGE` for over 4096 bytes of name and value or 1024 of an
 *   attribute, which browsers drop, `E_COOKIE_ATTRIBUTE_INVALID` for an attribute out of its range, `E_COOKIE_INSECURE` for
 *   `sameSite: "none"` or `partitioned` without `secure`, `E_COOKIE_PREFIX` for a name like `__Host-` without the attributes
 *   that it promises
 * @example
 * serializeCookie("__Host-sid", "abc", { maxAgeSeconds: 3600 });
 * // "__Host-sid=abc; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax"
 * @example
 * serializeCookie("__Host-sid", "", { maxAgeSeconds: 0 }); // deletes it
 */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  const attributes = { ...DEFAULTS, ...withoutUndefined(options) };
  const pair = serializePair(name, value);
  assertAttributes(name, attributes);
  assertSecure(name, attributes);
  assertPrefix(name, attributes);
  return pair + serializeAttributes(attributes);
}

const DEFAULTS = { path: "/", secure: true, httpOnly: true, sameSite: "lax", partitioned: false } as const;

type Attributes = CookieOptions & Required<Pick<CookieOptions, keyof typeof DEFAULTS>>;

/** An option that is there but undefined must not switch a safe default off. */
function withoutUndefined(options: CookieOptions): CookieOptions {
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined));
}

const MAX_BYTES = 4096;
const MAX_ATTRIBUTE_BYTES = 1024;

function serializePair(name: string, value: string): string {
  if (!isToken(name)) {
    throw mistake(
      "E_COOKIE_NAME_INVALID",
      `The cookie name ${JSON.stringify(name)} is not a token; use letters, digits, "-" and "_".`,
    );
  }
  const pair = `${name}=${encodeValue(name, value)}`;
  if (pair.length - 1 <= MAX_BYTES) return pair;
  throw mistake(
    "E_COOKIE_TOO_LARGE",
    `The cookie "${name}" is larger than browsers keep: name and value must have at most ${MAX_BYTES} bytes (got ${pair.length - 1}); store the data elsewhere and send its key.`,
  );
}

// All but cookie-octet (RFC 6265bis, 4.1.1), and the percent sign itself.
const ENCODED = /[^\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/gu;

function encodeValue(name: string, value: string): string {
  try {
    return value.replace(ENCODED, encodeURIComponent);
  } catch (cause) {
    throw mistake(
      "E_COOKIE_VALUE_INVALID",
      `The value of the cookie "${name}" has half a surrogate pair, which has no UTF-8 form; encode binary data as base64.`,
      cause,
    );
  }
}

function serializeAttributes(attributes: Attributes): string {
  const { maxAgeSeconds, expires, domain, path, sameSite, priority } = attributes;
  let text = "";
  if (maxAgeSeconds !== undefined) text += `; Max-Age=${maxAgeSeconds}`;
  if (expires !== undefined) text += `; Expires=${formatHttpDate(expires)}`;
  if (domain !== undefined) text += `; Domain=${domain}`;
  text += `; Path=${path}`;
  if (attributes.secure) text += "; Secure";
  if (attributes.httpOnly) text += "; HttpOnly";
  text += `; SameSite=${SAME_SITE[sameSite]}`;
  if (attributes.partitioned) text += "; Partitioned";
  if (priority !== undefined) text += `; Priority=${PRIORITY[priority]}`;
  return text;
}

const SAME_SITE = { strict: "Strict", lax: "Lax", none: "None" } as const;
const PRIORITY = { low: "Low", medium: "Medium", high: "High" } as const;
const DOMAIN = /^\.?[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?(?:\.[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?)*$/;
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/;

function assertAttributes(name: string, attributes: Attributes): void {
  const { maxAgeSeconds, expires, domain, path, sameSite, priority } = attributes;
  const isWhole = maxAgeSeconds === undefined || Number.isSafeInteger(maxAgeSeconds);
  assertAttribute(name, "maxAgeSeconds", maxAgeSeconds, isWhole);
  assertAttribute(name, "expires", expires, expires === undefined || hasCookieYear(expires));
  assertAttribute(name, "domain", domain, domain === undefined || DOMAIN.test(domain));
  assertAttribute(name, "path", path, PATH.test(path));
  assertAttributeSize(name, "domain", domain ?? "");
  assertAttributeSize(name, "path", path);
  assertAttribute(name, "sameSite", sameSite, Object.hasOwn(SAME_SITE, sameSite));
  assertAttribute(name, "priority", priority, priority === undefined || Object.hasOwn(PRIORITY, priority));
}

const RULES = {
  maxAgeSeconds: "a whole number of seconds",
  expires: "a valid Date between the years 1601 and 9999",
  domain: 'a host name in ASCII, e.g. "example.com"',
  path: 'ASCII that starts with "/" and has no ";"',
  sameSite: '"strict", "lax" or "none"',
  priority: '"low", "medium" or "high"',
} as const;

/** Browsers ignore an attribute that is longer, and take the cookie without it (RFC 6265bis, 5.6). */
function assertAttributeSize(cookie: string, name: string, value: string): void {
  if (value.length <= MAX_ATTRIBUTE_BYTES) return;
  throw mistake(
    "E_COOKIE_TOO_LARGE",
    `The option "${name}" of the cookie "${cookie}" must have at most ${MAX_ATTRIBUTE_BYTES} bytes (got ${value.length}); browsers ignore longer ones.`,
  );
}

function assertAttribute(cookie: string, name: keyof typeof RULES, value: unknown, valid: boolean): void {
  if (valid) return;
  throw mistake(
    "E_COOKIE_ATTRIBUTE_INVALID",
    `The option "${name}" of the cookie "${cookie}" must be ${RULES[name]} (got ${describe(value)}).`,
  );
}

function hasCookieYear(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1601 && year <= 9999;
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function assertSecure(name: string, { secure, sameSite, partitioned }: Attributes): void {
  if (secure || (sameSite !== "none" && !partitioned)) return;
  const wish = partitioned ? "partitioned: true" : 'sameSite: "none"';
  throw mistake(
    "E_COOKIE_INSECURE",
    `Browsers drop the cookie "${name}": ${wish} needs secure: true (got secure: false).`,
  );
}

/** Names that promise attributes; browsers compare them without regard to case (RFC 6265bis, 4.1.3). */
const PREFIXES = [
  { prefix: "__Host-Http-", host: true, httpOnly: true },
  { prefix: "__Host-", host: true, httpOnly: false },
  { prefix: "__Http-", host: false, httpOnly: true },
  { prefix: "__Secure-", host: false, httpOnly: false },
] as const;

function assertPrefix(name: string, { secure, httpOnly, path, domain }: Attributes): void {
  const rule = PREFIXES.find(({ prefix }) => name.toLowerCase().startsWith(prefix.toLowerCase()));
  if (rule === undefined) return;
  const needs = [
    ...(secure ? [] : ["secure: true"]),
    ...(rule.httpOnly && !httpOnly ? ["httpOnly: true"] : []),
    ...(rule.host && path !== "/" ? ['path: "/"'] : []),
    ...(rule.host && domain !== undefined ? ["no domain"] : []),
  ];
  if (needs.length === 0) return;
  throw mistake(
    "E_COOKIE_PREFIX",
    `Browsers drop the cookie "${name}": names with ${rule.prefix} need ${needs.join(" and ")}.`,
  );
}

function mistake(code: string, message: string, cause?: unknown): HttpError {
  return new HttpError(500, code, message, { cause });
}
