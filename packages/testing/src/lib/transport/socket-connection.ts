import { connect, type Socket } from "node:net";
import type { ListenAddress } from "@armature/http";
import type { ClientConnection } from "./client-connection.ts";

/** A connection over a TCP socket. */
export class SocketConnection implements ClientConnection {
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Uint8Array>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>; // no encoding is set
  }

  /** Connects to a listener. */
  static open({ host, port }: ListenAddress): Promise<SocketConnection> {
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        // A server that cuts the connection shows as the end of what can be read.
        socket.on("error", () => {});
        resolve(new SocketConnection(socket));
      });
    });
  }

  write(data: string | Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(data);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async read(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#chunks.next();
      return done === true ? null : value;
    } catch {
      return null; // cut by the server
    }
  }
}
