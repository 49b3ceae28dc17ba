import type { Server, Socket } from "node:net";
import type { Peer } from "@armature/http";
import { proxiedPeer } from "../proxy-protocol/proxied-peer.ts";
import { headerOf } from "../proxy-protocol/sources.ts";
import { DirectWriter, type DirectWriterOwner } from "./direct-writer.ts";
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
export class SocketTransport extends StreamTransport<Socket> implements DirectWriterOwner {
  readonly #options: SocketTransportOptions;
  #peer: Peer | null = null;
  #user: TransportUser | null = null;
  /** Writes past the stream; `null` where the runtime cannot. */
  #direct: DirectWriter | null = null;

  /** Takes a socket that was accepted by a server with `pauseOnConnect`. */
  constructor(accepted: Socket, options: SocketTransportOptions) {
    super(accepted);
    this.#options = options;
  }

  /** Starts to read. */
  start(user: TransportUser): void {
    this.#user = user;
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

  override get pending(): number {
    return this.socket.writableLength + (this.#direct?.waiting ?? 0);
  }

  write(data: string | Uint8Array): void {
    const { socket } = this;
    if (!socket.writable) return;
    if (typeof data !== "string") socket.write(data, this.#whenSent);
    else if (!this.#writeDirectly(data)) socket.write(data, "latin1", this.#whenSent);
  }

  #writeDirectly(text: string): boolean {
    if (this.#direct === null || this.pending > 0 || this.socket.writableCorked > 0) return false;
    return this.#direct.write(text);
  }

  /** The stream does not count what waits past it, so that its `drain` says nothing then. */
  get #whenSent(): (() => void) | undefined {
    return this.#direct !== null && this.#direct.waiting > 0 ? () => this.sent() : undefined;
  }

  /** What waited past the stream, or behind it, is written. */
  sent(): void {
    if (this.pending === 0) this.#user?.drained();
  }

  #readInto(user: TransportUser): Socket {
    const { server, highWaterBytes, sharedReads } = this.#options;
    const shared = sharedReads ? shareReads(server, this.socket, { highWaterBytes, user }) : null;
    if (shared === null) return this.socket.on("data", (chunk: Buffer) => user.data(chunk, chunk.length));
    this.#direct = DirectWriter.of(shared, this);
    return (this.socket = shared);
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
