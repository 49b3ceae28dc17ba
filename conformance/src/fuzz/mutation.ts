import * as fc from "fast-check";

/** A change to bytes. */
export type Mutation = (bytes: Buffer) => Buffer;

/** What parsers trip over. */
const STUMBLING = [
  ...'\r\n\0\t\v :;,="\\/?#%@*-+0aF\x7f\x80\xff'.split(""),
  "\r\n",
  "\n\r",
  "\r\r\n",
  "\r\n\r\n",
  "\n\n",
  "0\r\n\r\n",
  "5\r\n",
  "ffffffffffffffff",
  "-1",
  "+1",
  "0x5",
  "chunked",
  "HTTP/1.0",
  "HTTP/1.1",
  "Content-Length: 3\r\n",
  "Content-Length: 0\r\n",
  "Content-Length : 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding:\x0bchunked\r\n",
  "Connection: close\r\n",
  "Connection: keep-alive, upgrade\r\n",
  "Expect: 100-continue\r\n",
  "Upgrade: x\r\n",
  "Host: b\r\n",
  " folded\r\n",
  "GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
  "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
].map((text) => Buffer.from(text, "latin1"));

const place = fc.nat({ max: 1_000_000 });

function spliced(bytes: Buffer, at: number, removed: number, inserted: Buffer): Buffer {
  const from = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(from + removed)]);
}

const insertion = fc.tuple(place, fc.nat({ max: 3 }), fc.constantFrom(...STUMBLING)).map(
  ([at, removed, inserted]): Mutation =>
    (bytes) =>
      spliced(bytes, at, removed, inserted),
);

const removal = fc.tuple(place, fc.integer({ min: 1, max: 20 })).map(
  ([at, removed]): Mutation =>
    (bytes) =>
      spliced(bytes, at, removed, Buffer.alloc(0)),
);

const flip = fc.tuple(place, fc.nat({ max: 7 })).map(([at, bit]): Mutation => (bytes) => {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ (1 << bit);
  return changed;
});

const repetition = fc
  .tuple(place, fc.integer({ min: 1, max: 60 }))
  .map(([at, length]): Mutation => (bytes) => {
    const from = at % (bytes.length + 1);
    return spliced(bytes, from, 0, bytes.subarray(from, from + length));
  });

const cut = place.map(
  (at): Mutation =>
    (bytes) =>
      bytes.subarray(0, at % (bytes.length + 1)),
);

/** Small changes of every kind, one after the other. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: insertion },
    { weight: 2, arbitrary: removal },
    { weight: 2, arbitrary: flip },
    { weight: 1, arbitrary: repetition },
    { weight: 1, arbitrary: cut },
  ),
  { minLength: 1, maxLength: 4 },
);

/** The bytes after all changes. */
export function mutate(bytes: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce((changed, change) => change(changed), bytes);
}

/** Where bytes are cut into pieces. */
export const cuts: fc.Arbitrary<number[]> = fc.array(place, { maxLength: 6 });

/** Bytes in pieces. */
export function cutAtAll(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((at) => at % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...sorted, bytes.length].map((end, at) => bytes.subarray(at === 0 ? 0 : sorted[at - 1], end));
}
