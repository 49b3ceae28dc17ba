import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { createNativeEngine } from "@armature/engine-native";
import type { ExchangeHandler, Listener } from "@armature/http";
import { PATIENT } from "../engines.ts";
import { withoutClock } from "./memory-server.ts";

/** A client that waits for so long has found a hang. */
const PATIENCE_MS = 10_000;

/** The native engine, which plays one connection after the other. */
export class NativeServer implements AsyncDisposable {
  readonly #listener: Listener;
  readonly #errors: unknown[];

  private constructor(listener: Listener, errors: unknown[]) {
    this.#listener = listener;
    this.#errors = errors;
  }

  static async start(handler: ExchangeHandler): Promise<NativeServer> {
    const errors: unknown[] = [];
    const onError = (error: unknown): number => errors.push(error);
    const options = { port: 0, host: "127.0.0.1", limits: PATIENT, onError };
    return new NativeServer(await createNativeEngine().listen(options, handler), errors);
  }

  /** As the one of MemoryServer; between two pieces the server has time to read the first. */
  async play(pieces: readonly Buffer[]): Promise<string> {
    const { host, port } = this.#listener.address;
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
    // What goes wrong is what the reader of the answers sees.
    socket.on("error", () => {});
    const answers = buffer(socket);
    await send(socket, pieces);
    const hung = setTimeout(() => socket.destroy(new Error("The server does not end.")), PATIENCE_MS);
    const text = await answers.finally(() => clearTimeout(hung));
    socket.destroy();
    if (this.#errors.length > 0)
      throw new Error("The engine reported an error.", { cause: this.#errors.shift() });
    return withoutClock(text.toString("latin1"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close({ graceMs: 0 });
  }
}

async function send(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    socket.write(piece);
    for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
}
