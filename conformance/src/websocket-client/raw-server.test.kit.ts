import { rawWebsocket, type RawSocket } from "@armature/websocket";
import { createApp, defineModule, silentLogger, type Application } from "armature";

/** A packet as it stands in its frame. */
export type AnyPacket = Readonly<Record<string, unknown>>;

/** A server of packets that the test writes itself, so that it can do what a server should not. */
export class RawServer implements AsyncDisposable {
  /** All packets of all clients. */
  readonly packets: AnyPacket[] = [];
  /** The sockets that are open. */
  readonly sockets = new Set<RawSocket>();
  /** Sockets since the start. */
  accepted = 0;
  /** What is done with a packet. */
  onPacket: (packet: AnyPacket, socket: RawSocket) => void = () => {};
  onOpen: (socket: RawSocket) => void = () => {};
  #app: Application | null = null;
  #port = 0;

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/socket`;
  }

  /** Listens, on the same port again where it has listened before. */
  async start(): Promise<this> {
    const route = rawWebsocket(
      "/socket",
      {},
      {
        open: (socket) => {
          this.accepted++;
          this.sockets.add(socket);
          this.onOpen(socket);
        },
        message: (socket, text) => {
          const packet = JSON.parse(String(text)) as AnyPacket; // clients send JSON objects
          this.packets.push(packet);
          this.onPacket(packet, socket);
        },
        close: (socket) => this.sockets.delete(socket),
      },
    );
    this.#app = await createApp(defineModule({ routes: [route] }), { logger: silentLogger });
    ({ port: this.#port } = await this.#app.listen({ port: this.#port, signals: false }));
    return this;
  }

  /** Stops as servers do, with a goodbye. */
  async stop(): Promise<void> {
    await this.#app?.close({ lingerMs: 0 });
  }

  /** Stops as servers do that are killed. */
  async kill(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await this.#app?.close({ graceMs: 0, lingerMs: 0 });
  }

  /** Sends a packet to everyone. */
  tell(packet: AnyPacket): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(packet));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
