import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { PayloadContent } from "@armature/http";
import { copyPayload, type PayloadPiece, readText } from "./read-payload.ts";

/** A payload as it lies, masked, between other bytes. */
function masked(payload: Uint8Array, key: Uint8Array, { before = 3, offset = 0 } = {}): PayloadPiece {
  const chunk = new Uint8Array(before + payload.length + 2);
  chunk.set(
    payload.map((byte, at) => byte ^ (key[(at + offset) % 4] as number)), // % 4 < 4
    before,
  );
  return {
    chunk,
    start: before,
    end: before + payload.length,
    key: Buffer.from(key).readInt32LE(),
    offset,
    content: PayloadContent.masked,
  };
}

/** Its bytes behind others that stay as they are. */
function readBytes(piece: PayloadPiece): Buffer {
  const target = Buffer.alloc(piece.end - piece.start + 3, 7);
  copyPayload(piece, target, 2);
  assert.deepEqual([target[0], target[1], target.at(-1)], [7, 7, 7]);
  return target.subarray(2, -1);
}

/** The text as the platform reads it. */
function expectedText(payload: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return null;
  }
}

const key = fc.uint8Array({ minLength: 4, maxLength: 4 });
const before = fc.nat(9);
/** Longer than what is copied twice. */
const long = fc.integer({ min: 4090, max: 4110 }).map((length) => new Uint8Array(length).fill(0x5a));
/** Longer than what is unmasked in one place. */
const LONG = 70_000;

test("bytes lose their mask at every alignment, offset and length, and stay what they are", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 400 }), long),
      key,
      before,
      fc.nat(9),
      (payload, ...rest) => {
        const [mask, at, offset] = rest;
        const given = masked(payload, mask, { before: at, offset });
        const read = readBytes(given);
        readBytes(masked(new Uint8Array(payload.length).fill(1), mask));
        assert.deepEqual(new Uint8Array(read), payload);
      },
    ),
  );
});

test("texts are read as the platform reads them, and null where they are not UTF-8", () => {
  const encoder = new TextEncoder();
  const texts = fc.oneof(fc.string(), fc.string({ unit: "grapheme" })).map((text) => encoder.encode(text));
  fc.assert(
    fc.property(fc.oneof(texts, fc.uint8Array({ maxLength: 40 })), key, before, (payload, mask, at) => {
      assert.equal(readText(masked(payload, mask, { before: at })), expectedText(payload));
    }),
  );
});

test("one byte above ASCII is seen wherever it stands", () => {
  for (let length = 1; length < 20; length++)
    for (let at = 0; at < length; at++) {
      const payload = new Uint8Array(length).fill(0x61);
      payload[at] = 0xe4;
      assert.equal(readText(masked(payload, Uint8Array.of(9, 0x80, 0xff, 7))), null);
    }
});

test("what is longer than a read is read too", () => {
  const mask = Uint8Array.of(1, 2, 3, 4);
  const payload = new TextEncoder().encode("ä".repeat(LONG));
  assert.equal(readText(masked(payload, mask)), "ä".repeat(LONG));
  assert.deepEqual(new Uint8Array(readBytes(masked(payload, mask, { offset: 3 }))), payload);
});

test("what is known of a payload is not looked at again", () => {
  const chunk = Buffer.from("..ä!.");
  const piece = { chunk, start: 2, end: 5, key: 0, offset: 0 };
  assert.equal(readText({ ...piece, content: PayloadContent.utf8 }), "ä!");
  assert.equal(readText({ ...piece, content: PayloadContent.ascii }), "Ã¤!");
  assert.equal(readText({ ...piece, content: PayloadContent.notUtf8 }), null);
  assert.equal(readText({ ...piece, content: PayloadContent.unmasked }), "ä!");
  assert.equal(readText({ ...piece, chunk: new Uint8Array(chunk), content: PayloadContent.utf8 }), "ä!");
});
