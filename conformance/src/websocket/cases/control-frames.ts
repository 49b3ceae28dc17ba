import { frameOf } from "../harness/frame-client.ts";
import {
  bad,
  binary,
  good,
  more,
  ping,
  pong,
  refusedEverywhere,
  text,
  type Conversation,
  type ConversationGroup,
} from "./conversation.ts";

const LONGEST = "p".repeat(125);
const NOT_UTF8 = Buffer.from([0, 255, 254, 128, 13, 10]);
const TEN = Array.from({ length: 10 }, (_, at) => `ping ${at}`);

/** Pings and pongs (RFC 6455, 5.5). */
export const PINGS: ConversationGroup = {
  name: "pings and pongs",
  conversations: [
    good("a ping of nothing", [ping()], ["pong "]),
    good("a ping with a payload", [ping("hello")], ["pong hello"]),
    good("a ping with bytes that are no text", [ping(NOT_UTF8)], [`pong ${NOT_UTF8.toString("latin1")}`]),
    good("a ping of 125 bytes", [ping(LONGEST)], [`pong ${LONGEST}`]),
    good(
      "ten pings",
      TEN.map(ping),
      TEN.map((payload) => `pong ${payload}`),
    ),
    good(
      "pings in front of, between and behind messages",
      [ping("1"), text("a"), ping("2"), binary("b"), ping("3")],
      ["pong 1", "text a", "pong 2", "binary b", "pong 3"],
    ),
    good("a pong that nobody asked for", [pong()], []),
    good("pongs with payloads, and a ping", [pong("x"), pong(LONGEST), ping("y")], ["pong y"]),
    good("pongs within a message", [text("a", false), pong("x"), more("b", true)], ["text ab"]),
    ...refusedEverywhere("a ping of 126 bytes", { opcode: 9, payload: `${LONGEST}p` }),
    ...refusedEverywhere("a pong of 126 bytes", { opcode: 10, payload: `${LONGEST}p` }),
    ...refusedEverywhere("a ping whose length is in 64 bits", { opcode: 9, lengthBits: 64 }),
    ...refusedEverywhere("a fragmented ping", { opcode: 9, payload: "a", isFinal: false }),
    ...refusedEverywhere("a fragmented pong", { opcode: 10, payload: "a", isFinal: false }),
  ],
};

/** What RFC 6455 keeps for later (5.2): bits, alone and together, and opcodes. */
export const RESERVED: ConversationGroup = {
  name: "reserved bits and opcodes",
  conversations: [
    ...[0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70].flatMap(reservedBits),
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
      ...refusedEverywhere(`the opcode ${opcode}`, { opcode }),
      bad(`the opcode ${opcode} with a payload`, 1002, [frameOf({ opcode, payload: "a" }), ping("b")]),
      bad(`the opcode ${opcode}, not final`, 1002, [frameOf({ opcode, isFinal: false })]),
    ]),
  ],
};

function reservedBits(reserved: number): Conversation[] {
  const name = `the reserved bits ${(reserved >> 4).toString(2).padStart(3, "0")}`;
  return [
    ...refusedEverywhere(`${name} on a text`, { payload: "a", reserved }),
    ...refusedEverywhere(`${name} on bytes`, { opcode: 2, payload: "a", reserved }),
    ...refusedEverywhere(`${name} on a ping`, { opcode: 9, payload: "a", reserved }),
    ...refusedEverywhere(`${name} on a pong`, { opcode: 10, reserved }),
    ...refusedEverywhere(`${name} on a close`, { opcode: 8, reserved }),
    bad(`${name} on a continuation`, 1002, [
      text("a", false),
      frameOf({ opcode: 0, payload: "b", reserved }),
    ]),
  ];
}
