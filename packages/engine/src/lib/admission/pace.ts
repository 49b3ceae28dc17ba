/** Slices of handlers that count about as much as all before them. */
const WEIGHT = 0.2;

/** How long the line takes for each that it calls, smoothed. */
export class Pace {
  #msPerCall = 0;
  #sinceMs = 0;
  #calls = 0;

  /** The line was empty, and is not any more: what was before tells nothing. */
  start(nowMs: number): void {
    this.#msPerCall = 0;
    this.#calls = 0;
    this.#sinceMs = nowMs;
  }

  /** One was called. */
  called(): void {
    this.#calls++;
  }

  /** Looks at what was called since the last time. */
  note(nowMs: number): void {
    if (this.#calls === 0) return;
    const msPerCall = (nowMs - this.#sinceMs) / this.#calls;
    this.#msPerCall =
      this.#msPerCall === 0 ? msPerCall : this.#msPerCall + (msPerCall - this.#msPerCall) * WEIGHT;
    this.#calls = 0;
    this.#sinceMs = nowMs;
  }

  /** Milliseconds until one is called that has so many in front. */
  waitBehind(count: number): number {
    return this.#msPerCall * count;
  }
}
