import { PayloadContent } from "@armature/http";
import type { NativeBinding } from "./binding.ts";

/** Words of a record; the same as `FRAME_WORDS` in `native/server`. */
const FRAME_WORDS = 2;

/** The payloads that were unmasked in what a batch has read, in the order of their places in memory. */
export class NativeFrames {
  readonly #words: Int32Array;
  readonly #memory: ArrayBuffer;
  /** The first record that may be asked for. */
  #at = 0;

  constructor(binding: NativeBinding) {
    this.#words = new Int32Array(binding.records, binding.records.byteLength / 2);
    this.#memory = binding.memory;
  }

  /** A batch begins; its records are in the order in which its reads are handed over. */
  begin(): void {
    this.#at = 0;
  }

  contentAt(chunk: Uint8Array, start: number): PayloadContent {
    if (chunk.buffer !== this.#memory) return PayloadContent.masked;
    const words = this.#words;
    const place = chunk.byteOffset + start;
    let at = this.#at;
    while ((words[at] as number) < place) at += FRAME_WORDS; // the last word is greater
    this.#at = at;
    if (words[at] !== place) return PayloadContent.masked;
    return words[at + 1] as PayloadContent; // the module has written a whole record
  }
}
