/** A delay that goes on for this long counts as about two thirds of it; one that is over is forgotten as slowly. */
const SMOOTHING_MS = 500;

/**
 * How late the event loop is, smoothed.
 *
 * A single pause (a collection, a large document, a process that was stopped) is no overload: each reading counts as the middle
 * one of the last three, so that one that stands alone changes nothing.
 */
export class LoopDelay {
  /** The smoothed delay in milliseconds. */
  ms = 0;
  #last = 0;
  #beforeLast = 0;

  /**
   * Takes a reading.
   * @param lateMs how late a timer was
   * @param elapsedMs time since the reading before
   */
  note(lateMs: number, elapsedMs: number): void {
    const middle = median(lateMs, this.#last, this.#beforeLast);
    this.#beforeLast = this.#last;
    this.#last = lateMs;
    this.ms += (middle - this.ms) * (1 - Math.exp(-elapsedMs / SMOOTHING_MS));
  }

  /** Nothing happened for a while: there is no delay any more. */
  forget(): void {
    this.ms = 0;
    this.#last = 0;
    this.#beforeLast = 0;
  }
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
