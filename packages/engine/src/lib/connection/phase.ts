import type { Limits } from "@armature/http";

/**
 * What a connection does with the bytes that arrive, and which deadline runs.
 *
 * ```
 *            first byte           head complete            body complete
 *   idle ---------------> reading ------------> receiving ----------------+
 *    ^  \                    |  (no body) \                               |
 *    |   \ keep-alive        | headers     +------> handling <------------+
 *    |    \ timeout          | timeout: 408            | answers given
 *    |     v                 v                         |
 *    |   draining <----- error answer                  +---> upgraded (bytes go to a sink)
 *    |     |    ^------- answer that closes -----------+
 *    |     v                                           v
 *    |   closed <--- linger timeout, client gone    writing
 *    +------------------ answers left ----------------+
 * ```
 *
 * A request may come in any phase up to `writing`. Streamed answers are written while they are `handling`.
 */
export const Phase = {
  /** No request has begun and none is in work. Keep-alive timeout; for a new connection the headers timeout. */
  idle: 0,
  /** A part of a head is here. Headers timeout, request timeout. */
  reading: 1,
  /** A head was handed over and its body is arriving. Request timeout. */
  receiving: 2,
  /** All requests that arrived are in work. Their own handler timeouts. */
  handling: 3,
  /** All requests are answered, and the client is still taking the answers. No timeout. */
  writing: 4,
  /** Another protocol runs here; bytes go to the sink. No timeout. */
  upgraded: 5,
  /** The last answer is given and our side is ended; what arrives is dropped. Linger timeout, once all has left. */
  draining: 6,
  /** Gone. */
  closed: 7,
} as const;

/** One of {@link Phase}. */
export type Phase = (typeof Phase)[keyof typeof Phase];

/** How long a client may take to close after its last answer. */
const LINGER_MS = 2_000;

/** What is due on a connection. */
export type Due = "nothing" | "headers" | "request" | "close" | "destroy";

type PhaseLimits = Pick<Limits, "headersTimeoutMs" | "requestTimeoutMs" | "keepAliveTimeoutMs">;

/** The phase of a connection and the deadline that runs in it. Times are milliseconds of `performance.now()`. */
export class PhaseClock {
  phase: Phase = Phase.idle;
  readonly #limits: PhaseLimits;
  #deadlineMs: number;
  /** When the request that is arriving must be complete. */
  #requestDeadlineMs: number = Infinity;

  constructor(limits: PhaseLimits) {
    this.#limits = limits;
    this.#deadlineMs = performance.now() + limits.headersTimeoutMs;
  }

  /**
   * Goes on to another phase, or has the same one again after something arrived.
   * @param heads how many heads were complete since the last call
   */
  enter(phase: Phase, heads: number): void {
    const earlier = this.phase;
    this.phase = phase;
    if (phase === Phase.idle) this.#deadlineMs = performance.now() + this.#limits.keepAliveTimeoutMs;
    else if (phase === Phase.draining) this.#deadlineMs = performance.now() + LINGER_MS;
    else if (isPartial(phase) && !isSameRequest(earlier, phase, heads)) this.#startRequest();
  }

  /** What has to happen now. */
  due(nowMs: number): Due {
    const { phase } = this;
    if (isPartial(phase) && nowMs >= this.#requestDeadlineMs) return "request";
    if (nowMs < this.#deadlineMs) return "nothing";
    if (phase === Phase.reading) return "headers";
    if (phase === Phase.idle) return "close";
    return phase === Phase.draining ? "destroy" : "nothing";
  }

  #startRequest(): void {
    const now = performance.now();
    this.#deadlineMs = now + this.#limits.headersTimeoutMs;
    this.#requestDeadlineMs = now + this.#limits.requestTimeoutMs;
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
