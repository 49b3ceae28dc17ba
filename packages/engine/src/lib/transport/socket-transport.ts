import type { Server, Socket } from "node:net";
import type { Peer } from "@armature/http";
import { proxiedPeer } from "../proxy-protocol/proxied-peer.ts";
import { headerOf } from "../proxy-protocol/sources.ts";
import { shareReads } from "./shared-read.ts";
import { StreamTransport } from "./stream-transport.ts";
import type { TransportUser } from "./transport.ts";

/** How accepted sockets are read. */
export interface SocketTransportOptions {
  readonly server: Server;
  readonly highWaterBytes: number;
  /** Whether to read into one buffer shared by all sockets, where the runtime can; otherwise through `data` events. */
  readonly sharedReads: boolean;
  /** Whether the server listens on a Unix domain socket. */
  readonly unix: boolean;
}

/** A TCP or Unix domain socket as a transport. */
export class SocketTransport extends StreamTransport<Socket> {
  readonly #options: SocketTransportOptions;
  #peer: Peer | null = null;

  /** Takes a socket that was accepted by a server with `pauseOnConnect`. */
  constructor(accepted: Socket, options: SocketTransportOptions) {
    super(accepted);
    this.#options = options;
  }

  /** Starts to read. */
  start(user: TransportUser): void {
    const socket = this.#readInto(user);
    socket.on("end", () => user.ended());
    socket.on("drain", () => user.drained());
    socket.on("error", (error) => {
      this.error = error;
    });
    socket.on("close", () => user.closed(this.error));
    socket.resume();
  }

  get peer(): Peer {
    return (this.#peer ??= peerOf(this.socket, this.#options.unix));
  }

  write(data: string | Uint8Array): void {
    if (!this.socket.writable) return;
    if (typeof data === "string") this.socket.write(data, "latin1");
    else this.socket.write(data);
  }

  #readInto(user: TransportUser): Socket {
    const { server, highWaterBytes, sharedReads } = this.#options;
    const shared = sharedReads ? shareReads(server, this.socket, { highWaterBytes, user }) : null;
    if (shared === null) this.socket.on("data", (chunk: Buffer) => user.data(chunk, chunk.length));
    else this.socket = shared;
    return this.socket;
  }
}

const UNIX_PEER: Peer = Object.freeze({ address: "", port: 0, secure: false, unix: true });

/** The client of a socket without encryption, as a proxy told it or the system does. */
export function peerOf(socket: Socket, unix: boolean): Peer {
  const header = headerOf(socket);
  const direct = unix ? UNIX_PEER : tcpPeer(socket);
  return header === null ? direct : proxiedPeer(header, direct);
}

function tcpPeer({ remoteAddress = "", remotePort = 0 }: Socket): Peer {
  return { address: remoteAddress, port: remotePort, secure: false };
}
