import { createEngine } from "@armature/engine";
import { createMemoryEngine } from "@armature/engine/memory";
import type { Engine, Listener, Peer } from "@armature/http";
import type { ClientConnection } from "./client-connection.ts";
import { SocketConnection } from "./socket-connection.ts";

/** How requests get into an application under test: the engine that it listens with, and the way to connect to that. */
export interface Transport {
  readonly engine: Engine;
  /** Connects; only once the application listens. */
  connect(): Promise<ClientConnection>;
}

/** The parser, connections and encoder of the engine, without a socket. */
export function createMemoryTransport(peer: Partial<Peer>): Transport {
  return new ListenerTap(createMemoryEngine(), (listener) => listener.connect(peer));
}

/** Real sockets of 127.0.0.1. */
export function createSocketTransport(engine: Engine = createEngine()): Transport {
  return new ListenerTap(engine, ({ address }) => SocketConnection.open(address));
}

interface ListenerEngine<TListener extends Listener> extends Engine {
  listen(...args: Parameters<Engine["listen"]>): Promise<TListener>;
}

/** Keeps the listener that an application gets from its engine, to connect to it. */
class ListenerTap<TListener extends Listener> implements Transport {
  readonly engine: Engine;
  readonly #open: (listener: TListener) => ClientConnection | Promise<ClientConnection>;
  #listener: TListener | null = null;

  constructor(
    engine: ListenerEngine<TListener>,
    open: (listener: TListener) => ClientConnection | Promise<ClientConnection>,
  ) {
    this.#open = open;
    this.engine = {
      name: engine.name,
      listen: async (options, handler) => (this.#listener = await engine.listen(options, handler)),
    };
  }

  async connect(): Promise<ClientConnection> {
    if (this.#listener === null) throw new Error("The application does not listen.");
    return await this.#open(this.#listener);
  }
}
