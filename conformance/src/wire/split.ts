/** Cuts the bytes of a request into the pieces in which they are sent. */
export type Split = (bytes: Buffer) => Buffer[];

/** At most this many bytes at either end of a long request are sent one by one. */
const EDGE_BYTES = 400;

/** Everything in one piece. */
export const whole: Split = (bytes) => [bytes];

/** Byte by byte; of a long request, its edges byte by byte and its middle in one piece. */
export const bytewise: Split = (bytes) => {
  if (bytes.length <= 2 * EDGE_BYTES) return single(bytes);
  const end = bytes.length - EDGE_BYTES;
  return [
    ...single(bytes.subarray(0, EDGE_BYTES)),
    bytes.subarray(EDGE_BYTES, end),
    ...single(bytes.subarray(end)),
  ];
};

/** Two pieces, the first one of this many bytes. */
export function cutAt(position: number): Split {
  return (bytes) => [bytes.subarray(0, position), bytes.subarray(position)];
}

/** Pieces of random lengths; the same ones for the same seed. */
export function randomly(seed: number): Split {
  return (bytes) => {
    const random = createRandom(seed);
    // Long requests get longer pieces, so that no case takes thousands of writes.
    const longest = Math.max(24, bytes.length >> 5);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + Math.floor(random() * longest);
      pieces.push(bytes.subarray(at, end));
      at = end;
    }
    return pieces;
  };
}

function single(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}

/** mulberry32: small, and the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
