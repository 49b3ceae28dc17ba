import type { ListenOptions as NodeListenOptions, Server } from "node:net";
import type { ListenAddress } from "@armature/http";
import { toListenError } from "./listen-error.ts";
import { listenOn } from "./listen-on.ts";
import type { ListenTarget } from "./listen-target.ts";
import { bindUnix } from "./unix-socket.ts";

/**
 * Binds a server and waits until it listens.
 * @throws ArmatureError with the code that fits what the system refused
 */
export async function bind(server: Server, target: ListenTarget): Promise<void> {
  try {
    if (target.kind === "unix") await bindUnix(server, target);
    else await listenOn(server, toNodeOptions(target));
  } catch (error) {
    throw toListenError(error, target);
  }
}

function toNodeOptions(target: Exclude<ListenTarget, { kind: "unix" }>): NodeListenOptions | object {
  if (target.kind === "handle") return target.handle;
  if (target.kind === "fd") return { fd: target.fd };
  const { port, host, ipv6Only, exclusive, reusePort, backlog } = target;
  return { port, host, ipv6Only, exclusive, reusePort, backlog };
}

/** Where a server that listens can be reached. */
export function addressOf(server: Server, scheme: string = "http"): ListenAddress {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return unixAddress(bound ?? "");
  const { address, port, family } = bound;
  const name = family === "IPv6" ? `[${address}]` : address;
  return { host: address, port, url: `${scheme}://${name}:${port}` };
}

/** Abstract names are written with "@", as the tools of Linux do. */
function unixAddress(path: string): ListenAddress {
  return { host: "", port: 0, path, url: `unix:${path.startsWith("\0") ? `@${path.slice(1)}` : path}` };
}
