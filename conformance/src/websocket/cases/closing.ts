import { closeOf, frameOf } from "../harness/frame-client.ts";
import { bad, BYE, ping, refusedEverywhere, text, type ConversationGroup } from "./conversation.ts";

/** Those of RFC 6455, 7.4.1 that are sent, the three that IANA has registered since, and those of libraries and applications. */
const CODES = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
const NO_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 5001, 32_768, 65_535];

const NOT_UTF8 = ["ff", "80", "c0af", "eda080", "f4908080", "cebae1", "61ceba62e2"];

/** The end of a connection (RFC 6455, 5.5.1 and 7). */
export const CLOSING: ConversationGroup = {
  name: "closing",
  conversations: [
    { name: "without a code", sent: [frameOf({ opcode: 8 })], heard: ["close"] },
    bad("with half a code", 1002, [frameOf({ opcode: 8, payload: "x" })]),
    ...CODES.map((code) => bad(`with ${code}`, code, [closeOf(code)])),
    ...CODES.map((code) => bad(`with ${code} and a reason`, code, [closeOf(code, "ende µ")])),
    ...NO_CODES.map((code) => bad(`with ${code}, which is not sent`, 1002, [closeOf(code)])),
    ...NO_CODES.map((code) => bad(`with ${code} and a reason`, 1002, [closeOf(code, "reason")])),
    bad("with a reason of 123 bytes", 1000, [closeOf(1000, "r".repeat(123))]),
    bad("with a reason of 123 bytes that are 41 characters", 1000, [closeOf(1000, "€".repeat(41))]),
    bad("with a reason of 124 bytes", 1002, [closeOf(1000, "r".repeat(124))]),
    ...NOT_UTF8.map((hex) => bad(`with the reason ${hex}`, 1007, [closeOf(1000, Buffer.from(hex, "hex"))])),
    ...refusedEverywhere("a fragmented close", { opcode: 8, payload: "\x03\xe8", isFinal: false }),
    bad("in front of a message", 1000, [BYE, text("a")]),
    bad("in front of a ping", 1000, [BYE, ping("a")]),
    bad("twice", 1000, [BYE, closeOf(3000)]),
    bad("in front of bytes that are no frames", 1000, [
      BYE,
      Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ]),
    bad(
      "behind messages and pings",
      1001,
      [text("a"), ping("b"), text("c"), closeOf(1001)],
      ["text a", "pong b", "text c"],
    ),
  ],
};
