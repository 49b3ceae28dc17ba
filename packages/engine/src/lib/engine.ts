import { createServer, type Server } from "node:net";
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
import { stopAccepting } from "./listen/stop-accepting.ts";
import { Http2Acceptor } from "./http2/http2-acceptor.ts";
import { type ListenPlan, resolveListenOptions } from "./listen-options.ts";
import { type LoadedTls, loadTls } from "./tls/load-contexts.ts";
import { noTls } from "./tls/no-tls.ts";
import { SecureFront } from "./tls/secure-front.ts";
import { SocketTransport } from "./transport/socket-transport.ts";

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
   * Whether all sockets are read into one buffer, where the running Node has what that needs. `false` reads them with `data`
   * events: slower, and with public interfaces alone. Default `true`.
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
  await bind(server, plan.target);
  const pool = new ConnectionPool({ ...plan, handler });
  const secure = secureFront(plan, loaded, pool);
  const address = addressOf(server, secure === null ? "http" : "https");
  const unix = address.path !== undefined;
  server.on("error", onError);
  server.on("connection", (socket) => {
    if (pool.isOver) return void socket.destroy();
    if (secure !== null) return secure.take(socket);
    const transport = new SocketTransport(socket, { server, highWaterBytes, sharedReads, unix });
    transport.start(pool.accept(transport));
  });
  return new SocketListener(server, { pool, secure, address });
}

interface ListenerParts {
  readonly pool: ConnectionPool;
  readonly secure: SecureFront | null;
  readonly address: ListenAddress;
}

function secureFront(
  { tls, http2 }: ListenPlan,
  loaded: LoadedTls | null,
  pool: ConnectionPool,
): SecureFront | null {
  if (tls === null || loaded === null) return null;
  return new SecureFront(tls, loaded, pool, http2 ? new Http2Acceptor(pool) : null);
}

class SocketListener implements Listener {
  readonly address: ListenAddress;
  readonly #server: Server;
  readonly #pool: ConnectionPool;
  readonly #secure: SecureFront | null;
  #closing: Promise<CloseReport> | null = null;

  constructor(server: Server, { pool, secure, address }: ListenerParts) {
    this.#server = server;
    this.#pool = pool;
    this.#secure = secure;
    this.address = address;
  }

  stats(): ListenerStats {
    return this.#pool.stats();
  }

  async reloadTls(options?: TlsOptions): Promise<void> {
    if (this.#secure === null) throw noTls();
    await this.#secure.reload(options);
  }

  close(options: CloseOptions = {}): Promise<CloseReport> {
    return (this.#closing ??= this.#pool.close(options, {
      stop: () => stopAccepting(this.#server),
      shut: () => this.#secure?.close(),
    }));
  }
}
