/** Counts what is in work for one socket, and says when that is as much as it wants. */
export class InWork {
  readonly #most: number;
  readonly #setBusy: (isBusy: boolean) => void;
  readonly #failed: (error: unknown) => void;
  #count = 0;

  constructor(most: number, setBusy: (isBusy: boolean) => void, failed: (error: unknown) => void) {
    this.#most = most;
    this.#setBusy = setBusy;
    this.#failed = failed;
  }

  /** Calls something of the application's, which may give a promise. */
  run(work: () => unknown): void {
    try {
      const result = work();
      if (result instanceof Promise) void this.#wait(result);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #wait(result: Promise<unknown>): Promise<void> {
    if (++this.#count >= this.#most) this.#setBusy(true);
    try {
      await result;
    } catch (error) {
      this.#failed(error);
    } finally {
      if (this.#count-- === this.#most) this.#setBusy(false);
    }
  }
}
