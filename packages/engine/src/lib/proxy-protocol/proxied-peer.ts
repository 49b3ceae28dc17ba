import type { Peer, PeerTls } from "@armature/http";
import type { ProxyHeader } from "./proxy-header.ts";

/** The client that a proxy tells of; the proxy itself where it tells of nobody. */
export function proxiedPeer({ source, tls, authority }: ProxyHeader, proxy: Peer): Peer {
  if (source === null) return proxy;
  if (tls === null) return { ...source, secure: false };
  const told: PeerTls = { ...tls, serverName: authority, clientCertificate: null };
  return { ...source, secure: true, tls: told };
}
