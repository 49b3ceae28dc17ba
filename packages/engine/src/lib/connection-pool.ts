import type { CloseOptions, CloseReport, ExchangeHandler, Limits, ListenerStats } from "@armature/http";
import { Connection } from "./connection/connection.ts";
import type { ConnectionControl, ConnectionHost, Counters } from "./connection/connection-host.ts";
import type { Transport } from "./transport/transport.ts";

const MAX_SWEEP_MS = 500;
const MIN_SWEEP_MS = 10;
const DEFAULT_GRACE_MS = 30_000;

/** What the connections of a pool run by. */
export interface PoolOptions {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
}

/** The open connections of a listener, their counters, and the one timer that watches all their deadlines. */
export class ConnectionPool implements ConnectionHost {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
  readonly counters: Counters = { accepted: 0, requests: 0, inFlight: 0, refused: 0 };
  closing = false;
  readonly #connections = new Set<ConnectionControl>();
  readonly #timer: NodeJS.Timeout;
  #whenEmpty: (() => void) | null = null;

  constructor({ limits, handler, onError }: PoolOptions) {
    this.limits = limits;
    this.handler = handler;
    this.onError = onError;
    this.#timer = setInterval(() => this.#sweep(), sweepInterval(limits));
    this.#timer.unref();
  }

  /** Makes a connection of a transport; the caller starts the transport. */
  accept(transport: Transport): Connection {
    const connection = new Connection(transport, this);
    this.#connections.add(connection);
    return connection;
  }

  left(connection: ConnectionControl): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }

  stats(): ListenerStats {
    return { connections: this.#connections.size, ...this.counters };
  }

  /** Lets the requests in work finish and cuts what is left after the grace time. */
  async close({ graceMs = DEFAULT_GRACE_MS }: CloseOptions): Promise<CloseReport> {
    this.closing = true;
    for (const connection of this.#connections) connection.shutdown();
    let cut = 0;
    const deadline = setTimeout(() => {
      cut = this.#cutAll();
    }, graceMs);
    await this.#empty();
    clearTimeout(deadline);
    clearInterval(this.#timer);
    return { cut };
  }

  #empty(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
      if (this.#connections.size === 0) resolve();
    });
  }

  #cutAll(): number {
    let inWork = 0;
    for (const connection of this.#connections) if (connection.cut()) inWork++;
    return inWork;
  }

  #sweep(): void {
    const now = performance.now();
    for (const connection of this.#connections) connection.sweep(now);
  }
}

/** A quarter of the shortest deadline, so that none is late by more than that. */
function sweepInterval(limits: Limits): number {
  const deadlines = [
    limits.headersTimeoutMs,
    limits.requestTimeoutMs,
    limits.handlerTimeoutMs,
    limits.keepAliveTimeoutMs,
  ].filter((ms) => ms > 0);
  return Math.max(MIN_SWEEP_MS, Math.min(MAX_SWEEP_MS, ...deadlines.map((ms) => ms / 4)));
}
