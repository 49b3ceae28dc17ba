import { deflateRawSync } from "node:zlib";
import { closeOf, frameOf, type ClientFrame } from "../harness/frame-client.ts";
import {
  bad,
  good,
  more,
  ping,
  text,
  textNote,
  type Conversation,
  type ConversationGroup,
} from "./conversation.ts";

const COMPRESSED = 0x40;

/** A compressed message, or its first fragment, of what the compressor gave. */
function packed(payload: string | Uint8Array, frame: ClientFrame = {}): Buffer {
  const bytes = typeof payload === "string" ? Buffer.from(payload, "hex") : payload;
  return frameOf({ reserved: COMPRESSED, payload: bytes, ...frame });
}

/** What a compressor gives that refers to nothing. */
function deflated(content: string | Uint8Array): Buffer {
  // A final block has nothing behind it, so that a block of nothing has to follow.
  return Buffer.concat([deflateRawSync(content), Buffer.of(0)]);
}

/** Examples of RFC 7692, 7.2.3. */
const HELLO = "f248cdc9c90700";
const HELLO_AGAIN = "f200110000";

const LONG = JSON.stringify(Array.from({ length: 500 }, (_, at) => ({ id: at, name: `user ${at % 7}` })));

/** A message in frames of so many bytes, only the first of which says that it is compressed. */
function inFragments(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) =>
    frameOf({
      opcode: at === 0 ? 1 : 0,
      reserved: at === 0 ? COMPRESSED : 0,
      isFinal: at === count - 1,
      payload: bytes.subarray(at * size, (at + 1) * size),
    }),
  );
}

function reservedPlaces(reserved: number): Conversation[] {
  const name = `the reserved bits ${(reserved >> 4).toString(2).padStart(3, "0")}`;
  return [
    bad(`${name} on a continuation`, 1002, [
      text("a", false),
      frameOf({ opcode: 0, payload: "b", reserved }),
    ]),
    bad(`${name} on the continuation of a compressed message`, 1002, [
      packed("f248cd", { isFinal: false }),
      packed("c9c90700", { opcode: 0, reserved }),
    ]),
    bad(`${name} on a ping`, 1002, [frameOf({ opcode: 9, payload: "a", reserved })]),
    bad(`${name} on a pong`, 1002, [packed(HELLO), frameOf({ opcode: 10, reserved })], ["text Hello"]),
    bad(`${name} on a close`, 1002, [frameOf({ opcode: 8, reserved })]),
  ];
}

/** What comes back is not compressed, so that what is heard does not depend on the compressor. */
const THRESHOLD = { thresholdBytes: 1_000_000, contextTakeover: true };
const OFFER = { "sec-websocket-extensions": "permessage-deflate; client_max_window_bits" };

