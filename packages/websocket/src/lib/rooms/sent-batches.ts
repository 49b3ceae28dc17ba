/** Texts that follow each other. */
export interface Batch {
  /** Number of the first one. */
  readonly first: number;
  readonly texts: readonly string[];
}

/** Texts of one batch at most. */
const MAX_BATCH = 100;
/** Texts that wait at most, while they cannot be sent. */
const MAX_WAITING = 100_000;
/** Texts that are kept behind their sending. */
const MAX_KEPT = 10_000;
/** Milliseconds that a text is kept behind its sending, as long as all is well. */
const KEEP_MS = 10_000;

/** What waits to be sent, and what was sent not long ago, all of it numbered in its order. */
export class SentBatches {
  /** What was sent, and behind it what waits. */
  readonly #texts: { readonly text: string; sentAt: number }[] = [];
  /** How many of them were sent. */
  #sent = 0;
  /** Number of the first one. */
  #first = 1;

  get hasWaiting(): boolean {
    return this.#texts.length > this.#sent;
  }

  /** Whether there was room for it. */
  add(text: string): boolean {
    if (this.#texts.length - this.#sent >= MAX_WAITING) return false;
    this.#texts.push({ text, sentAt: Infinity });
    return true;
  }

  /** What is to be sent next. */
  next(): Batch {
    return this.#batch(this.#sent, this.#sent + MAX_BATCH);
  }

  /** What was sent not long ago, and what waits, up to the end of {@link next}. */
  everything(): Batch {
    return this.#batch(0, this.#sent + MAX_BATCH);
  }

  /** A batch has arrived; what is older than a while is forgotten. */
  sent({ first, texts }: Batch): void {
    const now = performance.now();
    const end = first + texts.length - this.#first;
    for (let at = this.#sent; at < end; at++) (this.#texts[at] as { sentAt: number }).sentAt = now; // the batch is of them
    this.#sent = Math.max(this.#sent, end);
    let old = Math.max(0, this.#sent - MAX_KEPT);
    while (old < this.#sent && now - (this.#texts[old]?.sentAt ?? now) > KEEP_MS) old++;
    this.#texts.splice(0, old);
    this.#first += old;
    this.#sent -= old;
  }

  #batch(start: number, end: number): Batch {
    return { first: this.#first + start, texts: this.#texts.slice(start, end).map(({ text }) => text) };
  }
}
