import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { TlsOptions } from "@armature/http";
import type { ConnectionPool } from "../connection-pool.ts";
import type { Http2Acceptor } from "../http2/http2-acceptor.ts";
import { loadTls, type LoadedTls } from "./load-contexts.ts";
import { TlsAcceptor } from "./tls-acceptor.ts";
import { TlsPeer } from "./tls-peer.ts";
import { TlsTransport } from "./tls-transport.ts";

/** Where encrypted connections come from and go to. */
export interface SecurePlace {
  readonly pool: ConnectionPool;
  /** Makes sessions of clients that choose HTTP/2; `null` where it is not offered. */
  readonly http2: Http2Acceptor | null;
  /** Whether the listener has a Unix domain socket. */
  readonly unix: boolean;
  /** Told of certificates that are used from now on instead. */
  readonly reloaded?: (loaded: LoadedTls, options: TlsOptions) => void;
}

/** Makes encrypted connections of accepted sockets. */
export class SecureFront {
  readonly #pool: ConnectionPool;
  readonly #acceptor: TlsAcceptor;
  readonly #http2: Http2Acceptor | null;
  readonly #unix: boolean;
  readonly #reloaded: SecurePlace["reloaded"];
  #options: TlsOptions;
  /** The reload that came last; they are done one after the other. */
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: TlsOptions, loaded: LoadedTls, { pool, http2, unix, reloaded }: SecurePlace) {
    const { requestCert = false, rejectUnauthorized = true } = options;
    this.#options = options;
    this.#pool = pool;
    this.#http2 = http2;
    this.#unix = unix;
    this.#reloaded = reloaded;
    this.#acceptor = new TlsAcceptor({
      loaded,
      requestCert,
      rejectUnauthorized,
      handshakeTimeoutMs: pool.limits.handshakeTimeoutMs,
      maxHandshakes: pool.limits.maxConnections,
      protocols: http2 === null ? ["http/1.1"] : ["h2", "http/1.1"],
      secured: (socket) => this.#secured(socket),
      failed: () => pool.counters.handshakesFailed++,
    });
  }

  take(socket: Socket): void {
    this.#acceptor.take(socket);
  }

  /** Loads certificates, and uses them only if all is well with them. */
  reload(options?: TlsOptions): Promise<void> {
    const reloading = this.#reloading.then(() => this.#load(options ?? this.#options));
    this.#reloading = reloading.catch(() => {});
    return reloading;
  }

  async #load(options: TlsOptions): Promise<void> {
    const loaded = await loadTls(options);
    this.#acceptor.use(loaded);
    this.#options = options;
    this.#reloaded?.(loaded, options);
  }

  /** Cuts the connections whose handshake is not done. */
  close(): void {
    this.#acceptor.close();
  }

  #secured(socket: TLSSocket): void {
    if (this.#pool.isOver) return void socket.destroy();
    socket.disableRenegotiation();
    if (socket.alpnProtocol === "h2") return this.#http2?.take(socket, new TlsPeer(socket, this.#unix));
    const transport = new TlsTransport(socket, this.#pool.limits.highWaterBytes, this.#unix);
    transport.start(this.#pool.accept(transport));
  }
}
