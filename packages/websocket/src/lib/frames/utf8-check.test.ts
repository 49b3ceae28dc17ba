import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Utf8Check } from "./utf8-check.ts";

/** What the platform says of bytes. */
function verdictOf(bytes: Uint8Array): string {
  if (decodes(bytes, false)) return "text";
  return decodes(bytes, true) ? "start" : "none";
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

/** What the check says of the same bytes, a byte at a time. */
function checked(bytes: Uint8Array): string {
  const check = new Utf8Check();
  for (const byte of bytes) if (!check.push(Uint8Array.of(byte))) return "none";
  return check.end() ? "text" : "start";
}

/** The check at once, where the platform's own function does the most. */
function checkedWhole(bytes: Uint8Array): string {
  const check = new Utf8Check();
  if (!check.push(bytes)) return "none";
  return check.end() ? "text" : "start";
}

const ALL = Array.from({ length: 256 }, (_, byte) => byte);
/** Around everything that a byte behind the first one is compared with. */
const BOUNDS = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];

describe("UTF-8 is what the platform takes for it", () => {
  test("for every byte, and every two", () => {
    for (const first of ALL) {
      assert.equal(checked(Uint8Array.of(first)), verdictOf(Uint8Array.of(first)));
      for (const second of ALL) {
        const bytes = Uint8Array.of(first, second);
        assert.equal(checked(bytes), verdictOf(bytes), `${first} ${second}`);
      }
    }
  });

  test("for every three and four whose later bytes are at a bound", () => {
    for (const first of ALL.slice(0xdf, 0xf9))
      for (const second of BOUNDS)
        for (const third of BOUNDS) {
          const three = Uint8Array.of(first, second, third);
          assert.equal(checked(three), verdictOf(three), String(three));
          assert.equal(checkedWhole(three), verdictOf(three), String(three));
          for (const fourth of [0x7f, 0x80, 0xbf, 0xc0]) {
            const four = Uint8Array.of(first, second, third, fourth);
            assert.equal(checked(four), verdictOf(four), String(four));
          }
        }
  });
});
