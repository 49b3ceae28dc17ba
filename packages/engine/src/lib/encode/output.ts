import { Buffer } from "node:buffer"; // the global one is a getter, which costs at each use

/** Bytes up to this many are copied when they are given; larger ones are kept as they are until they are sent. */
const COPY_BYTES = 16 * 1024;

/** Where an output is written; text has one character per byte. */
export interface OutputTarget {
  write(data: string | Uint8Array): void;
  /** Writes several pieces at once. */
  writeAll(pieces: readonly (string | Uint8Array)[]): void;
}

/**
 * Collects what is to be written, so that it leaves in as few writes as possible.
 *
 * Text grows as one string of one character per byte, which needs no buffer and cannot be changed by anyone; large bytes are
 * kept beside it.
 */
export class Output {
  /** Bytes collected. */
  size = 0;
  #text = "";
  /** What comes in front of `#text`, where there are large bytes. */
  #pieces: (string | Uint8Array)[] | null = null;

  /** Adds text of one character per byte. */
  addLatin1(text: string): void {
    this.#text += text;
    this.size += text.length;
  }

  /** Adds bytes; those over 16 KiB must not change until they are sent. */
  addBytes(bytes: Uint8Array): void {
    if (bytes.length <= COPY_BYTES) {
      this.addLatin1(toLatin1(bytes));
      return;
    }
    this.#pieces ??= [];
    if (this.#text !== "") this.#pieces.push(this.#text);
    this.#text = "";
    this.#pieces.push(bytes);
    this.size += bytes.length;
  }

  /** Adds all that another output has collected, and empties that one. */
  take(other: Output): void {
    for (const piece of other.#pieces ?? []) {
      if (typeof piece === "string") this.addLatin1(piece);
      else this.addBytes(piece);
    }
    this.addLatin1(other.#text);
    other.#clear();
  }

  /** Writes what is in front of the last text, and gives that; is empty then. */
  flushToText(target: OutputTarget): string {
    const text = this.#text;
    this.#text = "";
    this.size -= text.length;
    this.flush(target);
    return text;
  }

  /** Writes everything and is empty again. */
  flush(target: OutputTarget): void {
    if (this.size === 0) return;
    const pieces = this.#pieces;
    const text = this.#text;
    this.#clear();
    if (pieces === null) return target.write(text);
    if (text !== "") pieces.push(text);
    const [only] = pieces;
    if (pieces.length === 1 && only !== undefined) target.write(only);
    else target.writeAll(pieces);
  }

  #clear(): void {
    this.size = 0;
    this.#text = "";
    this.#pieces = null;
  }
}

function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
