/** Does one thing after the other; at once, as long as nothing has to be waited for. */
export class InOrder {
  #last: Promise<void> | null = null;

  /** @param task must not throw, nor reject */
  run(task: () => Promise<void> | void): void {
    const result = this.#last === null ? task() : this.#last.then(task);
    if (!(result instanceof Promise)) return;
    this.#last = result;
    void this.#forget(result);
  }

  async #forget(result: Promise<void>): Promise<void> {
    await result;
    if (this.#last === result) this.#last = null;
  }
}
