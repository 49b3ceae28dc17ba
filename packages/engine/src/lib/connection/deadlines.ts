import { WheelEntry } from "../timer-wheel.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { AnswerState } from "./answer-state.ts";
import type { ExchangeQueue } from "./exchange-queue.ts";
import { Phase } from "./phase.ts";
import { RateFloor } from "./rate-floor.ts";

/** How long a client may take to close after its last answer. */
const LINGER_MS = 2_000;
/** The same where it has read that long ago, and a listener waits for it to close. */
const BRIEF_LINGER_MS = 250;

/** What the deadlines of a connection need of it. */
export interface DeadlinesOwner {
  readonly phase: Phase;
  readonly queue: ExchangeQueue;
  /** Bytes that came. */
  readonly received: number;
  /** Whether the client may not send more of its body now, or is not asked for it yet. */
  readonly isHeldBack: boolean;
  /** Bytes that left. */
  readonly sent: number;
  /** Bytes that were written and have not left yet. */
  readonly backlog: number;
  /** One of the deadlines may be over. Must not throw. */
  lookAtDeadlines(nowMs: number): void;
}

/** What is due on a connection. */
export type Due = "nothing" | "headers" | "request" | "body" | "reader" | "linger";

/**
 * The deadlines of one connection, as one entry of the wheel: it is linked for the first of them, and asks for the next one when
 * that is over. A connection whose requests are answered at once is never linked.
 */
export class Deadlines extends WheelEntry {
  readonly #host: ConnectionHost;
  readonly #owner: DeadlinesOwner;
  /** When the head that is arriving must be complete. */
  #headersMs = Infinity;
  /** When the request that is arriving must be complete. */
  #requestMs = Infinity;
  /** When a client that has its last answer must have closed. */
  #lingerMs = Infinity;
  /** How fast the body of a request comes; `null` where none ever did in pieces, as of the other one. */
  #incoming: RateFloor | null = null;
  /** Whether the client was held back since that was looked at. */
  #wasHeldBack = false;
  /** How fast answers leave. */
  #leaving: RateFloor | null = null;

  constructor(host: ConnectionHost, owner: DeadlinesOwner) {
    super();
    this.#host = host;
    this.#owner = owner;
  }

