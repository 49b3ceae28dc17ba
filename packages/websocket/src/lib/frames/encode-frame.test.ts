import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeClose, encodeFrame, encodeMessage } from "./encode-frame.ts";

describe("a frame of a server", () => {
  test("has the shortest length that holds its payload", () => {
    const heads = [0, 125, 126, 65_535, 65_536].map((length) => {
      const frame = encodeFrame(2, new Uint8Array(length));
      return frame.subarray(0, frame.length - length).toString("hex");
    });
    assert.deepEqual(heads, ["8200", "827d", "827e007e", "827effff", "827f0000000000010000"]);
  });

  test("counts bytes, not characters", () => {
    assert.equal(encodeFrame(1, "aé€😀").toString("hex"), "810a61c3a9e282acf09f9880");
  });

  test("says that it is compressed", () => assert.equal(encodeFrame(1, "a", true)[0], 0xc1));
});

describe("a message", () => {
  const bytesOf = (frame: string | Buffer): Buffer =>
    typeof frame === "string" ? Buffer.from(frame, "latin1") : frame;

  test("is the same frame as text and as bytes", () => {
    for (const length of [0, 1, 125, 126, 16_384, 16_385, 65_535, 65_536]) {
      const bytes = new Uint8Array(length).fill(0xe4);
      for (const payload of ["a".repeat(length), "é".repeat(length), bytes])
        for (const opcode of [1, 2])
          assert.deepEqual(bytesOf(encodeMessage(opcode, payload)), encodeFrame(opcode, payload));
    }
  });

  test("is text where it is ASCII or short", () => {
    const isText = (payload: string | Uint8Array): boolean => typeof encodeMessage(1, payload) === "string";
    assert.deepEqual([isText("a".repeat(100_000)), isText(new Uint8Array(16_384))], [true, true]);
    assert.deepEqual([isText("é"), isText("é".repeat(8192)), isText("é".repeat(8193))], [true, true, false]);
    assert.equal(isText(new Uint8Array(16_385)), false);
  });

  test("does not change with its bytes once it is written", () => {
    for (const length of [10, 20_000]) {
      const bytes = new Uint8Array(length).fill(1);
      const frame = encodeMessage(2, bytes);
      bytes.fill(2);
      assert.equal(bytesOf(frame).at(-1), 1);
    }
  });
});

describe("a close frame", () => {
  test("has code and reason", () => assert.equal(encodeClose(1000, "bye").toString("hex"), "880503e8627965"));
  test("has nothing for 1005", () => assert.equal(encodeClose(1005, "").toString("hex"), "8800"));
  test("cuts a reason between characters", () => {
    const frame = encodeClose(1000, "€".repeat(50));
    assert.equal(frame.length, 2 + 2 + 123);
    assert.equal(frame.subarray(4).toString(), "€".repeat(41));
  });
});
