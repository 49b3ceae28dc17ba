/** Takes bytes one by one and says whether they can be UTF-8 (RFC 3629, 4). */
export class Utf8Checker {
  #missing = 0;
  #low = 0x80;
  #high = 0xbf;

  /** Whether no character is half-way. */
  get complete(): boolean {
    return this.#missing === 0;
  }

  /** Whether the byte can follow the ones before it. */
  accepts(byte: number): boolean {
    if (this.#missing === 0) return byte < 0x80 || this.#begin(byte);
    if (byte < this.#low || byte > this.#high) return false;
    this.#expect(this.#missing - 1, 0x80, 0xbf);
    return true;
  }

  /** The second byte's bounds leave out overlong forms, surrogates and what lies above U+10FFFF. */
  #begin(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false;
    if (byte < 0xe0) this.#expect(1, 0x80, 0xbf);
    else if (byte < 0xf0) this.#expect(2, byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf);
    else this.#expect(3, byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf);
    return true;
  }

  #expect(missing: number, low: number, high: number): void {
    this.#missing = missing;
    this.#low = low;
    this.#high = high;
  }
}
