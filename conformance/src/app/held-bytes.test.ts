import assert from "node:assert/strict";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { armature, type Application } from "armature";
import type { WireClient } from "../wire-client.ts";
import { ENGINE_WAYS } from "./harness/ways.ts";

/** More than all buffers of the system between a server and its client. */
const TOTAL = 24 * 1024 * 1024;
const PIECE = 64 * 1024;
const HIGH_WATER = 64 * 1024;
/** The size line and the line end of a chunk, for the pieces that are held at most. */
const FRAMES = 64;

let folder = "";
let path = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "armature-held-"));
  path = join(folder, "large.bin");
  const file = await open(path, "w");
  await file.truncate(TOTAL);
  await file.close();
});

after(() => rm(folder, { recursive: true }));

/** Pieces of a source that is always ready. */
class Pieces {
  /** Bytes that were taken. */
  taken = 0;

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (; this.taken < TOTAL; this.taken += PIECE) yield Buffer.alloc(PIECE, "x");
  }
}

/** Sources of a body, each with what it was asked for. */
const SOURCES = {
  "an iterable": (pieces: Pieces) => pieces,
  "a Node stream": (pieces: Pieces) => Readable.from(pieces, { objectMode: false, highWaterMark: 1 }),
  "a web stream": (pieces: Pieces) => ReadableStream.from(pieces),
};

/** The most that waits for a client that does not read, while nothing moves any more. */
async function mostHeld(app: Application, client: WireClient): Promise<number> {
  client.pause();
  await client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  let most = 0;
  let sent = -1;
  for (let still = 0; still < 20;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { bytesOut = 0, unsentBytes = 0 } = app.stats() ?? {};
    most = Math.max(most, unsentBytes);
    still = bytesOut === sent && bytesOut > 0 ? still + 1 : 0;
    sent = bytesOut;
  }
  assert.ok(sent < TOTAL, "all of it fits in the buffers of the system, so the test says nothing");
  return most;
}

for (const way of ENGINE_WAYS)
  describe(`what is held for a client that does not read (${way.name})`, () => {
    for (const [name, sourceOf] of Object.entries(SOURCES))
      test(`of ${name} is the high-water mark and one piece`, async () => {
        const pieces = new Pieces();
        const app = armature().get("/", ({ reply }) => reply.stream(sourceOf(pieces)));
        await using running = await way.start(app);
        using client = running.connect();
        const most = await mostHeld(running.app, client);
        assert.ok(most <= HIGH_WATER + PIECE + FRAMES, `${most} bytes were held`);
        const { bytesOut = 0 } = running.app.stats() ?? {};
        // A stream keeps a piece or two of its own.
        assert.ok(
          pieces.taken - bytesOut <= 3 * PIECE,
          `${pieces.taken - bytesOut} bytes wait in the source`,
        );
        client.resume();
        await client.until(() => client.text.endsWith("\r\n0\r\n\r\n"));
        assert.equal(pieces.taken, TOTAL);
      });

    test("of a file is the high-water mark and one piece", async () => {
      const app = armature().get("/", ({ reply }) => reply.file(path));
      await using running = await way.start(app);
      using client = running.connect();
      const most = await mostHeld(running.app, client);
      assert.ok(most <= HIGH_WATER + PIECE, `${most} bytes were held`);
    });
  });
