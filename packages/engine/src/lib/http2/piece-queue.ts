/** Bytes that are handed over at a time: how far an answer is can be told to so many. */
const PIECE_BYTES = 64 * 1024;

/** Bytes, or text of one character per byte. */
export type Piece = string | Uint8Array;

/** Large pieces of an answer, handed over in slices, so that a client that takes them slowly is told from one that takes nothing. */
export class PieceQueue {
  /** Bytes that wait. */
  size = 0;
  readonly #pieces: Piece[] = [];

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Whether a piece is to be handed over in slices. */
  static isLarge(piece: Piece): boolean {
    return piece.length > PIECE_BYTES;
  }

  add(piece: Piece): void {
    this.size += piece.length;
    for (let at = 0; at < piece.length; at += PIECE_BYTES) this.#pieces.push(sliceOf(piece, at));
  }

  /** The next slice; `undefined` where nothing waits. */
  take(): Piece | undefined {
    const piece = this.#pieces.shift();
    this.size -= piece?.length ?? 0;
    return piece;
  }
}

function sliceOf(piece: Piece, at: number): Piece {
  if (typeof piece === "string") return piece.slice(at, at + PIECE_BYTES);
  return piece.subarray(at, at + PIECE_BYTES);
}
