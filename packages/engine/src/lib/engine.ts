import { createServer, type Server, type Socket } from "node:net";
import type {
  CloseOptions,
  CloseReport,
  Engine,
  ExchangeHandler,
  ListenAddress,
  Listener,
  ListenerStats,
  ListenOptions,
  TlsOptions,
} from "@armature/http";
import { ConnectionPool } from "./connection-pool.ts";
import { addressOf, bind } from "./listen/bind.ts";
import { openRedirect } from "./listen/open-redirect.ts";
import { stopAccepting } from "./listen/stop-accepting.ts";
import { Http2Acceptor } from "./http2/http2-acceptor.ts";
import { PrefaceFront } from "./http2/preface-front.ts";
import { type ListenPlan, resolveListenOptions } from "./listen-options.ts";
import { FAULTS } from "./parse/fault.ts";
import { behindProxies, type FrontPlace, open } from "./proxy-protocol/open.ts";
import { type LoadedTls, loadTls } from "./tls/load-contexts.ts";
import { noTls } from "./tls/no-tls.ts";
import { SecureFront } from "./tls/secure-front.ts";
import { peerOf, SocketTransport } from "./transport/socket-transport.ts";

/**
 * Makes the TypeScript engine: HTTP/1.1 over `node:net`, with its own parser and encoder.
 *
 * @example
 * const engine = createEngine();
 * const listener = await engine.listen({ port: 3000 }, (exchange) => {
 *   exchange.respond({ status: 200, block: HeaderBlock.empty, fields: null }, "hello");
 * });
 */
export function createEngine({ sharedReads = true }: EngineOptions = {}): Engine {
  return {
    name: "ts",
    listen: (options, handler) => listen(options, handler, { sharedReads }),
  };
}

/** How the sockets of an engine are read. */
export interface EngineOptions {
  /**
   * Whether all sockets are read into one buffer, and written to past their streams, where the running Node has what that needs.
   * `false` reads them with `data` events: slower, and with public interfaces alone. Default `true`.
   */
  readonly sharedReads?: boolean;
}

async function listen(
  options: ListenOptions,
  handler: ExchangeHandler,
  { sharedReads }: Required<EngineOptions>,
): Promise<Listener> {
  const plan = resolveListenOptions(options);
  const { limits, onError } = plan;
  const { highWaterBytes } = limits;
  const loaded = plan.tls === null ? null : await loadTls(plan.tls);
  const server = createServer({
    allowHalfOpen: true,
    pauseOnConnect: true,
    noDelay: true,
    highWaterMark: highWaterBytes,
  });
  // The primary of a cluster hands over the first connections before the wait for it is over.
  const early: Socket[] = [];
  const hold = (socket: Socket): number => early.push(socket);
  server.on("connection", hold);
  await bind(server, plan.target);
  const pool = new ConnectionPool({ ...plan, handler });
  const address = addressOf(server, loaded === null ? "http" : "https");
  const unix = address.path !== undefined;
  const secure = secureFront(plan, loaded, { pool, unix });
  const begin = (socket: Socket, reads = sharedReads): void => {
    const transport = new SocketTransport(socket, { server, highWaterBytes, sharedReads: reads, unix });
    open(transport, pool, inner === null ? plan.proxies : null);
  };
  const cleartext = plan.h2c ? prefaceFront(pool, unix, (socket) => begin(socket, false)) : null;
  const inner = secure ?? cleartext;
  const front = inner === null ? null : behindProxies(inner, plan.proxies, { pool, unix });
  server.on("error", onError);
  const take = (socket: Socket): void => {
    if (pool.isOver) return void socket.destroy();
    if (front !== null) return front.take(socket);
    begin(socket);
  };
  server.off("connection", hold);
  server.on("connection", take);
  for (const socket of early) take(socket);
  const listener = new SocketListener(server, { pool, secure, front, address });
  await listener.redirect(plan);
  return listener;
}

interface ListenerParts {
  readonly pool: ConnectionPool;
  readonly secure: SecureFront | null;
  readonly front: { close(): void } | null;
  readonly address: ListenAddress;
}

function secureFront(
  { tls, http2 }: ListenPlan,
  loaded: LoadedTls | null,
  { pool, unix }: FrontPlace,
): SecureFront | null {
  if (tls === null || loaded === null) return null;
  return new SecureFront(tls, loaded, { pool, unix, http2: http2 ? new Http2Acceptor(pool) : null });
}

/** @param http1 begins a connection of HTTP/1.1, whose first bytes are in the socket again */
function prefaceFront(pool: ConnectionPool, unix: boolean, http1: (socket: Socket) => void): PrefaceFront {
  const http2 = new Http2Acceptor(pool);
  return new PrefaceFront({
    wheel: pool.wheel,
    now: pool.now,
    timeoutMs: pool.limits.headersTimeoutMs,
    places: pool.limits.maxConnections,
    refused: () => pool.counters.refuse(FAULTS.connectionsFull.code),
    http2: (socket) => http2.take(socket, peerOf(socket, unix)),
    http1,
  });
}

class SocketListener implements Listener {
  readonly address: ListenAddress;
  readonly #server: Server;
  readonly #pool: ConnectionPool;
  readonly #secure: SecureFront | null;
  readonly #front: { close(): void } | null;
  #redirect: Listener | null = null;
  #closing: Promise<CloseReport> | null = null;

  constructor(server: Server, { pool, secure, front, address }: ListenerParts) {
    this.#server = server;
    this.#pool = pool;
    this.#secure = secure;
    this.#front = front;
    this.address = address;
  }

  get redirectAddress(): ListenAddress | undefined {
    return this.#redirect?.address;
  }

  /** Sends those who come without encryption here; where that fails this listener is closed. */
  async redirect(plan: ListenPlan): Promise<void> {
    try {
      this.#redirect = await openRedirect(plan, this.address, (options, handler) =>
        listen(options, handler, { sharedReads: true }),
      );
    } catch (error) {
      await this.close({ graceMs: 0 });
      throw error;
    }
  }

  stats(): ListenerStats {
    return this.#pool.stats();
  }

  async reloadTls(options?: TlsOptions): Promise<void> {
    if (this.#secure === null) throw noTls();
    await this.#secure.reload(options);
  }

  close(options: CloseOptions = {}): Promise<CloseReport> {
    return (this.#closing ??= this.#close(options));
  }

  async #close(options: CloseOptions): Promise<CloseReport> {
    const redirecting = this.#redirect?.close(options);
    const report = await this.#pool.close(options, {
      stop: () => stopAccepting(this.#server),
      shut: () => this.#front?.close(),
    });
    await redirecting;
    return report;
  }
}
