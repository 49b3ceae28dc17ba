import type { AddressSet } from "@armature/http";
import type { ConnectionPool } from "../connection-pool.ts";
import { ProxiedTransport, type ProxiedHost, type StartableTransport } from "./proxied-transport.ts";
import { ProxyFront, type SocketFront } from "./proxy-front.ts";

/** Makes a connection of a transport, behind a proxy where there are any, and starts it. */
export function open(transport: StartableTransport, pool: ConnectionPool, proxies: AddressSet | null): void {
  const outer = proxies === null ? transport : new ProxiedTransport(transport, hostOf(pool, proxies));
  outer.start(pool.accept(outer));
}

/** Where the sockets of a listener come from. */
export interface FrontPlace {
  readonly pool: ConnectionPool;
  /** Whether the listener has a Unix domain socket. */
  readonly unix: boolean;
}

/** Puts what takes the headers of proxies in front of what takes sockets; nothing where there are no proxies. */
export function behindProxies(
  inner: SocketFront,
  proxies: AddressSet | null,
  { pool, unix }: FrontPlace,
): SocketFront {
  return proxies === null ? inner : new ProxyFront(hostOf(pool, proxies), unix, inner);
}

function hostOf({ counters, wheel, now, limits }: ConnectionPool, from: AddressSet): ProxiedHost {
  return { from, counters, wheel, now, timeoutMs: limits.headersTimeoutMs, places: limits.maxConnections };
}
