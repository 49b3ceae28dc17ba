import type { ExchangeHandler, Limits } from "@armature/http";

/** What a listener does with a connection. */
export interface ConnectionControl {
  /** Looks at the deadlines; `nowMs` is `performance.now()`. */
  sweep(nowMs: number): void;
  /** The listener closes: goes away as soon as no request is in work. */
  shutdown(): void;
  /** Goes away at once; tells whether a request was in work. */
  cut(): boolean;
}

/** What all connections of a listener share. */
export interface ConnectionHost {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
  readonly counters: Counters;
  /** Whether the listener closes, so that answers say `connection: close`. */
  readonly closing: boolean;
  /** A connection is gone. */
  left(connection: ConnectionControl): void;
}

/** Counted since the start, but for `inFlight`. */
export interface Counters {
  accepted: number;
  requests: number;
  inFlight: number;
  refused: number;
}
