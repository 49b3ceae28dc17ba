import { Buffer, isUtf8 } from "node:buffer";
import { IS_LITTLE_ENDIAN, rotate, unmask } from "./unmask.ts";

/** As long as the longest read. */
const ROOM = 64 * 1024;

/** Where payloads are unmasked: a word at a time wherever they come from, and without a view of words for each. */
const scratch: Buffer = Buffer.allocUnsafeSlow(ROOM);
const words = new Int32Array(scratch.buffer);

/** The highest bit of each byte of a word: what ASCII does not have. */
const HIGH_BITS = 0x80808080 | 0;

/** Where a payload lies in what was read. */
export interface MaskedBytes {
  readonly chunk: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** The masking key, its first byte in the lowest bits; 0 where there is none. */
  readonly key: number;
  /** How many bytes of the payload came in front of these. */
  readonly offset: number;
}

/** The text of a payload, `null` where it is not UTF-8; ASCII is looked at once, while it is unmasked. */
export function readText(masked: MaskedBytes): string | null {
  const length = masked.end - masked.start;
  if (!fitsScratch(length)) return toText(readBytes(masked));
  if (unmaskInScratch(masked)) return scratch.toString("latin1", 0, length);
  return toText(scratch.subarray(0, length));
}

/** A copy of a payload without its mask. */
export function readBytes(masked: MaskedBytes): Buffer {
  const { chunk, start, end, key, offset } = masked;
  const bytes = Buffer.allocUnsafe(end - start);
  if (fitsScratch(end - start)) {
    unmaskInScratch(masked);
    bytes.set(scratch.subarray(0, end - start));
  } else {
    bytes.set(chunk.subarray(start, end));
    unmask(bytes, key, offset);
  }
  return bytes;
}

function toText(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString() : null;
}

function fitsScratch(length: number): boolean {
  return length <= ROOM && IS_LITTLE_ENDIAN;
}

/** Whether the bytes, which stand at the start of the scratch then, are ASCII. */
function unmaskInScratch({ chunk, start, end, key, offset }: MaskedBytes): boolean {
  scratch.set(chunk.subarray(start, end));
  const length = end - start;
  const own = rotate(key, offset);
  const whole = length >>> 2;
  let seen = 0;
  for (let at = 0; at < whole; at++) {
    const word = (words[at] as number) ^ own; // at < length / 4
    words[at] = word;
    seen |= word;
  }
  for (let at = whole * 4, bits = 0; at < length; at++, bits += 8) {
    const byte = ((scratch[at] as number) ^ (own >>> bits)) & 0xff; // at < length
    scratch[at] = byte;
    seen |= byte;
  }
  return (seen & HIGH_BITS) === 0;
}
