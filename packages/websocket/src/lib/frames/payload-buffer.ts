import { copyPayload, type PayloadPiece } from "./read-payload.ts";

const NOTHING = Buffer.alloc(0);

/** How many times as much as came there is room for at once, as far as more was announced. */
const AHEAD = 4;

/** Gathers the pieces of a message; grows with what came, not with what was announced. */
export class PayloadBuffer {
  #bytes: Buffer = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds bytes. @param announced how many there will be in the end; 0 where nobody has said it */
  add(piece: PayloadPiece, announced: number): void {
    const length = this.#length + piece.end - piece.start;
    if (length > this.#bytes.length) this.#grow(length, announced);
    copyPayload(piece, this.#bytes, this.#length);
    this.#length = length;
  }

  /** The last bytes. */
  tail(length: number): Buffer {
    return this.#bytes.subarray(this.#length - length, this.#length);
  }

  /** Everything so far; begins anew. */
  take(): Buffer {
    const bytes = this.#bytes.length === this.#length ? this.#bytes : this.#bytes.subarray(0, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    return bytes;
  }

  #grow(length: number, announced: number): void {
    const size = announced > 0 ? Math.min(announced, length * AHEAD) : Math.max(length, this.#length * 2);
    const grown = Buffer.allocUnsafe(size);
    if (this.#length > 0) grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
