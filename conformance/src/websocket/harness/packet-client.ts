import { once } from "node:events";
import { WebSocket as WsClient } from "ws";

/** A client that sends packets as text, and keeps those that come. */
export class PacketClient implements Disposable {
  readonly socket: WsClient;
  readonly packets: string[] = [];
  #isClosed = false;
  #wake: () => void = () => {};

  private constructor(socket: WsClient) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.#note(() => this.packets.push(data.toString())));
    socket.on("close", () => this.#note(() => (this.#isClosed = true)));
    socket.on("error", () => {});
  }

  static open(url: string): Promise<PacketClient> {
    return PacketClient.over(new WsClient(url));
  }

  /** A client over a socket that is about to open. */
  static async over(socket: WsClient): Promise<PacketClient> {
    const client = new PacketClient(socket);
    await once(client.socket, "open");
    return client;
  }

  send(packet: unknown): void {
    this.socket.send(JSON.stringify(packet));
  }

  /** Sends a packet and gives the next one that comes. */
  async ask(packet: unknown): Promise<unknown> {
    const count = this.packets.length;
    this.send(packet);
    await this.until(() => this.packets.length > count);
    return JSON.parse(this.packets[count] ?? "null");
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#isClosed) throw new Error("The connection closed.");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The code of the close frame. */
  async closing(): Promise<number> {
    const [code] = (await once(this.socket, "close")) as [number]; // as ws documents
    return code;
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #note(change: () => void): void {
    change();
    this.#wake();
  }
}
