import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { clientClose, clientFrame, type ClientFrame } from "./client-frame.test.kit.ts";
import { FrameError } from "./frame-error.ts";
import { MessageReader, type MessageReaderOptions, type MessageSink } from "./message-reader.ts";

/** Notes what a reader tells, and why it stopped. */
class Notes implements MessageSink {
  readonly all: string[] = [];

  text(text: string): void {
    this.all.push(`text ${text}`);
  }
  binary(bytes: Buffer): void {
    this.all.push(`binary ${bytes.toString("hex")}`);
  }
  ping(payload: Buffer): void {
    this.all.push(`ping ${payload.toString("latin1")}`);
  }
  pong(payload: Buffer): void {
    this.all.push(`pong ${payload.toString("latin1")}`);
  }
  closing(code: number, reason: string): void {
    this.all.push(`close ${code} ${reason}`);
  }
}

const OPTIONS = { isMasked: true, maxMessageBytes: 1 << 20, maxFragments: 100, inflater: null };

/** What a reader tells of these pieces; an error is the last note. */
function read(pieces: readonly Uint8Array[], options: Partial<MessageReaderOptions> = {}): string[] {
  const notes = new Notes();
  const reader = new MessageReader({ ...OPTIONS, ...options }, notes);
  try {
    for (const piece of pieces) reader.push(piece);
  } catch (error) {
    assert.ok(error instanceof FrameError);
    return [...notes.all, `error ${error.closeCode}`];
  }
  return notes.all;
}

const one = (frame: ClientFrame): string[] => read([clientFrame(frame)]);

/** Bytes cut at positions. */
function cut(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const ends = [...positions.map((at) => at % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
}

const utf8 = fc.string({ unit: "grapheme" });

describe("messages", () => {
  test("come as they were sent, in whatever fragments and pieces, with control frames in between", () => {
    const message = fc.record({
      content: fc.oneof(utf8, fc.uint8Array({ maxLength: 300 })),
      fragments: fc.array(fc.nat({ max: 300 }), { maxLength: 4 }),
      ping: fc.option(fc.string({ maxLength: 20 })),
    });
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(), { maxLength: 10 }), (messages, positions) => {
        const frames: Buffer[] = [];
        const expected: string[] = [];
        for (const { content, fragments, ping } of messages) {
          const bytes = Buffer.from(content);
          const parts = cut(bytes, fragments);
          for (const [at, payload] of parts.entries()) {
            const opcode = at > 0 ? 0 : typeof content === "string" ? 1 : 2;
            frames.push(clientFrame({ opcode, payload, isFinal: at === parts.length - 1 }));
            if (ping === null || at === parts.length - 1) continue;
            frames.push(clientFrame({ opcode: 9, payload: Buffer.from(ping).subarray(0, 125) }));
            expected.push(`ping ${Buffer.from(ping).subarray(0, 125).toString("latin1")}`);
          }
          expected.push(typeof content === "string" ? `text ${content}` : `binary ${bytes.toString("hex")}`);
        }
        assert.deepEqual(read(cut(Buffer.concat(frames), positions)), expected);
      }),
    );
  });

  test("leave the bytes that they came in as they are", () => {
    const bytes = clientFrame({ payload: "x".repeat(200) });
    const before = Buffer.from(bytes);
    read([bytes]);
    assert.deepEqual(bytes, before);
  });

  for (const length of [0, 1, 125, 126, 127, 128, 65_535, 65_536, 70_001]) {
    test(`of ${length} bytes`, () => {
      const text = "*".repeat(length);
      assert.deepEqual(one({ payload: text }), [`text ${text}`]);
    });
  }

  test("no bytes make a reader do anything but tell or refuse", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (pieces) => {
        read(pieces);
      }),
    );
  });

  test("nothing is read behind a close frame or an error", () => {
    assert.deepEqual(read([Buffer.concat([clientClose(1000, "bye"), clientFrame({ payload: "a" })])]), [
      "close 1000 bye",
    ]);
    const notes = new Notes();
    const reader = new MessageReader(OPTIONS, notes);
    assert.throws(() => reader.push(clientFrame({ opcode: 3 })), { closeCode: 1002 });
    reader.push(clientFrame({ payload: "a" }));
    assert.deepEqual(notes.all, []);
  });
});

