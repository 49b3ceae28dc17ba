import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { encodePacket, type Packet } from "./packet.ts";
import { parsePacket } from "./parse-packet.ts";

const ids = fc.nat();
const messageIds = fc.tuple(fc.uuid(), fc.nat()).map(([epoch, n]) => `${epoch.slice(0, 8)}-${n}`);
const errors = fc.record(
  { code: fc.string(), message: fc.string(), event: fc.string() },
  { requiredKeys: ["code", "message"], noNullPrototype: true },
);
const data = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

const places = fc.record({ room: fc.string(), at: messageIds }, { noNullPrototype: true });

const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ kind: fc.constant("event" as const), event: fc.string(), data, id: fc.option(ids) }),
  fc.record({
    kind: fc.constant("event" as const),
    event: fc.string(),
    data,
    id: fc.option(ids),
    key: fc.string({ minLength: 1 }),
    place: places,
  }),
  fc.record({ kind: fc.constant("ack" as const), ack: ids, data }),
  fc.record({ kind: fc.constant("ack-error" as const), ack: ids, error: errors }),
  fc.record({ kind: fc.constant("error" as const), error: errors }),
  fc.record({ kind: fc.constant("ping" as const), ping: ids }),
  fc.record({ kind: fc.constant("pong" as const), pong: ids }),
  fc.record({
    kind: fc.constant("seen" as const),
    seen: fc.dictionary(fc.string(), messageIds, { noNullPrototype: true }),
  }),
  fc.record({
    kind: fc.constant("place" as const),
    room: fc.string(),
    at: fc.option(messageIds),
    resumed: fc.boolean(),
    missed: fc.boolean(),
  }),
);

describe("a packet", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(packets, (packet) => {
        assert.deepEqual({ ...parsePacket(encodePacket(packet)) }, { ...packet });
      }),
    );
  });

  test("may leave out its data", () => {
    const text = encodePacket({ kind: "event", event: "ping", data: undefined, id: 3 });
    assert.equal(text, '{"event":"ping","id":3}');
    assert.deepEqual(parsePacket(text), { kind: "event", event: "ping", data: undefined, id: 3 });
  });

  test("that is none is said to be malformed, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.equal(typeof parsePacket(text).kind, "string");
      }),
    );
  });

  const BAD: Readonly<Record<string, RegExp>> = {
    "": /not JSON/,
    "[]": /not a JSON object/,
    "{}": /neither "event"/,
    '{"event":1}': /"event" must be a string/,
    '{"event":"a","id":-1}': /"id" must be a whole number/,
    '{"event":"a","id":1.5}': /"id" must be a whole number/,
    '{"ack":"1"}': /"ack" must be a whole number/,
    '{"ack":1,"error":{}}': /"error" must have/,
    '{"error":{"code":"E"}}': /"error" must have/,
    '{"ping":true}': /neither "event"/,
    '{"event":"a","key":""}': /"key" must be/,
    '{"event":"a","room":"b","at":"1"}': /"room" and "at" must/,
    '{"seen":1}': /"seen" must be an object/,
    '{"seen":{"a":1}}': /"seen" must have the id/,
    '{"room":"a","at":1}': /"room" and "at" must/,
  };
  for (const [text, reason] of Object.entries(BAD)) {
    test(`${JSON.stringify(text)} is malformed`, () => {
      const packet = parsePacket(text);
      assert.ok(packet.kind === "malformed");
      assert.match(packet.reason, reason);
    });
  }
});
