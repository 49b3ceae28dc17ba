import assert from "node:assert/strict";
import { rawWebsocket } from "@armature/websocket";
import { armature } from "armature";
import * as fc from "fast-check";
import { ENGINES, type EngineUnderTest } from "../engines.ts";
import type { FuzzProperty } from "../fuzz/fuzz-property.ts";
import { cutAtAll, cuts } from "../fuzz/mutation.ts";
import { almostFrames, DEFLATE } from "../fuzz/websocket-properties.ts";
import { FrameClient, frameOf } from "../websocket/harness/frame-client.ts";
import { ServedApp } from "../websocket/harness/serve-app.ts";
import { ECHO } from "../websocket/harness/serve-sockets.ts";

const LIMITS = { maxHandshakesPerSecond: 1e9, maxSocketsPerAddress: 1e9, maxMessageBytes: 200_000 };
const SOURCE = () =>
  armature().route(rawWebsocket("/ws", { compression: { thresholdBytes: 50 }, limits: LIMITS }, ECHO));

/** Longer than a read, so that one message comes in several. */
const large = fc
  .record({
    opcode: fc.constantFrom(1, 2),
    size: fc.integer({ min: 60_000, max: 210_000 }),
    byte: fc.nat(255),
  })
  .map(({ opcode, size, byte }) =>
    Buffer.concat([
      frameOf({ opcode, payload: Buffer.alloc(size, byte) }),
      frameOf({ payload: "behind it" }),
    ]),
  );

const streams = fc.oneof({ weight: 20, arbitrary: almostFrames }, { weight: 1, arbitrary: large });

const sameFrames = (native: EngineUnderTest): FuzzProperty => ({
  name: `native: both engines answer the same frames of a WebSocket with the same bytes, ${native.name}`,
  cost: 4,
  open: async () => {
    const subjects = [...ENGINES.filter(({ name }) => name === "ts"), native];
    const apps = await Promise.all(subjects.map((subject) => ServedApp.start(subject, SOURCE())));
    const property = fc.asyncProperty(streams, fc.option(cuts), async (bytes, places) => {
      const pieces = places === null ? [bytes] : cutAtAll(bytes, places);
      const [ts, other] = await Promise.all(apps.map((app) => play(app, pieces)));
      assert.equal(other, ts);
    });
    return {
      property,
      [Symbol.asyncDispose]: async () => {
        await Promise.all(apps.map((app) => app[Symbol.asyncDispose]()));
      },
    };
  },
});

/** Native sockets look at frames once a first one has come; then these pieces come, and the end. Gives what came back behind the handshake. */
async function play(app: ServedApp, pieces: readonly Buffer[]): Promise<string> {
  using client = await FrameClient.open(app, "/ws", DEFLATE);
  client.send(frameOf({ opcode: 9, payload: "first" }));
  await client.framesUntil(1);
  for (const piece of pieces) await client.wire.send(piece);
  client.wire.end();
  await client.wire.closing();
  assert.equal(client.wire.failure, null);
  return client.wire.text.slice(client.head.length);
}

/** What holds between the sockets that look at frames and the parser that does it otherwise. */
export const FRAME_PROPERTIES: readonly FuzzProperty[] = ENGINES.filter(
  ({ name, missing }) => name.startsWith("native") && (missing ?? null) === null,
).map(sameFrames);
