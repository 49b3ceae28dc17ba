import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { Deflater, DeflateInflater } from "./deflate.ts";
import { negotiateDeflate } from "./deflate-parameters.ts";

const WISHES = { contextTakeover: true };
const BIG = 1 << 20;

/** What was agreed on where contexts are kept, and where they are not. */
const KEEPING = { serverMaxWindowBits: 15, serverNoContextTakeover: false, clientNoContextTakeover: false };
const FORGETFUL = { serverMaxWindowBits: 15, serverNoContextTakeover: true, clientNoContextTakeover: true };

describe("a negotiation of permessage-deflate", () => {
  const TAKEN: Readonly<Record<string, string>> = {
    "permessage-deflate": "permessage-deflate",
    "permessage-deflate; client_max_window_bits": "permessage-deflate",
    'permessage-deflate; client_max_window_bits="10"': "permessage-deflate",
    "permessage-deflate; server_no_context_takeover": "permessage-deflate; server_no_context_takeover",
    "permessage-deflate;client_no_context_takeover": "permessage-deflate; client_no_context_takeover",
    "permessage-deflate; server_max_window_bits=10": "permessage-deflate; server_max_window_bits=10",
    'x; a="permessage-deflate, y", permessage-deflate': "permessage-deflate",
    "permessage-deflate; server_max_window_bits=8, permessage-deflate": "permessage-deflate",
    "permessage-deflate; unknown, permessage-deflate; server_no_context_takeover":
      "permessage-deflate; server_no_context_takeover",
  };
  for (const [offer, answer] of Object.entries(TAKEN)) {
    test(`takes ${offer}`, () => assert.equal(negotiateDeflate(offer, WISHES)?.field, answer));
  }

  const DECLINED = [
    "",
    "x-webkit-deflate-frame",
    "permessage-deflate; server_max_window_bits",
    "permessage-deflate; server_max_window_bits=8",
    "permessage-deflate; server_max_window_bits=16",
    "permessage-deflate; server_max_window_bits=010",
    "permessage-deflate; client_max_window_bits=7",
    "permessage-deflate; server_no_context_takeover=1",
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
  ];
  for (const offer of DECLINED) {
    test(`declines "${offer}"`, () => assert.equal(negotiateDeflate(offer, WISHES), null));
  }

  test("asks for no context where none is wanted", () => {
    assert.equal(
      negotiateDeflate("permessage-deflate", { contextTakeover: false })?.field,
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
    );
  });
});

describe("compressed messages", () => {
  const contents = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.string({ maxLength: 50 }).map((text) => Buffer.from(text.repeat(400))),
    ),
    { maxLength: 8 },
  );

  test("come back as they were, with every agreement", () => {
    fc.assert(
      fc.property(
        contents,
        fc.integer({ min: 9, max: 15 }),
        fc.boolean(),
        (messages, serverMaxWindowBits, isForgetful) => {
          const parameters = {
            serverMaxWindowBits,
            serverNoContextTakeover: isForgetful,
            clientNoContextTakeover: isForgetful,
          };
          const deflater = new Deflater(parameters);
          const inflater = new DeflateInflater(parameters, 10_000);
          for (const message of messages) {
            const content = Buffer.from(message);
            assert.deepEqual(inflater.inflate(deflater.deflate(content), BIG), content);
          }
        },
      ),
    );
  });

  test("refer to earlier ones where that was agreed", () => {
    const deflater = new Deflater(KEEPING);
    const content = Buffer.from(Array.from({ length: 300 }, (_, at) => at * at));
    const first = deflater.deflate(content);
    assert.ok(deflater.deflate(content).length * 10 < first.length);
  });

  test("over the limit, or over the ratio, are refused with 1009", () => {
    const bomb = deflateRawSync(Buffer.alloc(10 * BIG));
    assert.throws(() => new DeflateInflater(FORGETFUL, 100_000).inflate(bomb, BIG), { closeCode: 1009 });
    assert.throws(() => new DeflateInflater(FORGETFUL, 100).inflate(bomb, 100 * BIG), { closeCode: 1009 });
    assert.equal(new DeflateInflater(FORGETFUL, 100_000).inflate(bomb, 10 * BIG).length, 10 * BIG);
  });

  test("that are none are refused with 1007", () => {
    assert.throws(() => new DeflateInflater(FORGETFUL, 100).inflate(Buffer.from("no data"), BIG), {
      closeCode: 1007,
    });
  });

  // RFC 7692, 7.2.3, and what else a compressor may do.
  const MESSAGES: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
    "of one block": [["f248cdc9c90700"], ["Hello"]],
    "that share the window": [
      ["f248cdc9c90700", "f200110000"],
      ["Hello", "Hello"],
    ],
    "of a block that is stored": [["000500faff48656c6c6f00"], ["Hello"]],
    "of two blocks": [["f24805000000ffffcac9c90700"], ["Hello"]],
    "of a final block": [["f348cdc9c9070000"], ["Hello"]],
    "of a final block without what should stand behind it": [["f348cdc9c90700"], ["Hello"]],
    "of blocks behind a final one": [["f348cdc9c90700f248cdc9c90700"], ["HelloHello"]],
    "of a block behind a final one that refers to it": [["f348cdc9c90700f200110000"], ["HelloHello"]],
    "of nothing": [
      ["00", "", "0300"],
      ["", "", ""],
    ],
    "of a hundred final blocks": [["0300".repeat(100)], [""]],
  };
  for (const [name, [sent, expected]] of Object.entries(MESSAGES)) {
    test(`are read: ${name}`, () => {
      const inflater = new DeflateInflater(KEEPING, 100);
      const read = sent.map((hex) => inflater.inflate(Buffer.from(hex, "hex"), BIG).toString());
      assert.deepEqual(read, expected);
    });
  }

  const REFUSED: Readonly<Record<string, readonly [string, number]>> = {
    "of a kind of block that there is not": ["07", 1007],
    "that refers to what was not said": ["f200110000", 1007],
    "that is broken off": ["f248cdc9", 1007],
    "that is broken off within a stored block": ["000500faff4865", 1007],
    "that is broken off behind a final block": ["f348cdc9c90700f248cd", 1007],
    "of more than a hundred final blocks": ["0300".repeat(102), 1008],
  };
  for (const [name, [hex, closeCode]] of Object.entries(REFUSED)) {
    test(`are refused: one ${name}`, () => {
      const inflater = new DeflateInflater(KEEPING, 100);
      assert.throws(() => inflater.inflate(Buffer.from(hex, "hex"), BIG), { closeCode });
    });
  }

  test("final blocks count together against the limit", () => {
    const part = deflateRawSync(Buffer.alloc(60_000));
    const inflater = new DeflateInflater(FORGETFUL, 100_000);
    assert.equal(inflater.inflate(Buffer.concat([part, part]), 120_000).length, 120_000);
    assert.throws(() => inflater.inflate(Buffer.concat([part, part]), 119_999), { closeCode: 1009 });
    assert.throws(() => inflater.inflate(Buffer.concat([part, part]), 60_000), { closeCode: 1009 });
  });

  test("no bytes do anything but inflate or be refused", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          new DeflateInflater(KEEPING, 100).inflate(Buffer.from(bytes), BIG);
        } catch (error) {
          assert.equal((error as Error).name, "FrameError");
        }
      }),
    );
  });
});
