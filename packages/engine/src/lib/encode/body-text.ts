import { Buffer } from "node:buffer"; // the global one is a getter, which costs at each use

/**
 * A string as it is sent: itself where it is ASCII, so that each character is a byte; else its UTF-8 bytes.
 *
 * UTF-8 has as many bytes as the string has units only where all of them are ASCII.
 */
export function toWire(body: string): string | Uint8Array {
  return Buffer.byteLength(body) === body.length ? body : Buffer.from(body);
}
