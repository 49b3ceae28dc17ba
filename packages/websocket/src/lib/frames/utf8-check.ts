import { isUtf8 } from "node:buffer";

/** Checks UTF-8 that comes in pieces (RFC 3629), and says at the first byte that cannot be part of it that it is none. */
export class Utf8Check {
  /** Continuation bytes that the present character still needs. */
  #needed = 0;
  /** Bounds of the next one; narrower behind some first bytes, so that there are no overlong forms, surrogates or too large numbers. */
  #least = 0x80;
  #most = 0xbf;

  /** Whether everything so far can be the start of UTF-8. */
  push(bytes: Uint8Array): boolean {
    if (this.#needed === 0 && isUtf8(bytes)) return true;
    for (const byte of bytes) if (!this.#step(byte)) return false;
    return true;
  }

  /** Whether no character is unfinished; begins anew. */
  end(): boolean {
    const isComplete = this.#needed === 0;
    this.#expect(0, 0x80, 0xbf);
    return isComplete;
  }

  #step(byte: number): boolean {
    if (this.#needed === 0) return byte < 0x80 || this.#start(byte);
    if (byte < this.#least || byte > this.#most) return false;
    return this.#expect(this.#needed - 1, 0x80, 0xbf);
  }

  #start(byte: number): boolean {
    if (byte >= 0xc2 && byte <= 0xdf) return this.#expect(1, 0x80, 0xbf);
    if (byte >= 0xe0 && byte <= 0xef)
      return this.#expect(2, byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf);
    if (byte >= 0xf0 && byte <= 0xf4)
      return this.#expect(3, byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf);
    return false;
  }

  #expect(needed: number, least: number, most: number): true {
    this.#needed = needed;
    this.#least = least;
    this.#most = most;
    return true;
  }
}
