import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { HttpError } from "@armature/http";
import { CONTENT_CODINGS, type ContentCoding } from "./content-codings.ts";
import { decompress } from "./decompress.ts";

const ENCODERS: Readonly<Record<ContentCoding, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

const TEXT = Buffer.from("What comes out is what went in, whatever happened in between.");

async function* pieces(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The code of the error that reading ends with. */
async function failure(source: AsyncIterable<Uint8Array>): Promise<string> {
  try {
    await collect(source);
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    return `${error.status} ${error.code}`;
  }
  return "none";
}

test("every coding is undone, however its bytes arrive", async () => {
  for (const coding of CONTENT_CODINGS)
    for (const size of [1, 7, 1000])
      assert.deepEqual(
        await collect(decompress(pieces(ENCODERS[coding](TEXT), size), [coding], 100)),
        TEXT,
        `${coding} by ${size}`,
      );
});

test("codings on top of each other are undone from the last to the first", async () => {
  const bytes = brotliCompressSync(gzipSync(TEXT));
  assert.deepEqual(await collect(decompress(pieces(bytes), ["gzip", "br"], 100)), TEXT);
  assert.equal(await failure(decompress(pieces(bytes), ["br", "gzip"], 100)), "400 E_BODY_CODING");
});

test("a gzip file of several members is one body", async () => {
  const bytes = Buffer.concat([gzipSync("one "), gzipSync("two")]);
  assert.equal(String(await collect(decompress(pieces(bytes), ["gzip"], 100))), "one two");
});

test("a body that is cut short anywhere is refused", async () => {
  for (const coding of CONTENT_CODINGS) {
    const bytes = ENCODERS[coding](TEXT);
    for (let end = 1; end < bytes.length; end++)
      assert.equal(
        await failure(decompress(pieces(bytes.subarray(0, end)), [coding], 100)),
        "400 E_BODY_CODING",
        `${coding} with ${end} bytes`,
      );
  }
});

test("a body without a byte is an empty one", async () => {
  for (const coding of CONTENT_CODINGS)
    assert.equal((await collect(decompress(pieces(Buffer.alloc(0)), [coding], 100))).length, 0);
});

test("a body that goes on behind its end is refused", async () => {
  for (const coding of CONTENT_CODINGS) {
    const bytes = Buffer.concat([ENCODERS[coding](TEXT), Buffer.from("more")]);
    for (const size of [1, bytes.length - 4, bytes.length])
      assert.equal(
        await failure(decompress(pieces(bytes, size), [coding], 100)),
        "400 E_BODY_CODING",
        `${coding} by ${size}`,
      );
  }
});

test("deflate without its envelope is refused", async () => {
  assert.equal(
    await failure(decompress(pieces(deflateRawSync(TEXT)), ["deflate"], 100)),
    "400 E_BODY_CODING",
  );
});

test("bytes that nobody compressed are refused, and nothing else happens", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 64 }),
      fc.constantFrom(...CONTENT_CODINGS),
      async (bytes, coding) => {
        const code = await failure(decompress(pieces(bytes), [coding], 100));
        assert.ok(code === "400 E_BODY_CODING" || code === "none", code);
      },
    ),
    { numRuns: 200 },
  );
});

test("a zstd frame that wants a window of more than 8 MiB is refused", async () => {
  // Magic, no flags, the window, one last raw block of one byte.
  const frame = (windowLog: number): Uint8Array =>
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3, 0x09, 0x00, 0x00, 0x41);
  assert.equal(String(await collect(decompress(pieces(frame(23)), ["zstd"], 100))), "A");
  assert.equal(await failure(decompress(pieces(frame(27)), ["zstd"], 100)), "400 E_BODY_CODING");
});

test("a body that expands too far is given up while it is read", async () => {
  const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024));
  let given = 0;
  await assert.rejects(
    async () => {
      for await (const chunk of decompress(pieces(bomb), ["gzip"], 100)) given += chunk.length;
    },
    { status: 413, code: "E_BODY_RATIO" },
  );
  assert.ok(given <= bomb.length * 100 + 16 * 1024, `${given} bytes came out of ${bomb.length}`);
});

test("a bomb within a harmless coding is found too", async () => {
  // 16 MiB of empty members give no byte at all.
  const empty = gzipSync("", { level: 0 });
  const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024, empty));
  assert.equal(await failure(decompress(pieces(bomb), ["gzip", "gzip"], 100)), "413 E_BODY_RATIO");
});

test("small bodies may expand as far as they like", async () => {
  const bytes = gzipSync(Buffer.alloc(60 * 1024));
  assert.equal((await collect(decompress(pieces(bytes), ["gzip"], 2))).length, 60 * 1024);
});

test("a reader that waits lets the source wait", async () => {
  const member = gzipSync(Buffer.alloc(1024 * 1024));
  let pulled = 0;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    for (; pulled < 10_000; pulled++) yield member;
  };
  const decoded = decompress(source(), ["gzip"], Infinity)[Symbol.asyncIterator]();
  for (let count = 0; count < 10; count++) await decoded.next();
  for (let count = 0; count < 200; count++) await new Promise(setImmediate);
  // Ten gigabytes wait behind 10 pieces of 16 KiB; buffers hold a few members of a kilobyte.
  assert.ok(pulled < 64, `${pulled} of 10000 members were taken`);
  await decoded.return?.();
});

test("a reader that leaves stops the source", async () => {
  const stopped = Promise.withResolvers<void>();
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield gzipSync(Buffer.alloc(1024 * 1024));
    } finally {
      stopped.resolve();
    }
  };
  for await (const _chunk of decompress(source(), ["gzip"], Infinity)) break;
  await stopped.promise;
});

test("an error of the source reaches the reader", async () => {
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield gzipSync(TEXT).subarray(0, 10);
    throw new HttpError(400, "E_BODY_INCOMPLETE", "The client left.");
  };
  assert.equal(await failure(decompress(source(), ["gzip"], 100)), "400 E_BODY_INCOMPLETE");
});
