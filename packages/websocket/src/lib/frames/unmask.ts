/** Below this many bytes a view of words costs more than it saves. */
const WORDS_FROM = 64;

/** Whether the first byte of a word is the lowest one. */
export const IS_LITTLE_ENDIAN: boolean = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Removes the mask of a payload in place (RFC 6455, 5.3), a word at a time where the bytes lie for it.
 *
 * @param key the masking key, its first byte in the lowest bits
 * @param offset how many bytes of the payload came in front of these
 */
export function unmask(bytes: Uint8Array, key: number, offset: number): void {
  const { length } = bytes;
  if (length < WORDS_FROM || !IS_LITTLE_ENDIAN) return unmaskBytes(bytes, 0, length, rotate(key, offset));
  const head = -bytes.byteOffset & 3;
  const words = (length - head) >>> 2;
  unmaskBytes(bytes, 0, head, rotate(key, offset));
  unmaskWords(new Int32Array(bytes.buffer, bytes.byteOffset + head, words), rotate(key, offset + head));
  const tail = head + words * 4;
  unmaskBytes(bytes, tail, length, rotate(key, offset + tail));
}

/** The key as it applies `offset` bytes later. */
export function rotate(key: number, offset: number): number {
  const bits = (offset & 3) * 8;
  return bits === 0 ? key : (key >>> bits) | (key << (32 - bits));
}

function unmaskWords(words: Int32Array, key: number): void {
  // Both are below the length.
  for (let at = 0; at < words.length; at++) words[at] = (words[at] as number) ^ key;
}

function unmaskBytes(bytes: Uint8Array, start: number, end: number, key: number): void {
  for (let at = start, bits = 0; at < end; at++, bits = (bits + 8) & 24) {
    bytes[at] = (bytes[at] as number) ^ (key >>> bits); // at < end <= length
  }
}
