/** So long, and so many turns, have to find a connection each before more are taken to be waiting. */
const LEAST_MS = 20;
const LEAST_TURNS = 4;

/**
 * Tells whether connections wait to be accepted. Node accepts one in each turn of the event loop; where turn after turn finds
 * one, there is a queue in the system that nobody can look into.
 */
export class AcceptStreak {
  #turns = 0;
  #sinceMs = 0;
  #isInTurn = false;
  #lasts = false;

  /** Whether the last turns all accepted a connection, for long enough to mean a queue. */
  get lasts(): boolean {
    return this.#lasts;
  }

  /** Whether a connection was accepted in this turn or the one before: the next turn is worth a look. */
  get isOpen(): boolean {
    return this.#turns > 0 || this.#isInTurn;
  }

  /** A connection was accepted. */
  accepted(): void {
    this.#isInTurn = true;
  }

  /** A turn is over. Gives whether it accepted a connection. */
  endTurn(nowMs: number): boolean {
    const wasInTurn = this.#isInTurn;
    this.#isInTurn = false;
    if (!wasInTurn) this.#turns = 0;
    else if (++this.#turns === 1) this.#sinceMs = nowMs;
    this.#lasts = this.#turns >= LEAST_TURNS && nowMs - this.#sinceMs >= LEAST_MS;
    return wasInTurn;
  }
}
