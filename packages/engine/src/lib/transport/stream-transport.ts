import type { Socket } from "node:net";
import type { Peer } from "@armature/http";
import { socketBacklog } from "./socket-backlog.ts";
import type { Transport } from "./transport.ts";

/** What a transport over a socket of Node does, encrypted or not. */
export abstract class StreamTransport<TSocket extends Socket> implements Transport {
  protected socket: TSocket;
  /** Why the socket closes. */
  protected error: Error | null = null;

  constructor(socket: TSocket) {
    this.socket = socket;
  }

  abstract get peer(): Peer;

  abstract write(data: string | Uint8Array): void;

  get pending(): number {
    return this.socket.writableLength;
  }

  get backlog(): number {
    return socketBacklog(this.socket);
  }

  writeAll(pieces: readonly (string | Uint8Array)[]): void {
    this.socket.cork();
    for (const piece of pieces) this.write(piece);
    this.socket.uncork();
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}
