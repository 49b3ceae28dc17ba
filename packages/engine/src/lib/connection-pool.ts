import type {
  CloseOptions,
  CloseReport,
  Exchange,
  ExchangeHandler,
  FieldList,
  Limits,
  ListenerStats,
  Refusal,
  RequestPriority,
} from "@armature/http";
import { Admission } from "./admission/admission.ts";
import { Connection } from "./connection/connection.ts";
import type { ConnectionHost, Counters, LiveConnection } from "./connection/connection-host.ts";
import { IdleList } from "./idle-list.ts";
import { TimerWheel } from "./timer-wheel.ts";
import type { Transport } from "./transport/transport.ts";

const MAX_TICK_MS = 250;
const MIN_TICK_MS = 10;
const DEFAULT_GRACE_MS = 30_000;

/** What the connections of a pool run by. */
export interface PoolOptions {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
  /** Milliseconds of a clock that never goes back. Default `performance.now()`. */
  readonly now?: () => number;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  readonly priorityOf: ((exchange: Exchange) => RequestPriority) | null;
}

/** The open connections of a listener, their counters, and the one timer that watches all their deadlines. */
export class ConnectionPool implements ConnectionHost {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
  readonly now: () => number;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  readonly admission: Admission;
  readonly counters: Counters = { accepted: 0, requests: 0, inFlight: 0, refused: 0 };
  readonly wheel: TimerWheel;
  readonly idle: IdleList = new IdleList();
  closing = false;
  /** The connections that have not sent anything yet. */
  readonly #fresh = new IdleList();
  readonly #connections = new Set<LiveConnection>();
  readonly #timer: NodeJS.Timeout;
  #beatMs: number;
  #whenEmpty: (() => void) | null = null;

  constructor(options: PoolOptions) {
    const { limits, handler, onError, onRefusal, priorityOf, now = () => performance.now() } = options;
    this.limits = limits;
    this.handler = handler;
    this.onError = onError;
    this.onRefusal = onRefusal;
    this.now = now;
    this.admission = new Admission({ limits, priorityOf, onError });
    this.#beatMs = now();
    this.wheel = new TimerWheel(tickOf(limits), this.#beatMs);
    // Behind the reads that are ready: clients do not pay for a process that was busy.
    this.#timer = setInterval(() => setImmediate(() => this.beat()), this.wheel.tickMs);
    this.#timer.unref();
  }

  /** Makes a connection of a transport; the caller starts the transport. */
  accept(transport: Transport): Connection {
    this.admission.gate.accepted();
    const connection = new Connection(transport, this);
    this.#connections.add(connection);
    this.#fresh.add(connection);
    return connection;
  }

  left(connection: LiveConnection): void {
    connection.idleIn?.remove(connection);
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }

  stats(): ListenerStats {
    const { queued, shed, loopDelayMs, load } = this.admission.gate;
    return {
      connections: this.#connections.size,
      ...this.counters,
      queued,
      shed: { ...shed },
      loopDelayMs,
      load,
    };
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
    this.admission.stop();
    return { cut };
  }

  /** One tick of the clock: what is due is done. */
  beat(): void {
    const now = this.now();
    this.#passIdleTime(now - this.#beatMs);
    this.#beatMs = now;
    this.wheel.turn(now);
    this.#closeIdle(this.#fresh, this.limits.headersTimeoutMs);
    this.#closeIdle(this.idle, this.limits.keepAliveTimeoutMs);
  }

  /** Nobody is idle while the process is busy: of a pause between two ticks only the length of two counts. */
  #passIdleTime(elapsedMs: number): void {
    this.idle.nowMs += Math.min(elapsedMs, 2 * this.wheel.tickMs);
    this.#fresh.nowMs = this.idle.nowMs;
  }

  /** Idle time counts from the end of the tick in which it began, so that it is not short. */
  #closeIdle(list: IdleList, idleMs: number): void {
    const leastMs = idleMs + this.wheel.tickMs;
    for (let idler = list.longest(leastMs); idler !== null; idler = list.longest(leastMs)) idler.close();
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
}

/** A quarter of the shortest deadline, so that none is late by more than half of it. */
function tickOf(limits: Limits): number {
  const deadlines = [
    limits.headersTimeoutMs,
    limits.requestTimeoutMs,
    limits.handlerTimeoutMs,
    limits.keepAliveTimeoutMs,
  ].filter((ms) => ms > 0);
  return Math.max(MIN_TICK_MS, Math.min(MAX_TICK_MS, ...deadlines.map((ms) => ms / 4)));
}
