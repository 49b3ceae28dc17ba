import { parseIpAddress } from "./ip-address.ts";

/** A host with an optional port, as in `host` and in URLs. */
export interface HostAndPort {
  /** A name, an IPv4 address, or an IPv6 address in brackets; as it was written. */
  readonly host: string;
  /** `null` where none is given. */
  readonly port: number | null;
}

const NAME = /^[\w-]+(?:\.[\w-]+)*\.?$/;

/** RFC 1035, 2.3.4, and the dot at the end. */
const MAX_NAME_LENGTH = 254;

/**
 * Reads a host that somebody names in the place of another: letters, digits, `-`, `_` and dots, or an address. That is less than
 * RFC 3986 allows in URLs, and all that names in use have. `null` for any other text.
 *
 * @example
 * parseHostAndPort("example.com:8443"); // { host: "example.com", port: 8443 }
 */
export function parseHostAndPort(text: string): HostAndPort | null {
  const colon = text.lastIndexOf(":");
  const hasPort = colon > text.lastIndexOf("]");
  const host = hasPort ? text.slice(0, colon) : text;
  const port = hasPort ? parsePort(text.slice(colon + 1)) : null;
  return isHost(host) && (!hasPort || port !== null) ? { host, port } : null;
}

/** A port from 1 to 65535; `null` for any other text. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

function isHost(host: string): boolean {
  if (host.startsWith("["))
    return host.endsWith("]") && host.includes(":") && parseIpAddress(host.slice(1, -1)) !== null;
  return host.length <= MAX_NAME_LENGTH && NAME.test(host);
}
