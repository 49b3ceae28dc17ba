import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** The accepted socket that a handshake took over, which the type of Node does not know. */
export function socketBelow(socket: TLSSocket): Socket {
  const { _parent: below } = socket as TLSSocket & { readonly _parent?: Socket | null };
  return below ?? socket;
}
