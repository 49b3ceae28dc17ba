import { frameOf } from "../harness/frame-client.ts";
import { bad, binary, binaryNote, good, text, textNote, type ConversationGroup } from "./conversation.ts";

/** Around each change of the length field (RFC 6455, 5.2). */
const SIZES = [0, 1, 2, 124, 125, 126, 127, 128, 129, 255, 256, 65_534, 65_535, 65_536, 65_537];

/** Those that fit into the buffers of a connection together. */
const SMALL = SIZES.filter((size) => size < 1000);

/** Bytes of every value, so that a wrong mask or place shows. */
function bytesOf(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
}

const KEYS = [
  [0, 0, 0, 0],
  [255, 255, 255, 255],
  [0x80, 0, 0x7f, 1],
];

/** Lengths and masks. */
export const FRAMING: ConversationGroup = {
  name: "lengths and masks",
  conversations: [
    ...SIZES.map((size) => good(`a text of ${size}`, [text("*".repeat(size))], [textNote("*".repeat(size))])),
    ...SIZES.map((size) => good(`${size} bytes`, [binary(bytesOf(size))], [binaryNote(bytesOf(size))])),
    good(
      "messages of many sizes, one behind the other",
      SMALL.map((size) => binary(bytesOf(size))),
      SMALL.map((size) => binaryNote(bytesOf(size))),
    ),
    ...KEYS.map((key) =>
      good(
        `the masking key ${key.join(" ")}`,
        [frameOf({ payload: "masked", key }), frameOf({ opcode: 2, payload: bytesOf(300), key })],
        ["text masked", binaryNote(bytesOf(300))],
      ),
    ),
    good(
      "a key of its own for each frame",
      KEYS.map((key, at) => frameOf({ opcode: at === 0 ? 1 : 0, payload: `${at}`, key, isFinal: at === 2 })),
      ["text 012"],
    ),
    ...([1, 2, 8, 9, 10] as const).map((opcode) =>
      bad(`a frame of opcode ${opcode} without a mask`, 1002, [frameOf({ opcode, isMasked: false })]),
    ),
    bad("a continuation without a mask", 1002, [
      text("a", false),
      frameOf({ opcode: 0, payload: "b", isMasked: false }),
    ]),
    ...([0, 1, 125] as const).flatMap((size) =>
      ([16, 64] as const).map((lengthBits) =>
        bad(`a length of ${size} in ${lengthBits} bits`, 1002, [
          frameOf({ payload: "x".repeat(size), lengthBits }),
        ]),
      ),
    ),
    ...([126, 65_535] as const).map((size) =>
      bad(`a length of ${size} in 64 bits`, 1002, [frameOf({ payload: "x".repeat(size), lengthBits: 64 })]),
    ),
    bad("a length with the most significant bit", 1002, [frameOf({ length: 2n ** 63n, lengthBits: 64 })]),
    bad("a length that no number holds", 1009, [frameOf({ length: 2n ** 62n, lengthBits: 64 })]),
    bad("a length above the limit, of which nothing comes", 1009, [
      frameOf({ length: 2 ** 40, lengthBits: 64 }),
    ]),
  ],
};
