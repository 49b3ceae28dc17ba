import type { TLSSocket } from "node:tls";
import type { Peer } from "@armature/http";
import { StreamTransport } from "../transport/stream-transport.ts";
import type { TransportUser } from "../transport/transport.ts";
import { TlsPeer } from "./tls-peer.ts";

/** An encrypted socket, its handshake done, as a transport. */
export class TlsTransport extends StreamTransport<TLSSocket> {
  readonly #highWaterBytes: number;
  readonly #unix: boolean;
  #user: TransportUser | null = null;
  #peer: Peer | null = null;
  /** Whether someone waits until nothing is pending. */
  #isFull = false;

  /** @param unix whether the socket is a Unix domain socket */
  constructor(socket: TLSSocket, highWaterBytes: number, unix: boolean) {
    super(socket);
    this.#highWaterBytes = highWaterBytes;
    this.#unix = unix;
  }

  /** Starts to read. */
  start(user: TransportUser): void {
    const socket = this.socket;
    this.#user = user;
    socket.on("data", (chunk: Buffer) => user.data(chunk, chunk.length));
    socket.on("end", () => user.ended());
    socket.on("error", (error) => {
      this.error = error;
    });
    socket.on("close", () => user.closed(this.error));
  }

  get peer(): Peer {
    return (this.#peer ??= new TlsPeer(this.socket, this.#unix));
  }

  write(data: string | Uint8Array): void {
    const socket = this.socket;
    if (!socket.writable) return;
    if (typeof data === "string") socket.write(data, "latin1", this.#sent);
    else socket.write(data, this.#sent);
    this.#isFull ||= socket.writableLength >= this.#highWaterBytes;
  }

  /** Sockets that a TLS server makes have a high-water mark of Node's own, so that their `drain` says nothing about ours. */
  readonly #sent = (): void => {
    if (!this.#isFull || this.socket.writableLength > 0) return;
    this.#isFull = false;
    this.#user?.drained();
  };
}
