import { parseParameterized, type Parameter } from "../parse-parameters.ts";
import { splitOutsideQuotes } from "../quoted-string.ts";
import { isToken } from "../token.ts";
import { trimOws } from "../trim-ows.ts";
import { parsePort } from "./host-and-port.ts";
import { formatIpAddress, parseIpAddress } from "./ip-address.ts";

/** What one proxy says of the request that it passed on; `null` for what it does not say (RFC 7239, 5). */
export interface ForwardedElement {
  /** Who asked the proxy; read it with {@link parseForwardedNode}. */
  readonly for: string | null;
  /** Where the proxy was asked. */
  readonly by: string | null;
  /** The `host` field that it got. */
  readonly host: string | null;
  /** The scheme by which it was asked. */
  readonly proto: string | null;
  /** Other parameters, in order of arrival; their names are in lower case and do not repeat. */
  readonly extensions: readonly Parameter[];
}

/**
 * Reads a `forwarded` field (RFC 7239, 4), the farthest proxy first; `null` where any part of it is malformed. Linear in time.
 *
 * @example
 * parseForwarded('for="[2001:db8::1]:4711";proto=https, for=_lb')?.[0]?.proto; // "https"
 */
export function parseForwarded(value: string): ForwardedElement[] | null {
  const elements: ForwardedElement[] = [];
  for (const part of splitOutsideQuotes(value, ",")) {
    const text = trimOws(part);
    if (text === "") continue;
    const element = parseElement(text);
    if (element === null) return null;
    elements.push(element);
  }
  return elements;
}

function parseElement(text: string): ForwardedElement | null {
  const parameters = parseParameterized(`;${text}`)?.parameters ?? null;
  if (parameters === null) return null;
  const byName = new Map(parameters.map(({ name, value }) => [name, value]));
  // Which of two would count is anybody's guess.
  if (byName.size !== parameters.length) return null;
  return {
    for: byName.get("for") ?? null,
    by: byName.get("by") ?? null,
    host: byName.get("host") ?? null,
    proto: byName.get("proto") ?? null,
    extensions: parameters.filter(({ name }) => !OWN.has(name)),
  };
}

const OWN: ReadonlySet<string> = new Set(["for", "by", "host", "proto"]);

/**
 * Writes a `forwarded` field; the counterpart of {@link parseForwarded}. Elements that say nothing are left out.
 *
 * @throws TypeError for names that are no tokens and values with control characters or characters above U+00FF
 */
export function serializeForwarded(elements: readonly ForwardedElement[]): string {
  return elements
    .map(serializeElement)
    .filter((text) => text !== "")
    .join(", ");
}

function serializeElement({ extensions, ...own }: ForwardedElement): string {
  const pairs: (readonly [string, string | null])[] = [
    ["for", own.for],
    ["by", own.by],
    ["host", own.host],
    ["proto", own.proto],
    ...extensions.map(({ name, value }) => [name, value] as const),
  ];
  return pairs.flatMap(([name, value]) => (value === null ? [] : [serializePair(name, value)])).join(";");
}

const QUOTABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

function serializePair(name: string, value: string): string {
  if (!isToken(name) || !QUOTABLE.test(value))
    throw new TypeError(
      `A parameter of "forwarded" cannot be written: ${JSON.stringify(`${name}=${value}`)}.`,
    );
  return `${name}=${isToken(value) ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`}`;
}

/** Who asked a proxy (RFC 7239, 6): an address in its one form, or a name that hides it. */
export type ForwardedNode =
  | { readonly kind: "address"; readonly address: string; readonly port: number | null }
  | { readonly kind: "unknown" }
  | { readonly kind: "obfuscated"; readonly name: string };

const UNKNOWN: ForwardedNode = { kind: "unknown" };
const OBFUSCATED = /^_[\w.-]+$/;

/**
 * Reads a node; `null` where it is malformed. Besides RFC 7239 it takes IPv6 addresses without brackets, as `x-forwarded-for` has.
 *
 * @example
 * parseForwardedNode("[2001:DB8::1]:4711"); // { kind: "address", address: "2001:db8::1", port: 4711 }
 */
export function parseForwardedNode(text: string): ForwardedNode | null {
  const bare = text.startsWith("[") ? null : parseIpAddress(text);
  if (bare !== null) return { kind: "address", address: formatIpAddress(bare), port: null };
  const colon = text.lastIndexOf(":");
  const hasPort = colon > text.lastIndexOf("]");
  const port = hasPort ? parseNodePort(text.slice(colon + 1)) : null;
  if (hasPort && port === null) return null;
  return parseName(hasPort ? text.slice(0, colon) : text, port === HIDDEN_PORT ? null : port);
}

/** Stands for a port that the proxy does not tell. */
const HIDDEN_PORT = 0;

function parseNodePort(text: string): number | null {
  return OBFUSCATED.test(text) ? HIDDEN_PORT : parsePort(text);
}

function parseName(name: string, port: number | null): ForwardedNode | null {
  if (name.toLowerCase() === "unknown") return UNKNOWN;
  if (OBFUSCATED.test(name)) return { kind: "obfuscated", name };
  const isBracketed = name.startsWith("[") && name.endsWith("]");
  const address = parseIpAddress(isBracketed ? name.slice(1, -1) : name);
  // Brackets are for IPv6, and IPv6 with a port has them.
  if (address === null || isBracketed !== name.includes(":")) return null;
  return { kind: "address", address: formatIpAddress(address), port };
}