describe("what breaks the protocol is closed with 1002", () => {
  const CASES: Readonly<Record<string, readonly ClientFrame[]>> = {
    "a frame without a mask": [{ isMasked: false }],
    "the first reserved bit, where nothing was negotiated": [{ reserved: 0x40 }],
    "the second reserved bit": [{ reserved: 0x20 }],
    "the third reserved bit": [{ reserved: 0x10 }],
    "the reserved opcode 3": [{ opcode: 3 }],
    "the reserved opcode 7": [{ opcode: 7 }],
    "the reserved opcode 11": [{ opcode: 11 }],
    "the reserved opcode 15": [{ opcode: 15 }],
    "a fragmented ping": [{ opcode: 9, isFinal: false }],
    "a fragmented close": [{ opcode: 8, isFinal: false }],
    "a ping of 126 bytes": [{ opcode: 9, payload: "x".repeat(126) }],
    "a continuation of nothing": [{ opcode: 0, payload: "x" }],
    "a message within a message": [{ isFinal: false }, { opcode: 1 }],
    "a short length in 16 bits": [{ payload: "x", lengthBits: 16 }],
    "a short length in 64 bits": [{ payload: "x".repeat(200), lengthBits: 64 }],
    "a length with the most significant bit": [{ opcode: 2, length: 2 ** 63, lengthBits: 64 }],
    "a close frame of one byte": [{ opcode: 8, payload: "x" }],
  };
  for (const [name, frames] of Object.entries(CASES)) {
    test(name, () => assert.deepEqual(read(frames.map(clientFrame)), ["error 1002"]));
  }

  test("a masked frame of a server", () => {
    assert.deepEqual(read([clientFrame({})], { isMasked: false }), ["error 1002"]);
    assert.deepEqual(read([clientFrame({ isMasked: false })], { isMasked: false }), ["text "]);
  });
});

describe("close codes", () => {
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
    test(`${code} is refused`, () => assert.deepEqual(read([clientClose(code)]), ["error 1002"]));
  }
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999]) {
    test(`${code} is taken`, () => assert.deepEqual(read([clientClose(code, "r")]), [`close ${code} r`]));
  }
  test("none at all is 1005", () => assert.deepEqual(one({ opcode: 8 }), ["close 1005 "]));
  test("a reason must be UTF-8", () => {
    assert.deepEqual(read([clientClose(1000, Buffer.from([0xce, 0xba, 0xe1]))]), ["error 1007"]);
  });
});

describe("limits are closed with 1009", () => {
  test("a length is refused before its bytes come", () => {
    const announced = clientFrame({ opcode: 2, length: 2 ** 40, lengthBits: 64 });
    assert.deepEqual(read([announced]), ["error 1009"]);
    assert.deepEqual(read([clientFrame({ opcode: 2, length: 2 ** 60, lengthBits: 64 })]), ["error 1009"]);
  });
  test("fragments count together", () => {
    const frames = [
      clientFrame({ payload: "12345", isFinal: false }),
      clientFrame({ opcode: 0, payload: "678901" }),
    ];
    assert.deepEqual(read(frames, { maxMessageBytes: 10 }), ["error 1009"]);
    assert.deepEqual(read(frames, { maxMessageBytes: 11 }), ["text 12345678901"]);
  });
  test("empty fragments count too", () => {
    const frames = [
      clientFrame({ isFinal: false }),
      ...Array.from({ length: 100 }, () => clientFrame({ opcode: 0, isFinal: false })),
    ];
    assert.deepEqual(read(frames), ["error 1009"]);
  });
});

describe("UTF-8", () => {
  test("is refused as soon as it cannot be any more", () => {
    // "κόσμε", then a surrogate, which UTF-8 has not; the rest of the frame never comes.
    const text = Buffer.from("cebae1bdb9cf83cebcceb5eda080", "hex");
    assert.deepEqual(read([clientFrame({ payload: text, length: 100 }).subarray(0, 6 + text.length)]), [
      "error 1007",
    ]);
  });

  test("is judged as the platform does, in every split", () => {
    const pieces = fc.oneof(
      utf8.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom("f4908080", "eda080", "c080", "e0809f", "f0808080", "f8", "e1bd", "80")
        .map((hex) => Buffer.from(hex, "hex")),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 5 }), fc.array(fc.nat()), (parts, positions) => {
        const bytes = Buffer.concat(parts);
        const frames = cut(bytes, positions).map((payload, at, all) =>
          clientFrame({ opcode: at === 0 ? 1 : 0, payload, isFinal: at === all.length - 1 }),
        );
        let text: string | null;
        try {
          text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch {
          text = null;
        }
        assert.deepEqual(read(frames), text === null ? ["error 1007"] : [`text ${text}`]);
      }),
    );
  });
});
