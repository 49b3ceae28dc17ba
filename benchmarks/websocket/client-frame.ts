import { deflateRawSync, inflateRawSync, constants } from "node:zlib";

/** A message as a case sends it. */
export interface ClientMessage {
  readonly payload: string | Uint8Array;
  /** Whether it goes compressed (RFC 7692), by itself. */
  readonly isCompressed?: boolean;
}

/** The key that everything is masked with: a client that makes a new one each time would measure its random numbers. */
const KEY = Buffer.from([0x5a, 0xc3, 0x17, 0x8e]);

const TEXT = 0x1;
const BINARY = 0x2;
const FINAL = 0x80;
const COMPRESSED = 0x40;

/** What a compressed message ends with, and what is left out on the wire (RFC 7692, 7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** A pong without payload. */
export const PONG: Buffer = Buffer.concat([Buffer.from([FINAL | 0xa, 0x80]), KEY]);

/** Writes a message as one masked frame. */
export function maskedFrame({ payload, isCompressed = false }: ClientMessage): Buffer {
  const plain = Buffer.from(payload);
  const content = isCompressed ? deflate(plain) : plain;
  const opcode = typeof payload === "string" ? TEXT : BINARY;
  const masked = content.map((byte, at) => byte ^ (KEY[at % 4] ?? 0));
  const first = FINAL | (isCompressed ? COMPRESSED : 0) | opcode;
  return Buffer.concat([Buffer.from([first]), lengthField(content.length), KEY, masked]);
}

function deflate(content: Buffer): Buffer {
  return deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -TAIL.length);
}

function lengthField(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  if (length < 0x1_0000) return Buffer.from([0x80 | 126, length >> 8, length & 0xff]);
  const field = Buffer.alloc(9);
  field[0] = 0x80 | 127;
  field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}

/** A frame of a server. */
export interface ServerFrame {
  /** Bytes of it, with its head. */
  readonly bytes: number;
  /** Its opcode and its content, decompressed. */
  readonly message: string;
}

/** The first frame of these bytes, or null where it is not complete. */
export function readServerFrame(bytes: Buffer): ServerFrame | null {
  if (bytes.length < 2) return null;
  const [first = 0, second = 0] = bytes;
  const start = second < 126 ? 2 : second === 126 ? 4 : 10;
  if (bytes.length < start) return null;
  const length =
    second < 126 ? second : second === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return null;
  const content = bytes.subarray(start, start + length);
  const plain = (first & COMPRESSED) === 0 ? content : inflate(content);
  return { bytes: start + length, message: `${first & ~COMPRESSED} ${plain.toString("latin1")}` };
}

function inflate(content: Buffer): Buffer {
  return inflateRawSync(Buffer.concat([content, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH });
}
