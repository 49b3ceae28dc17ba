const NOTHING = Buffer.alloc(0);

/** Gathers the pieces of a message; grows with what came, not with what was announced. */
export class PayloadBuffer {
  #bytes: Buffer = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds bytes; keeps the very piece where it is the first. */
  push(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (this.#length === 0) this.#bytes = piece;
    else {
      if (length > this.#bytes.length) this.#grow(length);
      this.#bytes.set(piece, this.#length);
    }
    this.#length = length;
  }

  /** Everything so far; begins anew. */
  take(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    return bytes;
  }

  #grow(length: number): void {
    const grown = Buffer.allocUnsafe(Math.max(length, this.#length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
