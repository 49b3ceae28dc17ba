import type { Socket } from "node:net";
import { createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import type { LoadedTls } from "./load-contexts.ts";

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
  /** Sockets whose handshake is not done, by the addresses of both ends. */
  readonly #pending = new Map<string, Socket>();

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
      this.#pending.delete(endsOf(socket));
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
    const ends = endsOf(socket);
    this.#pending.set(ends, socket);
    socket.once("close", () => {
      if (this.#pending.get(ends) === socket) this.#pending.delete(ends);
    });
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
    for (const socket of this.#pending.values()) socket.destroy();
  }

  /** Exact names come before those that stand for several; `undefined` takes the certificate that is for all others. */
  #contextOf(serverName: string): SecureContext | undefined {
    const name = serverName.toLowerCase();
    return this.#servers.get(name) ?? this.#servers.get(`*${name.slice(name.indexOf("."))}`);
  }
}

/** Tells the open sockets of a listener apart, though a handshake wraps them in other objects. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
