import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { defineMessages, rawWebsocket, websocket } from "@armature/websocket";
import { armature } from "armature";
import { z } from "zod";
import { ENGINES, type EngineUnderTest } from "../engines.ts";
import { turns } from "../serve.ts";
import {
  closeOf,
  FrameClient,
  frameOf,
  HANDSHAKE,
  noteOf,
  type ClientFrame,
} from "../websocket/harness/frame-client.ts";
import { ServedApp } from "../websocket/harness/serve-app.ts";
import { ECHO } from "../websocket/harness/serve-sockets.ts";
import type { FuzzProperty, OpenProperty } from "./fuzz-property.ts";
import { cutAtAll, cuts, mutate, mutations } from "./mutation.ts";

const messages = defineMessages({
  fromClient: { add: { data: z.array(z.number()), reply: z.number() }, say: z.string() },
  fromServer: {},
});

/** What the properties talk to: an echo that compresses, and a gateway; as many handshakes as they like. */
const CROWD = { maxHandshakesPerSecond: 1e9, maxSocketsPerAddress: 1e9 };
const SOURCE = () =>
  armature()
    .route(rawWebsocket("/ws", { compression: { thresholdBytes: 50 }, limits: CROWD }, ECHO))
    .route(
      websocket(
        "/sums",
        { messages, limits: CROWD },
        { on: { add: (numbers) => numbers.reduce((sum, number) => sum + number, 0), say: () => {} } },
      ),
    );

/** Offers to compress. */
export const DEFLATE = { "sec-websocket-extensions": "permessage-deflate" };

const payload = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ maxLength: 20 }).map((text) => deflateRawSync(text.repeat(20))),
  fc.integer({ min: 100, max: 300 }).map((size) => Buffer.alloc(size, "x")),
);

const frame: fc.Arbitrary<ClientFrame> = fc.record({
  opcode: fc.constantFrom(1, 1, 2, 0, 0, 8, 9, 10, 3, 11),
  payload,
  isFinal: fc.constantFrom(true, true, true, false),
  reserved: fc.constantFrom(0, 0, 0, 0x40, 0x20),
  key: fc.array(fc.nat({ max: 255 }), { minLength: 4, maxLength: 4 }),
});

/** Frames one behind the other, in an order that makes sense where fragments are meant well. */
const conversation = fc
  .array(frame, { minLength: 1, maxLength: 8 })
  .map((frames) => Buffer.concat(frames.map(frameOf)));

