import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HttpError } from "@armature/http";
import * as fc from "fast-check";
import { collectBytes, limitBytes } from "./limit-bytes.ts";

/** A source that knows how far it was read, and whether it was let go. */
class Source implements AsyncIterable<Uint8Array> {
  pulled = 0;
  closed = false;
  readonly #sizes: readonly number[];
  readonly #failure: unknown;

  constructor(sizes: readonly number[], failure?: unknown) {
    this.#sizes = sizes;
    this.#failure = failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (const size of this.#sizes) {
        this.pulled++;
        yield new Uint8Array(size).fill(this.pulled);
      }
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      this.closed = true;
    }
  }
}

const TOO_LARGE = { name: "HttpError", status: 413, code: "E_BODY_TOO_LARGE", message: /at most 10 bytes/ };

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const got: Uint8Array[] = [];
  for await (const chunk of chunks) got.push(chunk);
  return got;
}

describe("limitBytes", () => {
  test("passes the pieces on as they are up to the very limit, and no byte more", async () => {
    const sizes = fc.array(fc.nat(5), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(20), fc.boolean(), async (pieces, maxBytes, isAnnounced) => {
        const source = new Source(pieces);
        const total = pieces.reduce((sum, size) => sum + size, 0);
        const limited = limitBytes(source, isAnnounced ? total : null, maxBytes);
        if (total <= maxBytes) {
          const lengths = (await drain(limited)).map(({ length }) => length);
          assert.deepEqual(lengths, pieces);
        } else {
          await assert.rejects(drain(limited), { status: 413, code: "E_BODY_TOO_LARGE" });
          assert.equal(source.closed, !isAnnounced);
          if (isAnnounced) assert.equal(source.pulled, 0);
        }
      }),
    );
  });

  test("refuses what is announced to be too large before it is read", async () => {
    const source = new Source([5]);
    await assert.rejects(drain(limitBytes(source, 11, 10)), TOO_LARGE);
    assert.deepEqual([source.pulled, source.closed], [0, false]);
  });

  test("gives nothing of the piece that is too much, and lets go of the source", async () => {
    const source = new Source([6, 4, 1, 1]);
    const got: Uint8Array[] = [];
    await assert.rejects(async () => {
      for await (const chunk of limitBytes(source, null, 10)) got.push(chunk);
    }, TOO_LARGE);
    assert.deepEqual([got.length, source.pulled, source.closed], [2, 3, true]);
  });

  test("does not believe an announcement that is too small", async () => {
    await assert.rejects(drain(limitBytes(new Source([6, 6]), 1, 10)), TOO_LARGE);
  });

  test("lets go of the source when its reader does", async () => {
    const source = new Source([1, 1, 1]);
    for await (const _chunk of limitBytes(source, null, 10)) break;
    assert.deepEqual([source.pulled, source.closed], [1, true]);
  });

  test("makes a client's leaving out of a source that fails, and keeps the cause", async () => {
    const cause = new Error("reset");
    await assert.rejects(drain(limitBytes(new Source([1], cause), null, 10)), {
      status: 400,
      code: "E_BODY_INCOMPLETE",
      cause,
    });
  });

  test("passes an HttpError of the source on as it is", async () => {
    const failure = new HttpError(408, "E_REQUEST_TIMEOUT");
    await assert.rejects(drain(limitBytes(new Source([], failure), null, 10)), failure);
  });

  test("takes what is there already", async () => {
    assert.deepEqual(await drain(limitBytes([Uint8Array.of(1, 2)], 2, 2)), [Uint8Array.of(1, 2)]);
    assert.deepEqual(await drain(limitBytes([], 0, 0)), []);
  });
});

describe("collectBytes", () => {
  test("puts the pieces together in memory of its own", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 6 }), async (pieces) => {
        const expected = Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)));
        const whole = await collectBytes(limitBytes(pieces, null, 100));
        for (const piece of pieces) piece.fill(0);
        assert.deepEqual(whole, expected);
      }),
    );
  });
});
