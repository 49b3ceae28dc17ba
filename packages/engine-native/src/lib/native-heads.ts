import { METHODS } from "@armature/http";
import type { HeadParser, KnownHeads } from "@armature/engine/transport";
import type { NativeBinding } from "./binding.ts";

/** Words of a record in front of its positions; the same as `HEAD_WORDS` in `native/server`. */
const HEAD_WORDS = 7;
const VERSION_BIT = 1 << 8;
const KEEP_ALIVE_BIT = 1 << 9;

/**
 * The plain requests that the native parser has found in what a batch has read, in the order of their places in memory.
 *
 * A record holds whatever stands in front of its request, so that it is right wherever a request begins at its place; where none does,
 * as in the middle of a body, nobody asks for it.
 */
export class NativeHeads implements KnownHeads {
  readonly #words: Int32Array;
  /** The first record that may be asked for. */
  #at = 0;
  /** The bytes that are handed over now, and where they begin in memory. */
  #bytes: Buffer | null = null;
  #base = 0;

  constructor(binding: NativeBinding) {
    this.#words = new Int32Array(binding.records, 0, binding.records.byteLength / 8);
  }

  /** A batch begins; its records are in the order in which its reads are handed over. */
  begin(): void {
    this.#at = 0;
  }

  /** What comes next is read from here. */
  look(bytes: Buffer | null, base: number): void {
    this.#bytes = bytes;
    this.#base = base;
  }

  take(bytes: Buffer, start: number, head: HeadParser): number {
    if (bytes !== this.#bytes) return 0;
    const words = this.#words;
    const place = this.#base + start;
    let at = this.#at;
    while ((words[at] as number) < place) at += HEAD_WORDS + 4 * (words[at + 6] as number); // the last word is greater
    this.#at = at;
    return words[at] === place ? start + fill(head, words, at) : 0;
  }
}

/** Gives the length of the head. */
function fill(head: HeadParser, words: Int32Array, at: number): number {
  // The module has written a whole record.
  const info = words[at + 2] as number;
  const { framing } = head;
  head.method = METHODS[info & 0xff] as string;
  head.minorVersion = (info & VERSION_BIT) === 0 ? 0 : 1;
  head.targetStart = words[at + 3] as number;
  head.targetEnd = words[at + 4] as number;
  head.fieldCount = words[at + 6] as number;
  head.positions = words;
  head.positionsStart = at + HEAD_WORDS;
  framing.reset();
  framing.length = words[at + 5] as number;
  framing.keepAlive = (info & KEEP_ALIVE_BIT) !== 0;
  framing.close = !framing.keepAlive;
  return words[at + 1] as number;
}
