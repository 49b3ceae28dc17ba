import { WheelEntry } from "../timer-wheel.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { AnswerState } from "./exchange.ts";
import type { ExchangeQueue } from "./exchange-queue.ts";
import { Phase } from "./phase.ts";

/** How long a client may take to close after its last answer. */
const LINGER_MS = 2_000;

/** What the deadlines of a connection need of it. */
export interface DeadlinesOwner {
  readonly phase: Phase;
  readonly queue: ExchangeQueue;
  /** One of the deadlines may be over. Must not throw. */
  lookAtDeadlines(nowMs: number): void;
}

/** What is due on a connection. */
export type Due = "nothing" | "headers" | "request" | "linger";

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
    if (isPartial(phase) && !isSameRequest(earlier, phase, heads)) this.#startRequest();
    // Nobody tells when the last byte has left, unless there were many.
    else if (phase === Phase.writing) this.lookAt(this.#host.now() + this.#host.wheel.tickMs);
  }

  /** The client of the last answer may take its time, from now on. */
  startLinger(): void {
    this.#lingerMs = this.#host.now() + LINGER_MS;
    this.lookAt(this.#lingerMs);
  }

  /** Nothing is due any more. */
  stop(): void {
    this.#host.wheel.cancel(this);
  }

  /** Which deadline of the connection is over; each is reported once. */
  takeOver(nowMs: number): Due {
    const { phase } = this.#owner;
    if (phase === Phase.draining) {
      if (nowMs < this.#lingerMs) return "nothing";
      this.#lingerMs = Infinity;
      return "linger";
    }
    if (!isPartial(phase)) return "nothing";
    const isRequestLate = nowMs >= this.#requestMs;
    if (!isRequestLate && (phase !== Phase.reading || nowMs < this.#headersMs)) return "nothing";
    this.#headersMs = this.#requestMs = Infinity;
    return isRequestLate ? "request" : "headers";
  }

  #startRequest(): void {
    const now = this.#host.now();
    const { headersTimeoutMs, requestTimeoutMs } = this.#host.limits;
    this.#headersMs = now + headersTimeoutMs;
    this.#requestMs = now + requestTimeoutMs;
    this.lookAt(Math.min(this.#headersMs, this.#requestMs));
  }

  #next(nowMs: number): number {
    const { phase } = this.#owner;
    if (phase === Phase.draining) return this.#lingerMs;
    let next = phase === Phase.writing ? nowMs + this.#host.wheel.tickMs : this.#handlersMs();
    if (isPartial(phase)) next = Math.min(next, this.#requestMs);
    return phase === Phase.reading ? Math.min(next, this.#headersMs) : next;
  }

  /** When the first of the handlers in work must have begun its answer. */
  #handlersMs(): number {
    let first = Infinity;
    for (let exchange = this.#owner.queue.first; exchange !== null; exchange = exchange.next)
      if (exchange.state === AnswerState.open) first = Math.min(first, exchange.deadlineMs);
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
