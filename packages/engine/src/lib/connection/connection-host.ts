import type { ExchangeHandler, FieldList, Limits, Refusal } from "@armature/http";
import type { Admission } from "../admission/admission.ts";
import type { Counters } from "../counters.ts";
import type { IdleList, Idler } from "../idle-list.ts";
import type { KnownHeads } from "../parse/known-heads.ts";
import type { TimerWheel } from "../timer-wheel.ts";
import type { Phase } from "./phase.ts";

/** What a listener does with a connection. */
export interface LiveConnection extends Idler {
  readonly phase: Phase;
  /** Bytes of answers that have not left yet. */
  readonly unsent: number;
  /** The listener closes: another protocol is told. */
  shutdown(): void;
  /** Goes away at once, and counts what is lost by it. */
  cut(losses: Losses): void;
}

/** What all connections of a listener share. */
export interface ConnectionHost {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
  /** Told of requests that are refused before a handler saw them; gives fields for the answer. */
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  readonly counters: Counters;
  /** Decides which requests reach the handler, and when. */
  readonly admission: Admission;
  /** Whether the listener closes, so that answers say `connection: close`. */
  readonly closing: boolean;
  /** Heads that are parsed already; `null` where nobody does that. */
  readonly knownHeads: KnownHeads | null;
  /** The deadlines of all connections. */
  readonly wheel: TimerWheel;
  /** The connections that wait for a further request, in the order of their idleness. */
  readonly idle: IdleList;
  /** Milliseconds, as of `performance.now()`. */
  readonly now: () => number;
  /** A connection is gone. */
  left(connection: LiveConnection): void;
}

/** What was cut when a listener closed. */
export interface Losses {
  requests: number;
  streams: number;
  upgraded: number;
  /** Connections on which nothing was lost. */
  idle: number;
}
