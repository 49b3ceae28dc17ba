import { Buffer } from "node:buffer";
import { CloseCode } from "./close-code.ts";
import { Opcode } from "./opcode.ts";

/** The first reserved bit, where a message is compressed. */
const COMPRESSED = 0x40;

/**
 * Writes a whole message, or a control frame, as one frame of a server: final and not masked.
 * @param payload a string is written as UTF-8
 */
export function encodeFrame(opcode: number, payload: string | Uint8Array, isCompressed = false): Buffer {
  const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
  const headLength = length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = 0x80 | (isCompressed ? COMPRESSED : 0) | opcode;
  if (headLength === 2) frame[1] = length;
  else writeLength(frame, length, headLength);
  if (typeof payload === "string") frame.write(payload, headLength);
  else frame.set(payload, headLength);
  return frame;
}

/** Up to so many bytes are written as text: a copy into one string costs less than a buffer beside it. */
export const TEXT_BYTES: number = 16 * 1024;

/**
 * Writes a whole message as one frame of a server, as text of one character per byte where that takes no more copies than bytes would:
 * for texts that are ASCII, and for others and for bytes that are few.
 * @param payload a string is written as UTF-8
 */
export function encodeMessage(opcode: number, payload: string | Uint8Array): string | Buffer {
  const text = asLatin1(payload);
  return text === null ? encodeFrame(opcode, payload) : headText(opcode, text.length) + text;
}

function asLatin1(payload: string | Uint8Array): string | null {
  if (typeof payload === "string") return textAsLatin1(payload);
  if (payload.length > TEXT_BYTES) return null;
  const bytes =
    payload instanceof Buffer ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  return bytes.toString("latin1");
}

function textAsLatin1(text: string): string | null {
  const length = Buffer.byteLength(text);
  // UTF-8 has as many bytes as the string has units only where all of them are ASCII.
  if (length === text.length) return text;
  return length > TEXT_BYTES ? null : Buffer.from(text).toString("latin1");
}

/** Heads of the shortest texts, by their length: most messages are such. */
const SHORT_HEADS: readonly string[] = Array.from({ length: 126 }, (_none, length) =>
  encodeHead(Opcode.text, length),
);

function headText(opcode: number, length: number): string {
  const short = opcode === Opcode.text ? SHORT_HEADS[length] : undefined;
  return short ?? encodeHead(opcode, length);
}

/** The head of a message in one frame of a server, as text of one character per byte. */
export function encodeHead(opcode: number, length: number): string {
  const first = 0x80 | opcode;
  if (length < 126) return String.fromCharCode(first, length);
  if (length < 0x1_0000) return String.fromCharCode(first, 126, length >> 8, length & 0xff);
  const head = Buffer.allocUnsafe(10);
  head[0] = first;
  writeLength(head, length, head.length);
  return head.toString("latin1");
}

function writeLength(frame: Buffer, length: number, headLength: number): void {
  if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
}

/** The most bytes of a reason: a control frame has 125 at most, two of them for the code. */
const MAX_REASON_BYTES = 123;

/** Writes a close frame; a reason that is too long is cut between two characters. Without a code it is empty. */
export function encodeClose(code: number, reason: string): Buffer {
  if (code === CloseCode.noStatus) return encodeFrame(Opcode.close, "");
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON_BYTES));
  const text = reason.slice(0, read);
  const payload = Buffer.allocUnsafe(2 + Buffer.byteLength(text));
  payload.writeUInt16BE(code, 0);
  payload.write(text, 2);
  return encodeFrame(Opcode.close, payload);
}