/** Bytes that a client may send, or nearly. */
export const almostFrames: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 3, arbitrary: conversation },
  {
    weight: 4,
    arbitrary: fc.tuple(conversation, mutations).map(([bytes, changes]) => mutate(bytes, changes)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

/** A property of an application on an engine, that has logged no error and still answers in the end. */
function on(
  subject: EngineUnderTest,
  make: (served: ServedApp) => OpenProperty["property"],
): () => Promise<OpenProperty> {
  return async () => {
    const served = await ServedApp.start(subject, SOURCE());
    const dispose = async (): Promise<void> => {
      await using _closing = served;
      using client = await FrameClient.open(served);
      client.send(frameOf({ payload: "still there" }), closeOf(1000));
      assert.deepEqual(await client.notes(), ["text still there", "close 1000"]);
      assert.deepEqual(served.log.errorMessages(), []);
    };
    return { property: make(served), [Symbol.asyncDispose]: dispose };
  };
}

/** Sends pieces, ends without a goodbye, and gives what came back once the server has ended, which is whole frames. */
async function hear(served: ServedApp, pieces: readonly Buffer[]): Promise<string> {
  using client = await FrameClient.open(served, "/ws", DEFLATE);
  for (const piece of pieces) await client.wire.send(piece);
  await turns(2);
  client.wire.end();
  const frames = await client.framesUntil(Infinity);
  assert.equal(client.rest, "");
  for (const { opcode, isFinal, isMasked, reserved } of frames) {
    assert.deepEqual([isFinal, isMasked, reserved & 0x30], [true, false, 0]);
    assert.ok([1, 2, 8, 10].includes(opcode), `opcode ${opcode}`);
  }
  const goodbyes = frames.flatMap(({ opcode }, at) => (opcode === 8 ? [at] : []));
  assert.deepEqual(goodbyes, goodbyes.length === 0 ? [] : [frames.length - 1]);
  return frames.map(noteOf).join("\n");
}

/** In memory all that is sent has been answered when a turn is over, so that every way to cut the bytes has one outcome. */
function splitting(subject: EngineUnderTest): FuzzProperty {
  return {
    name: `no bytes of a WebSocket throw or hang, and a split never changes the answers, on ${subject.name}`,
    cost: 4,
    open: on(subject, (served) =>
      fc.asyncProperty(almostFrames, cuts, async (bytes, places) => {
        const whole = await hear(served, [bytes]);
        assert.equal(await hear(served, cutAtAll(bytes, places)), whole);
        const single = Array.from(bytes.subarray(0, 100), (_, at) => bytes.subarray(at, at + 1));
        assert.equal(await hear(served, [...single, bytes.subarray(100)]), whole);
      }),
    ),
  };
}

/** Over sockets the end of a client may overtake the answers; that nothing throws or hangs holds all the same. */
function surviving(subject: EngineUnderTest): FuzzProperty {
  return {
    name: `no bytes of a WebSocket throw or hang, on ${subject.name}`,
    cost: 10,
    open: on(subject, (served) =>
      fc.asyncProperty(almostFrames, cuts, async (bytes, places) => {
        await hear(served, cutAtAll(bytes, places));
      }),
    ),
  };
}

/** What a request is told whose method or version the server does not know. */
const NOT_KNOWN: ReadonlySet<number> = new Set([501, 505]);

/** Requests that are almost handshakes are answered as requests are, and none is an error of the server. */
function shakingHands(subject: EngineUnderTest): FuzzProperty {
  return {
    name: `no handshake of a WebSocket is an error of the server, on ${subject.name}`,
    cost: 2,
    open: on(subject, (served) => {
      const fields = { host: served.host, ...HANDSHAKE, ...DEFLATE, origin: served.url };
      const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
      const good = Buffer.from(["GET /ws HTTP/1.1", ...lines, "", ""].join("\r\n"));
      return fc.asyncProperty(mutations, async (changes) => {
        using wire = await served.connect();
        await wire.send(mutate(good, changes));
        await turns(2);
        wire.end();
        await wire.closing();
        const statuses = [...wire.text.matchAll(/^HTTP\/1\.1 (\d+) /gm)].map(([, status]) => Number(status));
        for (const status of statuses) assert.ok(status < 500 || NOT_KNOWN.has(status), wire.text);
      });
    }),
  };
}

const almostPackets = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc
    .record(
      {
        event: fc.oneof(fc.constantFrom("add", "say", "toString", "__proto__", ""), fc.string()),
        data: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.array(fc.integer())),
        id: fc.oneof(fc.nat(), fc.double(), fc.string()),
        ack: fc.oneof(fc.nat(), fc.string()),
        ping: fc.jsonValue({ maxDepth: 1 }),
      },
      { requiredKeys: [] },
    )
    .map((packet) => JSON.stringify(packet)),
  fc.string({ unit: "grapheme" }),
);

/** A gateway answers what is right behind whatever was wrong. */
function gateways(subject: EngineUnderTest): FuzzProperty {
  return {
    name: `no text makes a gateway fail, on ${subject.name}`,
    cost: 2,
    open: on(subject, (served) =>
      fc.asyncProperty(fc.array(almostPackets, { maxLength: 5 }), async (packets) => {
        using client = await FrameClient.open(served, "/sums");
        for (const packet of packets) client.send(frameOf({ payload: packet }));
        client.send(frameOf({ payload: '{"event":"add","data":[1,2,3],"id":1234567}' }));
        const heard = (): string[] => client.frames.map(noteOf);
        await client.until(() => heard().includes('text {"ack":1234567,"data":6}'));
        assert.ok(heard().includes('text {"ack":1234567,"data":6}'), heard().join("\n"));
      }),
    ),
  };
}

const MEMORY = ENGINES.filter(({ hasSockets }) => !hasSockets);
const SOCKETS = ENGINES.filter(
  ({ hasSockets, isSecure, missing }) => hasSockets && !isSecure && (missing ?? null) === null,
);

/** What holds for WebSockets, whatever their clients send. */
export const WEBSOCKET_PROPERTIES: readonly FuzzProperty[] = [
  ...MEMORY.flatMap((subject) => [splitting(subject), shakingHands(subject), gateways(subject)]),
  ...SOCKETS.map(surviving),
];
