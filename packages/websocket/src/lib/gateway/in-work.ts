/** Whose work it is. */
export interface InWorkOwner {
  setBusy(isBusy: boolean): void;
  /** Something of the application threw. */
  failed(error: unknown): void;
}

/** Counts what is in work for one socket, and says when that is as much as it wants. */
export class InWork {
  readonly #most: number;
  readonly #owner: InWorkOwner;
  #count = 0;

  constructor(most: number, owner: InWorkOwner) {
    this.#most = most;
    this.#owner = owner;
  }

  /** Calls something of the application's, which may give a promise. */
  run(work: () => unknown): void {
    try {
      const result = work();
      if (result instanceof Promise) void this.#wait(result);
    } catch (error) {
      this.#owner.failed(error);
    }
  }

  async #wait(result: Promise<unknown>): Promise<void> {
    if (++this.#count >= this.#most) this.#owner.setBusy(true);
    try {
      await result;
    } catch (error) {
      this.#owner.failed(error);
    } finally {
      if (this.#count-- === this.#most) this.#owner.setBusy(false);
    }
  }
}
