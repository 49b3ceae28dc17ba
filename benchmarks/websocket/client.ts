import { connect, type Socket } from "node:net";
import { PONG } from "./client-frame.ts";

/** One buffer for all sockets: nothing is kept of what comes. */
const SHARED = Buffer.allocUnsafeSlow(64 * 1024);

/** A socket whose bytes are counted and forgotten: the load must cost less than what it measures. */
export class Client {
  /** Told of each read: `length` bytes at the start of the buffer. */
  take: (length: number, bytes: Buffer) => void = () => {};
  readonly #socket: Socket;
  /** What is said to a socket that expects nothing are pings; without a pong servers close it. */
  readonly #answerPings = (): void => this.send(PONG);

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Opens a WebSocket and resolves behind the handshake. */
  static async open(port: number, path: string, takesDeflate: boolean): Promise<Client> {
    return await new Promise((resolve, reject) => {
      const onread = { buffer: SHARED, callback: (length: number) => (client.take(length, SHARED), true) };
      const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
      const client = new Client(socket);
      const failed = (why: string): void => reject(new Error(`${path} is not taken over: ${why}`));
      socket.once("error", (error) => failed(error.message));
      socket.once("close", () => failed("the connection was closed"));
      client.take = (length, bytes) => {
        const head = bytes.toString("latin1", 0, length);
        if (!head.startsWith("HTTP/1.1 101 ")) return failed(head);
        client.take = client.#answerPings;
        resolve(client);
      };
      socket.write(handshake(path, takesDeflate));
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function handshake(path: string, takesDeflate: boolean): string {
  const fields = [
    "host: 127.0.0.1",
    "connection: Upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  if (takesDeflate)
    fields.push(
      "sec-websocket-extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    );
  return `GET ${path} HTTP/1.1\r\n${fields.join("\r\n")}\r\n\r\n`;
}
