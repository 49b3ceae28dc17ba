import type { InWorkOwner } from "./in-work.ts";

/** Gives messages to a loop, and says when it has as many as it wants. */
export class MessageIterator implements AsyncIterableIterator<string | Buffer> {
  readonly #source: Pick<InWorkOwner, "setBusy">;
  readonly #waiting: (string | Buffer)[] = [];
  readonly #asked: ((result: IteratorResult<string | Buffer>) => void)[] = [];
  #isEnded = false;

  constructor(source: Pick<InWorkOwner, "setBusy">) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(message: string | Buffer): void {
    if (this.#isEnded) return;
    const asked = this.#asked.shift();
    if (asked !== undefined) return asked({ value: message, done: false });
    this.#waiting.push(message);
    this.#source.setBusy(true);
  }

  /** No more messages come; those that wait are still given. */
  end(): void {
    this.#isEnded = true;
    for (const asked of this.#asked.splice(0)) asked(DONE);
  }

  next(): Promise<IteratorResult<string | Buffer>> {
    const value = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#source.setBusy(false);
    if (value !== undefined) return Promise.resolve({ value, done: false });
    if (this.#isEnded) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#asked.push(resolve));
  }

  return(): Promise<IteratorResult<string | Buffer>> {
    this.#waiting.length = 0;
    this.end();
    this.#source.setBusy(false);
    return Promise.resolve(DONE);
  }
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ value: undefined, done: true });