/** Compressed messages of clients (RFC 7692). */
export const COMPRESSION: ConversationGroup = {
  name: "compressed messages",
  options: { compression: THRESHOLD },
  fields: OFFER,
  conversations: [
    good("one block", [packed(HELLO)], ["text Hello"]),
    good("one that is stored", [packed("000500faff48656c6c6f00")], ["text Hello"]),
    good("two blocks", [packed("f24805000000ffffcac9c90700")], ["text Hello"]),
    good("a final block", [packed("f348cdc9c9070000")], ["text Hello"]),
    good("blocks behind a final one", [packed(`f348cdc9c90700${HELLO}`)], ["text HelloHello"]),
    good("bytes", [packed(HELLO, { opcode: 2 })], ["binary Hello"]),
    good("two that share the window", [packed(HELLO), packed(HELLO_AGAIN)], ["text Hello", "text Hello"]),
    good(
      "two that share the window, and others in between",
      [packed(HELLO), text("plain"), ping("p"), frameOf({ opcode: 2, payload: "x" }), packed(HELLO_AGAIN)],
      ["text Hello", "text plain", "pong p", "binary x", "text Hello"],
    ),
    good("nothing", [packed("00"), packed("", { opcode: 2 }), text("")], ["text ", "binary ", "text "]),
    good(
      "two fragments",
      [packed("f248cd", { isFinal: false }), more(Buffer.from("c9c90700", "hex"), true)],
      ["text Hello"],
    ),
    good(
      "fragments with pings in between",
      [
        packed("f2", { isFinal: false }),
        ping("p"),
        more(""),
        more(Buffer.from("48cdc9", "hex")),
        ping("q"),
      ].concat(more(Buffer.from("c90700", "hex"), true)),
      ["pong p", "pong q", "text Hello"],
    ),
    ...[1, 7, 64, 256, 4096].map((size) =>
      good(`a long one in fragments of ${size}`, inFragments(deflated(LONG), size), [textNote(LONG)]),
    ),
    good("a character that is split by blocks", [packed(deflated("κόσμε 👩"))], [textNote("κόσμε 👩")]),
    bad("no kind of block", 1007, [packed("07")]),
    bad(
      "what is no block at all, behind a good one",
      1007,
      [packed(HELLO), packed("ffffffff")],
      ["text Hello"],
    ),
    bad("one that is broken off", 1007, [packed("f248cdc9")]),
    bad("one that refers to what was not said", 1007, [packed(HELLO_AGAIN)]),
    bad("a text that is not compressed, and says it is", 1007, [packed(Buffer.from("Hello"))]),
    bad("a text that is no UTF-8", 1007, [packed(deflated(Buffer.from("eda080", "hex")))]),
    bad("a text whose last character is broken off", 1007, [
      packed(deflated(Buffer.from("61ceba62e2", "hex"))),
    ]),
    bad("more final blocks than anyone needs", 1008, [packed("0300".repeat(200))]),
    ...[0x10, 0x20, 0x30, 0x50, 0x60, 0x70].flatMap((reserved) => [
      bad(`the reserved bits ${(reserved >> 4).toString(2).padStart(3, "0")} on a text`, 1002, [
        packed(HELLO, { reserved }),
      ]),
    ]),
    ...[0x10, 0x20, 0x40, 0x50, 0x70].flatMap(reservedPlaces),
    {
      name: "a close within a message",
      sent: [packed("f248cd", { isFinal: false }), closeOf(4000)],
      heard: ["close 4000"],
    },
  ],
};

/** The same where no side keeps what it has said. */
export const FORGETFUL: ConversationGroup = {
  name: "compressed messages, each by itself",
  options: { compression: { ...THRESHOLD, contextTakeover: false } },
  fields: OFFER,
  conversations: [
    good("one after the other", [packed(HELLO), packed(HELLO)], ["text Hello", "text Hello"]),
    bad("one that refers to an earlier one", 1007, [packed(HELLO), packed(HELLO_AGAIN)], ["text Hello"]),
  ],
};

/** What is refused before it takes memory, or the time to make it. */
export const BOMBS: ConversationGroup = {
  name: "bombs",
  options: { compression: THRESHOLD, limits: { maxMessageBytes: 200_000, maxInflationRatio: 100 } },
  fields: OFFER,
  conversations: [
    good(
      "what is as large as allowed",
      [packed(deflated(randomly(200_000)), { opcode: 2 })],
      [`binary ${textNote(randomly(200_000)).slice(5)}`],
    ),
    good(
      "what grows a thousandfold and stays small",
      [packed(deflated("x".repeat(60_000)))],
      [textNote("x".repeat(60_000))],
    ),
    bad("what grows more than the ratio", 1009, [packed(deflated("x".repeat(150_000)))]),
    bad("what is larger than a message may be", 1009, [packed(deflated(randomly(200_001)), { opcode: 2 })]),
    bad("what would be a thousand times as large", 1009, [packed(deflated(Buffer.alloc(200_000_000)))]),
    bad("what grows in fragments", 1009, inFragments(deflated("x".repeat(150_000)), 20)),
    bad("what is too large before it is decompressed", 1009, [
      packed(randomly(199_000), { isFinal: false, opcode: 2 }),
      more(randomly(2_000), true),
    ]),
  ],
};

/** Bytes that compress to a third at most. */
function randomly(size: number): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length: size }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state >> 16;
    }),
  );
}
