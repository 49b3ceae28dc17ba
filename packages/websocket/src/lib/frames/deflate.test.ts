import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { Deflater, DeflateInflater } from "./deflate.ts";
import { negotiateDeflate } from "./deflate-parameters.ts";

const WISHES = { contextTakeover: true };
const BIG = 1 << 20;

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
    const parameters = {
      serverMaxWindowBits: 15,
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
    };
    const deflater = new Deflater(parameters);
    const content = Buffer.from(Array.from({ length: 300 }, (_, at) => at * at));
    const first = deflater.deflate(content);
    assert.ok(deflater.deflate(content).length * 10 < first.length);
  });

  test("over the limit, or over the ratio, are refused with 1009", () => {
    const parameters = {
      serverMaxWindowBits: 15,
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    };
    const bomb = deflateRawSync(Buffer.alloc(10 * BIG));
    assert.throws(() => new DeflateInflater(parameters, 100_000).inflate(bomb, BIG), { closeCode: 1009 });
    assert.throws(() => new DeflateInflater(parameters, 100).inflate(bomb, 100 * BIG), { closeCode: 1009 });
    assert.equal(new DeflateInflater(parameters, 100_000).inflate(bomb, 10 * BIG).length, 10 * BIG);
  });

  test("that are none are refused with 1007", () => {
    const parameters = {
      serverMaxWindowBits: 15,
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    };
    assert.throws(() => new DeflateInflater(parameters, 100).inflate(Buffer.from("no data"), BIG), {
      closeCode: 1007,
    });
  });

  test("no bytes do anything but inflate or be refused", () => {
    const parameters = {
      serverMaxWindowBits: 15,
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
    };
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          new DeflateInflater(parameters, 100).inflate(Buffer.from(bytes), BIG);
        } catch (error) {
          assert.equal((error as Error).name, "FrameError");
        }
      }),
    );
  });
});
