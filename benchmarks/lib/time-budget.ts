/** The minutes of a suite. No part begins that would not end within them, going by the longest before it. */
export class TimeBudget {
  readonly #end: number;
  #longest = 0;
  #began: number | null = null;

  constructor(minutes: number) {
    this.#end = performance.now() + minutes * 60_000;
  }

  /** Begins a part, and ends the one before; where there is no time for it, says so, and the process fails. */
  begin(part: string): boolean {
    const now = performance.now();
    if (this.#began !== null) this.#longest = Math.max(this.#longest, now - this.#began);
    this.#began = now;
    if (now + this.#longest <= this.#end) return true;
    process.stdout.write(`There is no time for ${part}; go on with --resume.\n`);
    process.exitCode = 1;
    return false;
  }
}
