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
