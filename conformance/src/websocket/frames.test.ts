import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ENGINES } from "../engines.ts";
import { closeOf, FrameClient, frameOf, noteOf } from "./harness/frame-client.ts";
import { serveSockets } from "./harness/serve-sockets.ts";

const text = (payload: string | Uint8Array, isFinal = true): Buffer => frameOf({ payload, isFinal });
const more = (payload: string | Uint8Array, isFinal = false): Buffer =>
  frameOf({ opcode: 0, payload, isFinal });
const ping = (payload: string): Buffer => frameOf({ opcode: 9, payload });
const BYE = closeOf(1000);

/** What a client sends until it hears of the end, and what it hears. */
const CONVERSATIONS: Readonly<Record<string, readonly [readonly Buffer[], readonly string[]]>> = {
  "texts and bytes": [
    [text(""), text("a"), frameOf({ opcode: 2, payload: "b" }), BYE],
    ["text ", "text a", "binary b", "close 1000"],
  ],
  "fragments with pings in between": [
    [text("fr", false), ping("1"), more("ag"), ping("2"), more("", false), more("ment", true), BYE],
    ["pong 1", "pong 2", "text fragment", "close 1000"],
  ],
  "pongs that nobody asked for": [
    [frameOf({ opcode: 10, payload: "x" }), ping(""), BYE],
    ["pong ", "close 1000"],
  ],
  "a ping of 125 bytes": [
    [ping("x".repeat(125)), BYE],
    [`pong ${"x".repeat(125)}`, "close 1000"],
  ],
  "a ping of 126 bytes": [[ping("x".repeat(126))], ["close 1002"]],
  "reserved bits": [
    [text("a"), frameOf({ reserved: 0x40 })],
    ["text a", "close 1002"],
  ],
  "a reserved opcode behind a message": [
    [text("a"), frameOf({ opcode: 3 })],
    ["text a", "close 1002"],
  ],
  "a reserved control opcode": [[frameOf({ opcode: 11 }), text("a")], ["close 1002"]],
  "a frame that is not masked": [[frameOf({ isMasked: false })], ["close 1002"]],
  "a fragmented ping": [[frameOf({ opcode: 9, isFinal: false })], ["close 1002"]],
  "a continuation of nothing": [[more("a", true)], ["close 1002"]],
  "a message within a message": [[text("a", false), text("b")], ["close 1002"]],
  "invalid UTF-8": [[text(Buffer.from("eda080", "hex"))], ["close 1007"]],
  "invalid UTF-8 in the second fragment": [
    [text(Buffer.from("ce", "hex"), false), more(Buffer.from("ce", "hex"))],
    ["close 1007"],
  ],
  "a character in two fragments": [
    [text(Buffer.from("ce", "hex"), false), more(Buffer.from("ba", "hex"), true), BYE],
    ["text \xce\xba", "close 1000"],
  ],
  "a close without a code": [[frameOf({ opcode: 8 })], ["close"]],
  "a close of one byte": [[frameOf({ opcode: 8, payload: "x" })], ["close 1002"]],
  "a close with a code of applications": [[closeOf(4999, "bye")], ["close 4999"]],
  "a close with a code that is never sent": [[closeOf(1005)], ["close 1002"]],
  "a close whose reason is not UTF-8": [[closeOf(1000, Buffer.from("ff", "hex"))], ["close 1007"]],
  "what comes behind a close": [[BYE, text("a"), ping("b")], ["close 1000"]],
  "a message over the limit": [[frameOf({ opcode: 2, payload: Buffer.alloc(1001) })], ["close 1009"]],
  "fragments over the limit": [[text("x".repeat(600), false), more("x".repeat(600), true)], ["close 1009"]],
};

for (const subject of ENGINES) {
  describe(`frames on ${subject.name}`, () => {
    for (const [name, [sent, heard]] of Object.entries(CONVERSATIONS)) {
      test(name, async () => {
        await using served = await serveSockets(subject, { limits: { maxMessageBytes: 1000 } });
        using whole = await FrameClient.open(served);
        whole.send(Buffer.concat(sent));
        assert.deepEqual(await whole.notes(), heard);
        using bytewise = await FrameClient.open(served);
        for (const byte of Buffer.concat(sent)) bytewise.send(Buffer.from([byte]));
        assert.deepEqual(await bytewise.notes(), heard);
        assert.deepEqual(served.log.errorMessages(), []);
      });
    }

    test("the answer to a handshake is the one of RFC 6455, 1.3", async () => {
      await using served = await serveSockets(subject);
      using client = await FrameClient.open(served);
      assert.match(client.head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
      assert.match(client.head, /\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i);
      assert.doesNotMatch(client.head, /sec-websocket-(?:extensions|protocol)/i);
    });

    test("frames that come with the handshake are read", async () => {
      await using served = await serveSockets(subject);
      const opened = FrameClient.open(served);
      using client = await opened;
      client.send(text("first"));
      assert.deepEqual((await client.framesUntil(1)).map(noteOf), ["text first"]);
    });
  });
}
