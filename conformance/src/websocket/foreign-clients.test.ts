import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { WebSocket as WsClient } from "ws";
import { ENGINES } from "../engines.ts";
import { serveSockets, SOCKET_ENGINES } from "./harness/serve-sockets.ts";

const messages = fc.array(
  fc.oneof(fc.string({ unit: "grapheme", maxLength: 5000 }), fc.uint8Array({ maxLength: 5000 })),
  {
    minLength: 1,
    maxLength: 20,
  },
);

/** Sends messages at once and gives what comes back. */
async function echoed(
  client: WsClient,
  sent: readonly (string | Uint8Array)[],
): Promise<(string | Uint8Array)[]> {
  const received: (string | Uint8Array)[] = [];
  const all = new Promise<void>((resolve, reject) => {
    client.once("close", (code) => reject(new Error(`closed with ${code}`)));
    client.on("message", (data: Buffer, isBinary) => {
      received.push(isBinary ? new Uint8Array(data) : data.toString());
      if (received.length === sent.length) resolve();
    });
  });
  for (const message of sent) client.send(message);
  await all;
  client.removeAllListeners("message");
  return received;
}

const COMPRESSIONS = {
  "without compression": false,
  "compressed, each message by itself": { thresholdBytes: 1 },
  "compressed, with what was said before": { thresholdBytes: 1, contextTakeover: true },
} as const;

const OFFERS = {
  "as it likes": true,
  "with small windows": { serverMaxWindowBits: 10, clientMaxWindowBits: 10 },
  "that forgets": { serverNoContextTakeover: true, clientNoContextTakeover: true },
} as const;

for (const subject of ENGINES) {
  describe(`foreign clients on ${subject.name}`, { skip: subject.missing ?? false }, () => {
    for (const [compressed, compression] of Object.entries(COMPRESSIONS)) {
      for (const [offered, offer] of Object.entries(OFFERS)) {
        test(`ws echoes ${compressed}, ${offered}`, async () => {
          await using served = await serveSockets(subject, { compression });
          const client = served.dial("/ws", { perMessageDeflate: offer === true ? {} : offer });
          await once(client, "open");
          assert.equal(client.extensions !== "", compression !== false);
          await fc.assert(
            fc.asyncProperty(messages, async (sent) => {
              assert.deepEqual(await echoed(client, sent), sent);
            }),
            { numRuns: 10 },
          );
          client.close(4000, "bye");
          const [code, reason] = (await once(client, "close")) as [number, Buffer]; // as ws documents
          assert.deepEqual([code, reason.toString()], [4000, ""]);
        });
      }
    }

    // There is no way to tell it of a certificate.
    const skip = SOCKET_ENGINES.includes(subject) ? false : "it needs sockets that are not encrypted";
    for (const [compressed, compression] of Object.entries(COMPRESSIONS))
      test(`the WebSocket of the platform echoes ${compressed}`, { skip }, async () => {
        await using served = await serveSockets(subject, { compression, protocols: ["v2"] });
        const client = new WebSocket(served.socketUrl("/ws"), ["v1", "v2"]);
        await once(client, "open");
        assert.deepEqual([client.protocol, client.extensions !== ""], ["v2", compression !== false]);
        client.binaryType = "arraybuffer";
        for (const message of ["", "text", "κόσμε 👩", "x".repeat(100_000), new Uint8Array(70_000).fill(7)]) {
          client.send(message);
          const [{ data }] = (await once(client, "message")) as [MessageEvent]; // as the standard says
          assert.deepEqual(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer), message);
        }
        client.close(3000, "bye");
        const [event] = (await once(client, "close")) as [CloseEvent]; // as the standard says
        assert.deepEqual([event.code, event.wasClean], [3000, true]);
      });

    test("a message that inflates over the limit is closed with 1009", async () => {
      await using served = await serveSockets(subject, {
        compression: { thresholdBytes: 1 },
        limits: { maxMessageBytes: 100_000 },
      });
      const client = served.dial("/ws", { perMessageDeflate: { threshold: 0 } });
      await once(client, "open");
      client.send("x".repeat(100_001));
      const [code] = (await once(client, "close")) as [number];
      assert.equal(code, 1009);
    });
  });
}
