import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readBytes, readText, type MaskedBytes } from "./read-payload.ts";

/** A payload as it lies, masked, between other bytes. */
function masked(payload: Uint8Array, key: Uint8Array, { before = 3, offset = 0 } = {}): MaskedBytes {
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
  };
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
/** Longer than what is unmasked in one place. */
const LONG = 70_000;

test("bytes lose their mask at every alignment, offset and length, and stay what they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), key, before, fc.nat(9), (payload, ...rest) => {
      const [mask, at, offset] = rest;
      const given = masked(payload, mask, { before: at, offset });
      const read = readBytes(given);
      readBytes(masked(new Uint8Array(payload.length).fill(1), mask));
      assert.deepEqual(new Uint8Array(read), payload);
    }),
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
