import type { ProxyHeader } from "./proxy-header.ts";

/** What proxies told of the sockets that they opened. */
const headers = new WeakMap<object, ProxyHeader>();

/** Keeps what a proxy told of a socket. */
export function noteHeader(socket: object, header: ProxyHeader): void {
  headers.set(socket, header);
}

/** What a proxy told of a socket; `null` where none did. */
export function headerOf(socket: object): ProxyHeader | null {
  return headers.get(socket) ?? null;
}
