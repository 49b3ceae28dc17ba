import type { Socket } from "node:net";
import { createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import type { LoadedTls } from "./load-contexts.ts";
import { socketBelow } from "./socket-below.ts";

/** What an acceptor runs by. */
export interface TlsAcceptorOptions {
  readonly loaded: LoadedTls;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  readonly handshakeTimeoutMs: number;
  /** Handshakes at a time; one more is cut. */
  readonly maxHandshakes: number;
  /** Protocols that clients may choose from, the best one first (ALPN, RFC 7301). */
  readonly protocols: readonly string[];
  /** A handshake is done. */
  readonly secured: (socket: TLSSocket) => void;
  /** A handshake failed; its socket is gone. */
  readonly failed: () => void;
}

/** Does the TLS handshakes of accepted sockets, each with the certificate of the name that the client asks for. */
export class TlsAcceptor {
  readonly #server: Server;
  readonly #options: Pick<TlsAcceptorOptions, "maxHandshakes" | "failed">;
  #servers: ReadonlyMap<string, SecureContext>;
  /** Sockets whose handshake is not done. */
  readonly #pending = new Set<Socket>();

  constructor(options: TlsAcceptorOptions) {
    const { loaded, protocols, requestCert, rejectUnauthorized, handshakeTimeoutMs } = options;
    this.#options = options;
    this.#servers = loaded.servers;
    this.#server = createServer({
      ...loaded.fallback,
      ALPNProtocols: [...protocols],
      requestCert,
      rejectUnauthorized,
      handshakeTimeout: handshakeTimeoutMs,
      SNICallback: (name, done) => done(null, this.#contextOf(name)),
    });
    this.#server.on("secureConnection", (socket) => {
      this.#pending.delete(socketBelow(socket));
      options.secured(socket);
    });
    this.#server.on("tlsClientError", (_error, socket) => {
      // Node leaves the socket open, for those who want to answer in the clear.
      socket.destroy();
      options.failed();
    });
  }

  /** Begins the handshake of an accepted socket. */
  take(socket: Socket): void {
    const { maxHandshakes, failed } = this.#options;
    if (this.#pending.size >= maxHandshakes) {
      socket.destroy();
      return failed();
    }
    this.#pending.add(socket);
    socket.once("close", () => this.#pending.delete(socket));
    // The server does not listen; handing it connections is a documented use of this event.
    this.#server.emit("connection", socket);
  }

  /** Handshakes that begin from now on use these certificates. */
  use({ fallback, servers }: LoadedTls): void {
    this.#server.setSecureContext(fallback);
    this.#servers = servers;
  }

  /** Cuts the connections whose handshake is not done. */
  close(): void {
    for (const socket of this.#pending) socket.destroy();
  }

  /** Exact names come before those that stand for several; `undefined` takes the certificate that is for all others. */
  #contextOf(serverName: string): SecureContext | undefined {
    const name = serverName.toLowerCase();
    return this.#servers.get(name) ?? this.#servers.get(`*${name.slice(name.indexOf("."))}`);
  }
}
