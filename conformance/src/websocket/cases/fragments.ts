import { closeOf, frameOf } from "../harness/frame-client.ts";
import {
  bad,
  binary,
  good,
  more,
  ping,
  pong,
  text,
  textNote,
  type Conversation,
  type ConversationGroup,
} from "./conversation.ts";

/** One message in so many fragments of this size, with something in between. */
function inFragments(size: number, count: number, others: readonly Buffer[] = []): Buffer[] {
  return Array.from({ length: count }, (_, at) => [
    frameOf({ opcode: at === 0 ? 1 : 0, payload: "f".repeat(size), isFinal: at === count - 1 }),
    ...(at === count - 1 ? [] : others),
  ]).flat();
}

/** What may stand between the fragments of a message, and what may not. */
function between(name: string, frame: Buffer, heard: readonly string[]): Conversation {
  return good(`${name} between all fragments`, inFragments(3, 4, [frame]), [
    ...[heard, heard, heard].flat(),
    textNote("f".repeat(12)),
  ]);
}

/** Messages in fragments (RFC 6455, 5.4). */
export const FRAGMENTS: ConversationGroup = {
  name: "fragments",
  conversations: [
    good("a text in two", [text("a", false), more("b", true)], ["text ab"]),
    good("bytes in three", [binary("a", false), more("b"), more("c", true)], ["binary abc"]),
    good("an empty message in three empty ones", [text("", false), more(""), more("", true)], ["text "]),
    good("empty ones around a full one", [text("", false), more("a"), more("", true)], ["text a"]),
    good(
      "a full one in front of empty ones",
      [text("a", false), more(""), more(""), more("", true)],
      ["text a"],
    ),
    good("one byte each", inFragments(1, 100), [textNote("f".repeat(100))]),
    good("a thousand of 64 bytes", inFragments(64, 1000), [textNote("f".repeat(64_000))]),
    good(
      "two messages, one behind the other",
      [...inFragments(2, 2), ...inFragments(1, 3)],
      ["text ffff", "text fff"],
    ),
    good(
      "a whole message behind one in fragments",
      [...inFragments(2, 2), text("a")],
      ["text ffff", "text a"],
    ),
    between("a ping", ping("p"), ["pong p"]),
    between("a pong", pong("p"), []),
    good(
      "ten pings between two",
      [text("a", false), ...Array.from({ length: 10 }, () => ping("p")), more("b", true)],
      [...Array.from({ length: 10 }, () => "pong p"), "text ab"],
    ),
    bad("a last one of nothing", 1002, [more("a", true)]),
    bad("a middle one of nothing", 1002, [more("a")]),
    bad("an empty one of nothing", 1002, [more("", true), text("a")]),
    bad("a continuation behind a whole message", 1002, [text("a"), more("b", true)], ["text a"]),
    bad("a continuation behind the last one", 1002, [...inFragments(1, 2), more("b", true)], ["text ff"]),
    bad("a continuation behind a ping", 1002, [ping("a"), more("b", true)], ["pong a"]),
    bad("a text within a text", 1002, [text("a", false), text("b"), more("c", true)]),
    bad("a text that begins within a text", 1002, [text("a", false), text("b", false)]),
    bad("bytes within a text", 1002, [text("a", false), binary("b")]),
    bad("a text within bytes, behind a ping", 1002, [binary("a", false), ping("p"), text("b")], ["pong p"]),
    good("a close within a message", [text("a", false)], []),
    {
      name: "a close with a code of its own within a message",
      sent: [text("a", false), ping("p"), closeOf(3000), more("b", true)],
      heard: ["pong p", "close 3000"],
    },
  ],
};
