import { performance } from "node:perf_hooks"; // the global one is a getter, which costs at each use
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
import type { ConnectionHost, LiveConnection, Losses } from "./connection/connection-host.ts";
import { ConnectionTable } from "./connection-table.ts";
import { Counters } from "./counters.ts";
import type { IdleList } from "./idle-list.ts";
import { idleTimeMs } from "./idle-time.ts";
import { FAULTS } from "./parse/fault.ts";
import type { KnownHeads } from "./parse/known-heads.ts";
import { TimerWheel } from "./timer-wheel.ts";
import { OVERLOADED } from "./admission/overloaded-answer.ts";
import { refusalOf } from "./encode/refusal-of.ts";
import type { Transport, TransportUser } from "./transport/transport.ts";
import { TurnedAway, type TurnedAwayHost } from "./turned-away.ts";

const MAX_TICK_MS = 250;
const MIN_TICK_MS = 10;
const DEFAULT_GRACE_MS = 30_000;
/** The part of all places that is kept free of idle connections, and of those that are told that there is none. */
const SPARE_PART = 16;

/** Longer than a request is on its way, and than a busy client takes from one to the next. */
const DEFAULT_LINGER_MS = 500;

/** What the connections of a pool run by. */
export interface PoolOptions {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
  /** Milliseconds of a clock that never goes back. Default `performance.now()`. */
  readonly now?: () => number;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  readonly priorityOf: ((exchange: Exchange) => RequestPriority) | null;
  /** Heads that are parsed before their bytes come. Default: none. */
  readonly knownHeads?: KnownHeads | null;
  /** Who answers requests that the connections do not see. Default: nobody. */
  readonly below?: AnswersBelow | null;
}

/** Answers requests below the connections, as their transports may. */
export interface AnswersBelow {
  /** Tells the counters and the connections what was answered since it was called last. */
  tally(): void;
}

/** Where connections come from. */
export interface Door {
  /** Lets those in who wait, and then no more; resolves when that is so. */
  stop(): Promise<void>;
  /** Cuts those who have come and are no connections yet. */
  shut(): void;
}

/** The open connections of a listener, their counters, and the one timer that watches all their deadlines. */
export class ConnectionPool implements ConnectionHost, TurnedAwayHost {
  readonly limits: Limits;
  readonly handler: ExchangeHandler;
  readonly onError: (error: unknown) => void;
  readonly now: () => number;
  readonly onRefusal: (refusal: Refusal) => FieldList | null;
  readonly knownHeads: KnownHeads | null;
  readonly #below: AnswersBelow | null;
  readonly admission: Admission;
  readonly counters: Counters = new Counters();
  readonly wheel: TimerWheel;
  readonly idle: IdleList;
  closing = false;
  /** Whether the time to close is over: what comes now is cut. */
  isOver = false;
  readonly #table = new ConnectionTable();
  readonly #turnedAway = new Set<TurnedAway>();
  readonly #spare: number;
  readonly #timer: NodeJS.Timeout;
  #beatMs: number;
  #whenEmpty: (() => void) | null = null;
  #lingerMs = 0;
  #isLingerOver = false;

