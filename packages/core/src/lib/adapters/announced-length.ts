import { ArmatureError } from "@armature/http";

/** Holds what is written of a body against the length that was announced, as an engine does. */
export class AnnouncedLength {
  /** Bytes that are missing; `null` where none were announced. */
  #left: number | null;

  /** @throws ArmatureError `E_ANSWER_LENGTH` for a length that is none */
  constructor(length: number | null) {
    if (length !== null && !(Number.isSafeInteger(length) && length >= 0))
      throw wrongLength(`it must be a whole number of bytes, or null (got ${length})`);
    this.#left = length;
  }

  /** A piece is about to be written. @throws ArmatureError `E_ANSWER_LENGTH` where it is too much */
  take(piece: string | Uint8Array): void {
    if (this.#left === null) return;
    this.#left -= typeof piece === "string" ? byteLengthOf(piece) : piece.byteLength;
    if (this.#left < 0) throw wrongLength(`${-this.#left} bytes too many were written`);
  }

  /** The body is about to end. @throws ArmatureError `E_ANSWER_LENGTH` where bytes are missing */
  end(): void {
    if (this.#left !== null && this.#left > 0)
      throw wrongLength(`${this.#left} bytes are missing at its end`);
  }
}

function byteLengthOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

function wrongLength(what: string): ArmatureError {
  return new ArmatureError(
    "E_ANSWER_LENGTH",
    `The body of an answer does not have the length that stream() was told: ${what}.`,
  );
}
