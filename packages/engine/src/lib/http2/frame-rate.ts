const WINDOW_MS = 1000;

/** Counts what a client may do so many times in a second. */
export class FrameRate {
  readonly #most: number;
  #sinceMs = -Infinity;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** It did it once more; tells whether that was too often. */
  add(nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= WINDOW_MS) {
      this.#sinceMs = nowMs;
      this.#count = 0;
    }
    return ++this.#count > this.#most;
  }
}
