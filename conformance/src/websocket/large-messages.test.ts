import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { WebSocket as WsClient } from "ws";
import { ENGINES, type EngineUnderTest } from "../engines.ts";
import { FrameClient, frameOf, noteOf, payloadNote } from "./harness/frame-client.ts";
import { serveSockets } from "./harness/serve-sockets.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** What an application raises for such messages. */
const LIMITS = {
  maxMessageBytes: 16 * MIB,
  maxQueuedBytes: 64 * MIB,
  maxFragments: 1_000_000,
  maxInflationRatio: 10_000,
};

/** Bytes that are neither all alike nor random, one after the other different. */
function contentOf(size: number, seed: number): Buffer {
  const record = `{"id":${seed},"name":"user ${seed % 7}","tags":["a","b"],"score":${(seed * 7919) % 1000}}`;
  return Buffer.from(record.repeat(Math.ceil(size / record.length))).subarray(0, size);
}

async function nextMessage(client: WsClient): Promise<readonly [Buffer, boolean]> {
  return (await once(client, "message")) as [Buffer, boolean]; // as ws documents
}

/** Sends messages, a few at a time, and holds what comes back against them. */
async function exchange(client: WsClient, count: number, size: number): Promise<void> {
  let received = 0;
  let sent = 0;
  const sendNext = (): void => {
    if (sent < count) client.send(contentOf(size, sent++), { binary: false });
  };
  const all = new Promise<void>((resolve, reject) => {
    client.on("close", (code) => reject(new Error(`closed with ${code}`)));
    client.on("message", (data: Buffer) => {
      if (!data.equals(contentOf(size, received))) reject(new Error(`message ${received} is another one`));
      if (++received === count) resolve();
      sendNext();
    });
  });
  for (let ahead = 0; ahead < 20; ahead++) sendNext();
  await all;
  client.removeAllListeners();
}

/** Messages of one size: how many, and in fragments of how many bytes. */
const FRAGMENTED: readonly (readonly [size: number, fragment: number])[] = [
  [MIB, 64],
  [MIB, 4 * KIB],
  [4 * MIB, 256 * KIB],
];

const COUNTED: readonly (readonly [count: number, size: number])[] = [
  [500, 16],
  [500, 256],
  [200, KIB],
  [100, 8 * KIB],
  [20, 128 * KIB],
];

const DEFLATE = { thresholdBytes: 0, contextTakeover: true } as const;

/** Compression is above the engines and takes its time, so that one of them has to do. */
function compressionsFor(subject: EngineUnderTest): (typeof DEFLATE | false)[] {
  return subject === ENGINES[0] ? [false, DEFLATE] : [false];
}

for (const subject of ENGINES)
  describe(`large and many messages on ${subject.name}`, { skip: subject.missing ?? false }, () => {
    for (const compression of compressionsFor(subject)) {
      const how = compression === false ? "plain" : "compressed";

      test(`1, 4 and 16 MiB come back, ${how}`, async () => {
        await using served = await serveSockets(subject, { compression, limits: LIMITS });
        const client = served.dial("/ws", { perMessageDeflate: compression !== false });
        await once(client, "open");
        for (const [size, binary] of [
          [MIB, true],
          [4 * MIB, true],
          [16 * MIB, false],
        ] as const) {
          const content = contentOf(size, size);
          client.send(content, { binary });
          const [data, isBinary] = await nextMessage(client);
          assert.deepEqual([isBinary, data.equals(content)], [binary, true]);
        }
        client.close();
        await once(client, "close");
      });

      test(`many small ones come back in their order, ${how}`, async () => {
        await using served = await serveSockets(subject, { compression, limits: LIMITS });
        for (const [count, size] of COUNTED) {
          const client = served.dial("/ws", {
            perMessageDeflate: compression === false ? false : { threshold: 0 },
          });
          await once(client, "open");
          await exchange(client, count, size);
          client.close();
          await once(client, "close");
        }
      });

      test(`what comes in fragments comes back whole, ${how}`, async () => {
        await using served = await serveSockets(subject, { compression, limits: LIMITS });
        const client = served.dial("/ws", {
          perMessageDeflate: compression === false ? false : { threshold: 0 },
        });
        await once(client, "open");
        for (const [size, fragment] of FRAGMENTED) {
          const content = contentOf(size, fragment);
          for (let at = 0; at < size; at += fragment)
            client.send(content.subarray(at, at + fragment), { binary: true, fin: at + fragment >= size });
          const [data] = await nextMessage(client);
          assert.ok(data.equals(content), `${size} in fragments of ${fragment}`);
        }
        client.close();
        await once(client, "close");
      });
    }

    for (const piece of [64, 1000, 2048])
      test(`what comes in pieces of ${piece} bytes comes back`, async () => {
        await using served = await serveSockets(subject, { limits: LIMITS });
        using client = await FrameClient.open(served);
        const payload = contentOf(256 * KIB, piece);
        await client.chop(frameOf({ payload }), piece);
        const [frame] = await client.framesUntil(1);
        assert.equal(frame === undefined ? "" : noteOf(frame), `text ${payloadNote(payload)}`);
      });

    test("one byte more than maxMessageBytes is closed with 1009, however it comes", async () => {
      await using served = await serveSockets(subject, { limits: { ...LIMITS, maxMessageBytes: MIB } });
      const content = contentOf(MIB + 1, 1);
      for (const fragment of [content.length, 64 * KIB]) {
        const client = served.dial("/ws");
        await once(client, "open");
        for (let at = 0; at < content.length; at += fragment)
          client.send(content.subarray(at, at + fragment), { fin: at + fragment >= content.length });
        const [code] = (await once(client, "close")) as [number];
        assert.equal(code, 1009);
      }
    });
  });
