import {
  type AddressSet,
  ArmatureError,
  type CloseOptions,
  type CloseReport,
  type Engine,
  type ExchangeHandler,
  type Limits,
  type ListenAddress,
  type Listener,
  type ListenerStats,
  type ListenOptions,
  type Peer,
} from "@armature/http";
import { ConnectionPool } from "./connection-pool.ts";
import { resolveListenOptions } from "./listen-options.ts";
import { open } from "./proxy-protocol/open.ts";
import { noTls } from "./tls/no-tls.ts";
import { type MemoryClient, MemoryTransport } from "./transport/memory-transport.ts";

/** An engine whose clients connect in memory. */
export interface MemoryEngine extends Engine {
  /** Port, host and TLS are checked and have no effect. */
  listen(options: ListenOptions, handler: ExchangeHandler): Promise<MemoryListener>;
}

/** A listener whose clients connect in memory. */
export interface MemoryListener extends Listener {
  /**
   * Opens a connection.
   * @param peer what the exchanges say of the client; default 127.0.0.1, port 0, not secure
   * @throws ArmatureError `E_LISTENER_CLOSED` after `close` was called
   */
  connect(peer?: Partial<Peer>): MemoryClient;
}

/**
 * Makes an engine without sockets: the same parser, connections and encoder, with clients in the same process. For tests.
 *
 * The limit `maxLoopDelayMs` is 0 unless it is given: clients in the process make the loop late themselves.
 *
 * @example
 * const listener = await createMemoryEngine().listen({}, handler);
 * const client = listener.connect();
 * client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
 * const answer = await client.read();
 */
export function createMemoryEngine(): MemoryEngine {
  return {
    name: "memory",
    listen: async (options, handler) => {
      const limits = { ...CLIENTS_ARE_INSIDE, ...options.limits };
      const plan = resolveListenOptions({ ...options, limits });
      return new PoolListener(new ConnectionPool({ ...plan, handler }), plan.proxies);
    },
  };
}

/** Clients in the same process keep the event loop busy too: that it is late tells nothing about the load. */
const CLIENTS_ARE_INSIDE: Partial<Limits> = { maxLoopDelayMs: 0 };

class PoolListener implements MemoryListener {
  readonly address: ListenAddress = { host: "memory", port: 0, url: "http://memory" };
  readonly #pool: ConnectionPool;
  readonly #proxies: AddressSet | null;
  #closing: Promise<CloseReport> | null = null;

  constructor(pool: ConnectionPool, proxies: AddressSet | null) {
    this.#pool = pool;
    this.#proxies = proxies;
  }

  connect({
    address = "127.0.0.1",
    port = 0,
    secure = false,
    unix = false,
  }: Partial<Peer> = {}): MemoryClient {
    if (this.#closing !== null) {
      throw new ArmatureError(
        "E_LISTENER_CLOSED",
        "The listener is closed; connect before close() is called.",
      );
    }
    const transport = new MemoryTransport(
      { address, port, secure, ...(unix ? { unix } : {}) },
      this.#pool.limits.highWaterBytes,
    );
    open(transport, this.#pool, this.#proxies);
    return transport.client;
  }

  stats(): ListenerStats {
    return this.#pool.stats();
  }

  async reloadTls(): Promise<void> {
    throw noTls();
  }

  close(options: CloseOptions = {}): Promise<CloseReport> {
    return (this.#closing ??= this.#pool.close(options, { stop: async () => {}, shut: () => {} }));
  }
}
