/** How long a connection has to hold before the next loss counts as the first one. */
const STABLE_MS = 5_000;

/** The pauses of a client that comes back: random parts of a bound that doubles (full jitter), so that not all come at once. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #failures = 0;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** Attempts in a row that failed, or did not hold. */
  get failures(): number {
    return this.#failures;
  }

  /** A connection is lost. @param heldMs how long it was open, `null` where it never was */
  lost(heldMs: number | null): void {
    this.#failures = (heldMs ?? 0) >= STABLE_MS ? 1 : this.#failures + 1;
  }

  /** The next pause. @param random from 0 to 1 */
  pauseMs(random: number): number {
    const bound = Math.min(this.#maxMs, this.#minMs * 2 ** Math.max(0, this.#failures - 1));
    return random * bound;
  }
}
