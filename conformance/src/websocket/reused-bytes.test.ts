import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ENGINES } from "../engines.ts";
import { FrameClient, frameOf } from "./harness/frame-client.ts";
import { serveSockets } from "./harness/serve-sockets.ts";

/** So many that the system takes all of them at once, and more than that. */
const SIZES = [20_000, 70_000, 8 * 1024 * 1024];

for (const subject of ENGINES) {
  const skip = subject.missing ?? false;
  describe(`bytes that are sent, on ${subject.name}`, { skip }, () => {
    for (const size of SIZES)
      test(`may be changed once they are given: ${size} of them`, async () => {
        await using served = await serveSockets(
          subject,
          {},
          {
            message: (socket) => {
              const bytes = Buffer.alloc(size, "a");
              socket.send(bytes);
              socket.send("between");
              bytes.fill("b");
            },
          },
        );
        using client = await FrameClient.open(served);
        client.send(frameOf({ payload: "go" }));
        const frames = await client.framesUntil(2);
        const [first, second] = frames.map(({ payload }) => payload);
        assert.equal(first?.length, size);
        assert.ok(first?.equals(Buffer.alloc(size, "a")), "the bytes as they were given");
        assert.equal(second?.toString(), "between");
      });

    test("may be changed while they wait for a client that is slow", async () => {
      const sizes = [8 * 1024 * 1024, 20_000, 100];
      await using served = await serveSockets(
        subject,
        {},
        {
          message: (socket) => {
            const sent = sizes.map((size) => Buffer.alloc(size, "a"));
            for (const bytes of sent) socket.send(bytes);
            for (const bytes of sent.slice(1)) bytes.fill("b");
          },
        },
      );
      using client = await FrameClient.open(served);
      client.send(frameOf({ payload: "go" }));
      const frames = await client.framesUntil(sizes.length);
      assert.deepEqual(
        frames.map(({ payload }) => payload.length),
        sizes,
      );
      for (const { payload } of frames)
        assert.ok(payload.equals(Buffer.alloc(payload.length, "a")), `${payload.length} as they were given`);
    });
  });
}