  override due(nowMs: number): void {
    this.#owner.lookAtDeadlines(nowMs);
    this.lookAt(this.#next(nowMs));
  }

  /** Has the owner look at its deadlines at a time, unless it does so before. */
  lookAt(dueMs: number): void {
    if (dueMs < this.dueMs) this.#host.wheel.schedule(this, dueMs);
  }

  /**
   * The connection is in a phase now, or has the same one again after something arrived.
   * @param heads how many heads were complete since the last call
   */
  entered(earlier: Phase, phase: Phase, heads: number): void {
    if (isPartial(phase)) {
      const isSame = isSameRequest(earlier, phase, heads);
      if (!isSame) this.#startRequest();
      if (phase === Phase.receiving && (!isSame || earlier !== phase)) this.#startReceiving(this.#host.now());
    } else if (phase === Phase.writing) {
      // Nobody tells when the last byte has left, unless there were many.
      this.lookAt(this.#host.now() + this.#host.wheel.tickMs);
    }
  }

  /** Not all that was written has left: the client has to take it. */
  startLeaving(): void {
    const { limits } = this.#host;
    if (this.#leaving?.runs === true || limits.minBytesPerSecond === 0) return;
    const { sent } = this.#owner;
    const leaving = (this.#leaving ??= new RateFloor(limits));
    leaving.start(this.#host.now(), sent, sent);
    this.lookAt(leaving.untilMs);
  }

  /** The client has to wait with its body; what it does not send meanwhile is not its fault. */
  heldBack(): void {
    this.#wasHeldBack = true;
  }

  /** The client of the last answer may take its time, from now on; not much where there is nothing to read. */
  startLinger(isBrief: boolean): void {
    this.#lingerMs = this.#host.now() + (isBrief ? BRIEF_LINGER_MS : LINGER_MS);
    this.lookAt(this.#lingerMs);
  }

  /** Nothing is due any more. */
  stop(): void {
    this.#incoming?.stop();
    this.#leaving?.stop();
    this.#host.wheel.cancel(this);
  }

  /** Which deadline of the connection is over; each is reported once. */
  takeOver(nowMs: number): Due {
    const { phase } = this.#owner;
    if (this.#isReaderTooSlow(nowMs)) return "reader";
    if (phase === Phase.draining) {
      if (nowMs < this.#lingerMs) return "nothing";
      this.#lingerMs = Infinity;
      return "linger";
    }
    if (!isPartial(phase)) return "nothing";
    const isRequestLate = nowMs >= this.#requestMs;
    if (!isRequestLate && phase === Phase.receiving) return this.#isBodyTooSlow(nowMs) ? "body" : "nothing";
    if (!isRequestLate && nowMs < this.#headersMs) return "nothing";
    this.#headersMs = this.#requestMs = Infinity;
    return isRequestLate ? "request" : "headers";
  }

  #isReaderTooSlow(nowMs: number): boolean {
    const leaving = this.#leaving;
    if (leaving === null || nowMs < leaving.untilMs) return false;
    // What runs on an upgraded connection has its own idea of who waits for whom.
    const waits = this.#owner.phase !== Phase.upgraded && this.#owner.backlog > 0;
    const isTooSlow = waits && leaving.isTooSlow(nowMs, this.#owner.sent);
    if (!waits || isTooSlow) leaving.stop();
    return isTooSlow;
  }

  #isBodyTooSlow(nowMs: number): boolean {
    const incoming = this.#incoming;
    if (incoming === null || nowMs < incoming.untilMs) return false;
    if (!this.#wasHeldBack) return incoming.isTooSlow(nowMs, this.#owner.received);
    this.#startReceiving(nowMs);
    return false;
  }

  #startReceiving(nowMs: number): void {
    const { limits } = this.#host;
    if (limits.minBytesPerSecond === 0) return;
    this.#wasHeldBack = this.#owner.isHeldBack;
    const incoming = (this.#incoming ??= new RateFloor(limits));
    incoming.start(nowMs, this.#owner.received, 0);
    this.lookAt(incoming.untilMs);
  }

  #startRequest(): void {
    const now = this.#host.now();
    const { headersTimeoutMs, requestTimeoutMs } = this.#host.limits;
    this.#headersMs = now + headersTimeoutMs;
    this.#requestMs = now + requestTimeoutMs;
    this.lookAt(Math.min(this.#headersMs, this.#requestMs));
  }

  #next(nowMs: number): number {
    return Math.min(this.#leaving?.untilMs ?? Infinity, this.#nextOfPhase(nowMs));
  }

  #nextOfPhase(nowMs: number): number {
    switch (this.#owner.phase) {
      case Phase.reading:
        return Math.min(this.#handlersMs(), this.#requestMs, this.#headersMs);
      case Phase.receiving:
        return Math.min(this.#handlersMs(), this.#requestMs, this.#incoming?.untilMs ?? Infinity);
      case Phase.writing:
        return nowMs + this.#host.wheel.tickMs;
      case Phase.draining:
        return this.#lingerMs;
      default:
        return this.#handlersMs();
    }
  }

  /** When the first of the handlers in work must have begun its answer. */
  #handlersMs(): number {
    let first = Infinity;
    for (let exchange = this.#owner.queue.first; exchange !== null; exchange = exchange.next)
      if (exchange.state === AnswerState.open) first = Math.min(first, exchange.deadlineMs ?? Infinity);
    return first;
  }
}

function isPartial(phase: Phase): boolean {
  return phase === Phase.reading || phase === Phase.receiving;
}

/** Whether a request that is not complete is the one that was not complete before. */
function isSameRequest(earlier: Phase, phase: Phase, heads: number): boolean {
  if (heads === 0) return earlier === phase;
  return heads === 1 && earlier === Phase.reading && phase === Phase.receiving;
}
