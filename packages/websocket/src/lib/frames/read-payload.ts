import { Buffer, isUtf8 } from "node:buffer";
import { PayloadContent } from "@armature/http";
import { IS_LITTLE_ENDIAN, rotate, unmask } from "./unmask.ts";

/** As long as the longest read. */
const ROOM = 64 * 1024;

/** More bytes than these are unmasked where they are copied to: a view of words costs less than another copy. */
const COPY_BYTES = 4 * 1024;

/** Where payloads are unmasked: a word at a time wherever they come from, and without a view of words for each. */
const scratch: Buffer = Buffer.allocUnsafeSlow(ROOM);
const words = new Int32Array(scratch.buffer);

/** The highest bit of each byte of a word: what ASCII does not have. */
const HIGH_BITS = 0x80808080 | 0;

/** Where a payload, or what came of it, lies in what was read. */
export interface PayloadPiece {
  readonly chunk: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** The masking key, its first byte in the lowest bits; 0 where there is none. */
  readonly key: number;
  /** How many bytes of the payload came in front of these. */
  readonly offset: number;
  /** What is known of the bytes. */
  readonly content: PayloadContent;
}

/** The text of a payload, `null` where it is not UTF-8; ASCII is looked at once, while it is unmasked. */
export function readText(piece: PayloadPiece): string | null {
  const { chunk, start, end, content } = piece;
  if (content === PayloadContent.ascii) return toBuffer(chunk).toString("latin1", start, end);
  if (content === PayloadContent.utf8) return toBuffer(chunk).toString("utf8", start, end);
  return content === PayloadContent.notUtf8 ? null : readUnknownText(piece);
}

function readUnknownText(piece: PayloadPiece): string | null {
  const length = piece.end - piece.start;
  if (length > ROOM || !IS_LITTLE_ENDIAN) return toText(readBytes(piece));
  if (unmaskInScratch(piece)) return scratch.toString("latin1", 0, length);
  return toText(scratch.subarray(0, length));
}

function readBytes(piece: PayloadPiece): Buffer {
  const bytes = Buffer.allocUnsafe(piece.end - piece.start);
  copyPayload(piece, bytes, 0);
  return bytes;
}

/** Copies a payload without its mask to a place in other bytes. */
export function copyPayload(piece: PayloadPiece, target: Buffer, at: number): void {
  const { chunk, start, end, key, offset } = piece;
  const length = end - start;
  if (key !== 0 && length <= COPY_BYTES && IS_LITTLE_ENDIAN) {
    unmaskInScratch(piece);
    target.set(scratch.subarray(0, length), at);
  } else {
    target.set(chunk.subarray(start, end), at);
    if (key !== 0) unmask(target.subarray(at, at + length), key, offset);
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function toText(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString() : null;
}

/** Whether the bytes, which stand at the start of the scratch then, are ASCII. */
function unmaskInScratch({ chunk, start, end, key, offset }: PayloadPiece): boolean {
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
