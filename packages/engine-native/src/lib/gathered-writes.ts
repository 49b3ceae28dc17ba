import { type NativeSockets, SEND_WORDS } from "./binding.ts";

const MAX_TEXTS = 1024;

/** Longer texts leave at once. */
const MAX_TEXT = 16 * 1024;

/** So many characters are sent without waiting for more. */
const MAX_GATHERED = 256 * 1024;

/** Who is told of what was gathered and not sent whole. */
export interface GatheringHost {
  /** The system took `sent` bytes of a text, which is less than it has, or the connection broke, with an error below zero. */
  heldUp(slot: number, text: string, sent: number): void;
  /** It is not known what of a connection's text was sent. */
  lost(slot: number): void;
}

/**
 * The texts that are written in one batch, or in one turn of the loop, which leave in one call: JavaScript runs for all
 * connections first, and the system's code for all of them after it, so that each is found in the processor's caches.
 */
export class GatheredWrites {
  /** Counts the flushes: who has written in this one has texts that have not left. */
  round = 0;
  readonly #sockets: NativeSockets;
  readonly #host: GatheringHost;
  readonly #words: Int32Array = new Int32Array(MAX_TEXTS * SEND_WORDS);
  #text = "";
  /** The first word behind the entries. */
  #end = 0;
  /** When the first text was added, in whole milliseconds. */
  #sinceMs = 0;
  #isBatch = false;

  constructor(sockets: NativeSockets, host: GatheringHost) {
    this.#sockets = sockets;
    this.#host = host;
  }

  /** A batch begins, whose end calls {@link endBatch}. */
  beginBatch(): void {
    this.#isBatch = true;
  }

  endBatch(): void {
    this.#isBatch = false;
    if (this.#end > 0) this.flush();
  }

  /** Takes a text of one character per byte, unless it is too long. */
  add(slot: number, text: string): boolean {
    if (text.length > MAX_TEXT) return false;
    if (this.#end === 0) this.#begin();
    const words = this.#words;
    const at = this.#end;
    words[at] = slot;
    words[at + 1] = text.length;
    this.#end = at + SEND_WORDS;
    this.#text += text;
    // Who is answered first does not wait for slow handlers of those behind.
    const isFull = this.#end === words.length || this.#text.length >= MAX_GATHERED;
    if (isFull || Date.now() !== this.#sinceMs) this.flush();
    return true;
  }

  #begin(): void {
    this.#sinceMs = Date.now();
    if (!this.#isBatch) process.nextTick(() => this.flush());
  }

  /** Sends what was gathered. */
  flush(): void {
    const end = this.#end;
    if (end === 0) return;
    const text = this.#text;
    this.#text = "";
    this.#end = 0;
    this.round++;
    const heldUp = this.#sockets.sendBatch(text, text.length, this.#words, end);
    if (heldUp !== 0) this.#tell(text, end, heldUp < 0);
  }

  #tell(text: string, end: number, isUnknown: boolean): void {
    // What is told may write, and so use the table again.
    const words = this.#words.slice(0, end);
    let start = 0;
    for (let at = 0; at < end; at += SEND_WORDS) {
      const [slot, length, sent] = words.subarray(at, at + SEND_WORDS) as unknown as [number, number, number]; // three words
      if (isUnknown) this.#host.lost(slot);
      else if (sent !== length) this.#host.heldUp(slot, text.slice(start, start + length), sent);
      start += length;
    }
  }
}
