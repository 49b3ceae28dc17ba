/** The sizes that a read may have. */
export const READ_SIZES: readonly number[] = [4 * 1024, 16 * 1024, 64 * 1024];

/** Where a connection begins: its first request comes in one read, even with a body. */
const FIRST = 2;

/** Reads one after the other that a smaller size would have held twice over. */
const SMALL_READS = 16;

/**
 * How much a connection reads at a time, by what arrives: a read that is full makes the next ones larger, and a row of small ones
 * makes them smaller.
 *
 * As the buffer is shared, a small size saves no memory by itself. It bounds what is copied where a client sends more than may be in
 * work, and keeps the memory that small requests go through small enough for the caches.
 */
export class ReadSize {
  /** The place of the size among {@link READ_SIZES}. */
  at: number = FIRST;
  #smallReads = 0;

  /** A read brought so many bytes; tells whether the size is another one now. */
  note(length: number): boolean {
    if (length === READ_SIZES[this.at]) return this.#grow();
    const smaller = READ_SIZES[this.at - 1];
    if (smaller === undefined || 2 * length > smaller) {
      this.#smallReads = 0;
      return false;
    }
    return ++this.#smallReads === SMALL_READS && this.#shrink();
  }

  #grow(): boolean {
    this.#smallReads = 0;
    if (this.at === READ_SIZES.length - 1) return false;
    this.at++;
    return true;
  }

  #shrink(): boolean {
    this.#smallReads = 0;
    this.at--;
    return true;
  }
}