  constructor(options: PoolOptions) {
    const { limits, handler, onError, onRefusal, priorityOf, now = () => performance.now() } = options;
    this.limits = limits;
    this.handler = handler;
    this.onError = onError;
    this.onRefusal = onRefusal;
    this.knownHeads = options.knownHeads ?? null;
    this.#below = options.below ?? null;
    this.idle = this.#table.idle;
    this.now = now;
    this.admission = new Admission({
      limits,
      priorityOf,
      onError,
      onShed: (exchange) => onRefusal(refusalOf(OVERLOADED, exchange, exchange.peer)),
    });
    this.#beatMs = now();
    this.#spare = Math.ceil(limits.maxConnections / SPARE_PART);
    this.wheel = new TimerWheel(tickOf(limits), this.#beatMs);
    // Behind the reads that are ready: clients do not pay for a process that was busy.
    this.#timer = setInterval(() => setImmediate(() => this.beat()), this.wheel.tickMs);
    this.#timer.unref();
  }

  /** Makes a connection of a transport, if there is a place for it; the caller starts the transport with what this gives. */
  accept(transport: Transport): TransportUser {
    if (!this.makeRoom()) return this.#turnAway(transport);
    const connection = new Connection(transport, this);
    this.add(connection);
    return connection;
  }

  /** Adds a connection that {@link makeRoom} has found a place for. */
  add(connection: LiveConnection): void {
    this.admission.gate.accepted();
    this.#table.add(connection);
  }

  left(connection: LiveConnection): void {
    this.#table.remove(connection);
    if (this.#table.size === 0) this.#whenEmpty?.();
  }

  turnedAwayLeft(client: TurnedAway): void {
    this.#turnedAway.delete(client);
  }

  stats(): ListenerStats {
    this.#below?.tally();
    const { queued, shed, loopDelayMs } = this.admission.gate;
    return {
      connections: this.#table.size,
      ...this.#table.count(),
      ...this.counters.snapshot(),
      queued,
      shed: { ...shed },
      loopDelayMs,
      load: this.load,
    };
  }

  /** How full the listener is, 0 to 1: of connections, or of work. */
  get load(): number {
    const taken = Math.min(1, this.#table.size / this.limits.maxConnections);
    return Math.max(taken, this.admission.gate.load);
  }

  /** Lets what is in work finish, and cuts what is left after the grace time. */
  async close(options: CloseOptions, door: Door): Promise<CloseReport> {
    const { graceMs = DEFAULT_GRACE_MS, lingerMs = DEFAULT_LINGER_MS } = options;
    const startMs = performance.now();
    const losses: Losses = { requests: 0, streams: 0, upgraded: 0, idle: 0 };
    this.closing = true;
    this.#lingerMs = lingerMs;
    this.#cutTurnedAway();
    for (const connection of this.#table) connection.shutdown();
    const deadline = setTimeout(() => this.#cutAll(losses, door), graceMs);
    const linger = setTimeout(() => this.#endLinger(door), Math.min(lingerMs, graceMs));
    await door.stop();
    await this.#empty();
    // Those who came meanwhile: no clock watches over them any more.
    this.#cutTurnedAway();
    clearTimeout(deadline);
    clearTimeout(linger);
    clearInterval(this.#timer);
    this.admission.stop();
    const cut = losses.requests + losses.streams + losses.upgraded;
    return { cut, ...losses, durationMs: performance.now() - startMs };
  }

  /** One tick of the clock: what is due is done. */
  beat(): void {
    this.#below?.tally();
    const now = this.now();
    const { tickMs } = this.wheel;
    // Nobody is idle while the process is busy: of a pause between two ticks only the length of two counts.
    this.#table.pass(Math.min(now - this.#beatMs, 2 * tickMs));
    this.#beatMs = now;
    this.wheel.turn(now);
    const { headersTimeoutMs } = this.limits;
    const idleMs = idleTimeMs(this.limits, this.load);
    // Idle time counts from the end of the tick in which it began, so that it is not short.
    this.#table.closeIdle(this.#patienceMs(idleMs) + tickMs, this.#patienceMs(headersTimeoutMs) + tickMs);
  }

  /** Once a listener that closes has lingered, connections that became idle later have as long as the others had. */
  #patienceMs(idleMs: number): number {
    return this.#isLingerOver ? Math.min(idleMs, this.#lingerMs) : idleMs;
  }

  /** Whether there is a place for a connection; near the cap the one that is idle longest goes for the one that comes. */
  makeRoom(): boolean {
    const { size } = this.#table;
    const { maxConnections } = this.limits;
    if (size < maxConnections - this.#spare) return true;
    return this.#cull() || size < maxConnections;
  }

  #cull(): boolean {
    this.#below?.tally();
    // One that has been idle for less than a tick is about to be used.
    const idler = this.#table.longestIdle(this.wheel.tickMs);
    if (idler === null) return false;
    this.counters.culled++;
    idler.cull();
    return true;
  }

  #turnAway(transport: Transport): TransportUser {
    this.counters.refuse(FAULTS.connectionsFull.code);
    const client = new TurnedAway(transport, this);
    // They hold descriptors too, so there is an end to politeness.
    if (this.#turnedAway.size >= this.#spare) client.cut();
    this.#turnedAway.add(client);
    return client;
  }

  #cutTurnedAway(): void {
    for (const client of this.#turnedAway) client.cut();
  }

  #empty(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
      if (this.#table.size === 0) resolve();
    });
  }

  /** What the system has of requests that were on their way is read before connections end. */
  #endLinger(door: Door): void {
    setImmediate(() => {
      this.#isLingerOver = true;
      door.shut();
      this.#table.closeIdle(-Infinity, this.wheel.tickMs);
    });
  }

  #cutAll(losses: Losses, door: Door): void {
    this.isOver = true;
    door.shut();
    for (const connection of this.#table) connection.cut(losses);
  }
}

/** A quarter of the shortest deadline, so that none is late by more than half of it. */
function tickOf(limits: Limits): number {
  const deadlines = [
    limits.headersTimeoutMs,
    limits.requestTimeoutMs,
    limits.handlerTimeoutMs,
    limits.rateGraceMs,
    limits.http2StallTimeoutMs,
    limits.keepAliveTimeoutMs,
    limits.minKeepAliveTimeoutMs,
  ].filter((ms) => ms > 0);
  return Math.max(MIN_TICK_MS, Math.min(MAX_TICK_MS, ...deadlines.map((ms) => ms / 4)));
}
