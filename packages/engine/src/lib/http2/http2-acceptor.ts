import type { Socket } from "node:net";
import { constants, performServerHandshake } from "node:http2";
import type { Peer } from "@armature/http";
import type { ConnectionPool } from "../connection-pool.ts";
import { FAULTS } from "../parse/fault.ts";
import { Http2Session } from "./http2-session.ts";
import { sessionOptions } from "./http2-options.ts";

/** Makes sessions of sockets whose clients speak HTTP/2. */
export class Http2Acceptor {
  readonly #pool: ConnectionPool;
  readonly #node: object;

  constructor(pool: ConnectionPool) {
    this.#pool = pool;
    this.#node = sessionOptions(pool.limits);
  }

  take(socket: Socket, peer: Peer): void {
    const host = this.#pool;
    if (host.isOver) socket.destroy();
    else if (host.makeRoom()) host.add(new Http2Session({ socket, peer, host, node: this.#node }));
    else this.#turnAway(socket);
  }

  /** There is no place: the client is told to come back later. */
  #turnAway(socket: Socket): void {
    this.#pool.counters.refuse(FAULTS.connectionsFull.code);
    const session = performServerHandshake(socket, this.#node);
    session.on("error", () => {});
    // Node sends the code only beside an error.
    session.destroy(new Error(FAULTS.connectionsFull.detail), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
}
