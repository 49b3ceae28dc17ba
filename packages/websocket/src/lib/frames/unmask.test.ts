import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { unmask } from "./unmask.ts";

test("a mask is removed byte for byte, at every alignment, offset and length", () => {
  const bytes = fc.uint8Array({ minLength: 0, maxLength: 400 });
  fc.assert(
    fc.property(
      bytes,
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.nat(9),
      fc.nat(9),
      (given, key, start, offset) => {
        const room = new Uint8Array(start + given.length);
        room.set(given, start);
        const view = room.subarray(start);
        const expected = given.map((byte, at) => byte ^ (key[(at + offset) % 4] as number)); // % 4 < 4
        unmask(view, Buffer.from(key).readInt32LE(), offset);
        assert.deepEqual(view, expected);
      },
    ),
  );
});
