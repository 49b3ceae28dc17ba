import {
  formatIpAddress,
  parseForwarded,
  parseForwardedNode,
  parseHostAndPort,
  parseIpAddress,
  parsePort,
  type Exchange,
  type ForwardedElement,
  type HeaderList,
  type Peer,
} from "@armature/http";
import { authorityOf } from "./authority.ts";
import type { ForwardedField, ProxyTrust } from "./trust-proxy.ts";

/** A request as its client sees it, in front of all trusted proxies. */
export interface ClientView {
  /** Address of the client; "" where it is not known. */
  readonly ip: string;
  readonly protocol: "http" | "https";
  /** Host and port that the client asked for; "" where it named none. */
  readonly host: string;
}

/** Gives what clients see. */
export type ClientViews = (exchange: Exchange) => ClientView;

/** Characters of a field that are looked at: more than any chain of proxies has. */
const MAX_LENGTH = 8 * 1024;

/** Makes what reads the fields of trusted proxies, once for each request and when first asked. */
export function createClientViews(trust: ProxyTrust): ClientViews {
  const known = new WeakMap<Exchange, ClientView>();
  return (exchange) => {
    const view = known.get(exchange) ?? readView(exchange, trust);
    known.set(exchange, view);
    return view;
  };
}

/** The request as it came: the other end of the connection is the client. */
export function directView(exchange: Exchange): ClientView {
  const { peer } = exchange;
  return { ip: ipOf(peer), protocol: peer.secure ? "https" : "http", host: authorityOf(exchange) };
}

/** The address of a peer in its one form; IPv4 that is mapped into IPv6 is written as IPv4. */
export function ipOf({ address }: Peer): string {
  const bytes = parseIpAddress(address);
  return bytes === null ? address : formatIpAddress(bytes);
}

function readView(exchange: Exchange, trust: ProxyTrust): ClientView {
  const direct = directView(exchange);
  if (!trust.trustsPeer(exchange.peer)) return direct;
  return trust.fields.has("forwarded")
    ? readForwarded(exchange.headers, trust, direct)
    : readXForwarded(exchange.headers, trust, direct);
}

/**
 * RFC 7239, from the nearest proxy outwards, as long as the one who is told of is trusted; what a farther proxy says of scheme and
 * host counts more.
 */
function readForwarded(headers: HeaderList, trust: ProxyTrust, direct: ClientView): ClientView {
  let { ip, protocol, host } = direct;
  let hop = 0;
  for (const element of fromNearest(headers)) {
    protocol = toProtocol(element?.proto) ?? protocol;
    host = toHost(element?.host) ?? host;
    ip = addressOf(element?.for);
    hop++;
    if (!trust.trusts(ip, hop)) break;
  }
  return { ip, protocol, host };
}

/** The elements of all lines from the last to the first; `null` for a line that cannot be read, and nothing behind it. */
function* fromNearest(headers: HeaderList): Generator<ForwardedElement | null> {
  for (const line of headers.getAll("forwarded").toReversed()) {
    const elements = line.length > MAX_LENGTH ? null : parseForwarded(line);
    if (elements === null) return yield null;
    yield* elements.toReversed();
  }
}

/** As many values of each field are passed over as there are trusted proxies in front of the nearest one. */
function readXForwarded(headers: HeaderList, trust: ProxyTrust, direct: ClientView): ClientView {
  let { ip } = direct;
  let hop = 0;
  for (const value of valuesOf("x-forwarded-for", headers, trust)) {
    ip = addressOf(value);
    hop++;
    if (!trust.trusts(ip, hop)) break;
  }
  const told = (field: ForwardedField): string | undefined => {
    const values = valuesOf(field, headers, trust);
    // A proxy that replaces what it got leaves one value for the whole chain.
    return values[Math.min(Math.max(hop, 1), values.length) - 1];
  };
  const protocol = toProtocol(told("x-forwarded-proto")) ?? direct.protocol;
  const host = toHost(told("x-forwarded-host")) ?? direct.host;
  return { ip, protocol, host: withPort(host, told("x-forwarded-port"), protocol) };
}

/** The values of a list from the last to the first; of a long one the end, which the nearest proxies wrote. */
function valuesOf(field: ForwardedField, headers: HeaderList, trust: ProxyTrust): readonly string[] {
  const text = trust.fields.has(field) ? headers.get(field) : undefined;
  if (text === undefined) return [];
  const values = text.slice(-MAX_LENGTH).split(",");
  if (text.length > MAX_LENGTH) values.shift();
  return values
    .map((value) => value.trim())
    .filter((value) => value !== "")
    .toReversed();
}

/** "" for a client that the proxy hides or does not know, and for what is no address. */
function addressOf(text: string | null | undefined): string {
  const node = parseForwardedNode(text ?? "");
  return node?.kind === "address" ? node.address : "";
}

function toProtocol(text: string | null | undefined): "http" | "https" | null {
  switch (text?.toLowerCase()) {
    case "https":
    case "wss":
      return "https";
    case "http":
    case "ws":
      return "http";
    default:
      return null;
  }
}

function toHost(text: string | null | undefined): string | null {
  return typeof text === "string" && parseHostAndPort(text) !== null ? text : null;
}

/** Adds a port that the host does not say and the scheme does not imply. */
function withPort(host: string, text: string | undefined, protocol: "http" | "https"): string {
  const port = text === undefined ? null : parsePort(text);
  if (port === null || port === (protocol === "https" ? 443 : 80)) return host;
  const named = parseHostAndPort(host);
  return named === null || named.port !== null ? host : `${host}:${port}`;
}
