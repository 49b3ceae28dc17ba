/** What a frame of a client says; everything that is left out is as a good client has it. */
export interface ClientFrame {
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  readonly isFinal?: boolean;
  /** The three reserved bits, in their place. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** Bits of the length field, where they are to be more than needed. */
  readonly lengthBits?: 7 | 16 | 64;
  /** A length that is announced in place of the true one. */
  readonly length?: number;
}

const KEY = Buffer.from([0x12, 0xf3, 0x56, 0x9a]);

/** Writes a frame as a client does it, or as a bad one does. */
export function clientFrame(frame: ClientFrame): Buffer {
  const { opcode = 1, isFinal = true, reserved = 0, isMasked = true } = frame;
  const payload = Buffer.from(frame.payload ?? "");
  const first = (isFinal ? 0x80 : 0) | reserved | opcode;
  const head = Buffer.concat([
    Buffer.from([first]),
    lengthField(frame.length ?? payload.length, frame.lengthBits ?? null, isMasked),
  ]);
  if (!isMasked) return Buffer.concat([head, payload]);
  const masked = payload.map((byte, at) => byte ^ (KEY[at % 4] as number)); // at % 4 < 4
  return Buffer.concat([head, KEY, masked]);
}

function lengthField(length: number, asked: number | null, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const bits = asked ?? (length < 126 ? 7 : length < 65_536 ? 16 : 64);
  if (bits === 7) return Buffer.from([mask | length]);
  const field = Buffer.alloc(1 + bits / 8);
  field[0] = mask | (bits === 16 ? 126 : 127);
  if (bits === 16) field.writeUInt16BE(length, 1);
  else field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}

/** A close frame with a payload of these bytes. */
export function clientClose(code: number, reason: string | Uint8Array = ""): Buffer {
  const start = Buffer.alloc(2);
  start.writeUInt16BE(code);
  return clientFrame({ opcode: 8, payload: Buffer.concat([start, Buffer.from(reason)]) });
}
