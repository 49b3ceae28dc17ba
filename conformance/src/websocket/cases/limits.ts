import { frameOf } from "../harness/frame-client.ts";
import {
  bad,
  binary,
  binaryNote,
  good,
  more,
  ping,
  text,
  textNote,
  type ConversationGroup,
} from "./conversation.ts";

const MOST = 1000;

/** What is more than a message may be is refused with 1009 before it is there, a message of just that size is taken. */
export const LIMITS: ConversationGroup = {
  name: "limits",
  options: { limits: { maxMessageBytes: MOST, maxFragments: 10 } },
  conversations: [
    good("as many bytes as allowed", [binary(Buffer.alloc(MOST, 7))], [binaryNote(Buffer.alloc(MOST, 7))]),
    bad("one byte more", 1009, [binary(Buffer.alloc(MOST + 1))]),
    bad("one byte more, of which none comes", 1009, [frameOf({ length: MOST + 1, lengthBits: 16 })]),
    good(
      "as many bytes as allowed in fragments",
      [text("x".repeat(600), false), more("x".repeat(400), true)],
      [textNote("x".repeat(MOST))],
    ),
    bad(
      "one byte more in fragments",
      1009,
      [text("x".repeat(600), false), ping("p"), more("x".repeat(401))],
      ["pong p"],
    ),
    good("characters of two bytes, up to the limit", [text("é".repeat(500))], [textNote("é".repeat(500))]),
    bad("as many characters of two bytes", 1009, [text("é".repeat(MOST))]),
    good(
      "as many fragments as allowed",
      [text("", false), ...Array.from({ length: 8 }, () => more("x")), more("", true)],
      [textNote("x".repeat(8))],
    ),
    bad("one fragment more", 1009, [text("", false), ...Array.from({ length: 10 }, () => more("x"))]),
    good(
      "many messages, each below the limit",
      Array.from({ length: 20 }, () => text("y".repeat(MOST))),
      Array.from({ length: 20 }, () => textNote("y".repeat(MOST))),
    ),
  ],
};
