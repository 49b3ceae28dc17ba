import { lastWord } from "./benchmarks.ts";

/** The payload of a frame benchmark. */
export function payloadOf(benchmark: string): Buffer {
  return Buffer.alloc(Number(lastWord(benchmark)), "0123456789abcdef");
}

/** A masked binary message in one frame, as a client sends it (RFC 6455, 5.2). */
export function maskedFrame(payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x82;
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  const key = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  return Buffer.concat([head, key, payload.map((byte, at) => byte ^ (key[at % 4] ?? 0))]);
}

/** A message as a text that is compared. */
export function showBytes(bytes: Uint8Array): string {
  return `${bytes.length} ${Buffer.from(bytes).toString("latin1").slice(0, 200)}`;
}
