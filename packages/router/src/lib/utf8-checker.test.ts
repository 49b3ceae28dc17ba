import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Utf8Checker } from "./utf8-checker.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function accepts(bytes: readonly number[]): boolean {
  const checker = new Utf8Checker();
  return bytes.every((byte) => checker.accepts(byte)) && checker.complete;
}

function decodes(bytes: readonly number[]): boolean {
  try {
    decoder.decode(Uint8Array.from(bytes));
    return true;
  } catch {
    return false;
  }
}

test("agrees with TextDecoder on every sequence of one and two bytes", () => {
  for (let first = 0; first < 256; first++) {
    assert.equal(accepts([first]), decodes([first]), `${first}`);
    for (let second = 0; second < 256; second++) {
      assert.equal(accepts([first, second]), decodes([first, second]), `${first} ${second}`);
    }
  }
});

test("agrees with TextDecoder at the bounds of longer sequences", () => {
  const bounds = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
  for (const first of [0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5])
    for (const second of bounds)
      for (const third of bounds)
        for (const rest of [[], ...bounds.map((byte) => [byte])]) {
          const bytes = [first, second, third, ...rest];
          assert.equal(accepts(bytes), decodes(bytes), bytes.join(" "));
        }
});

test("agrees with TextDecoder on text with bytes changed", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      (text, at, byte) => {
        const bytes = [...new TextEncoder().encode(text)];
        assert.equal(accepts(bytes), true);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        assert.equal(accepts(bytes), decodes(bytes));
      },
    ),
  );
});
