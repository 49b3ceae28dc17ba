import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { RawSocket } from "@armature/websocket";
import { ENGINES } from "../engines.ts";
import { eventually, Handover, needsSockets } from "../serve.ts";
import { closeOf, FrameClient, frameOf, noteOf } from "./harness/frame-client.ts";
import { serveSockets } from "./harness/serve-sockets.ts";

/** Hands over its socket, and says how it was closed. */
function watched(): { socket: Handover<RawSocket>; closed: Handover<string>; handlers: object } {
  const socket = new Handover<RawSocket>();
  const closed = new Handover<string>();
  const handlers = {
    open: (opened: RawSocket) => socket.give(opened),
    close: (_socket: RawSocket, code: number, reason: string) => closed.give(`${code} ${reason}`),
  };
  return { socket, closed, handlers };
}

for (const subject of ENGINES) {
  describe(`a connection on ${subject.name}`, { skip: subject.missing ?? false }, () => {
    test("is closed by the server with a code and a reason, and tells so once", async () => {
      const { socket, closed, handlers } = watched();
      await using served = await serveSockets(subject, {}, handlers);
      const client = served.dial("/ws");
      const server = await socket.taken;
      server.close(4001, "enough");
      assert.equal(server.isOpen, false);
      assert.equal(server.send("late"), false);
      server.close(4002, "again");
      const [code, reason] = (await once(client, "close")) as [number, Buffer];
      assert.deepEqual([code, reason.toString()], [4001, "enough"]);
      assert.equal(await closed.taken, "4001 enough");
    });

    test("is closed by the client with what it said", async () => {
      const { closed, handlers } = watched();
      await using served = await serveSockets(subject, {}, handlers);
      using client = await FrameClient.open(served);
      client.send(closeOf(3999, "done"));
      assert.deepEqual(await client.notes(), ["close 3999"]);
      client.wire.end();
      assert.equal(await closed.taken, "3999 done");
    });

    test("that is cut by the client is closed with 1006", async () => {
      const { socket, closed, handlers } = watched();
      await using served = await serveSockets(subject, {}, handlers);
      using client = await FrameClient.open(served);
      await socket.taken;
      client.wire.reset();
      assert.equal(await closed.taken, "1006 ");
    });

    test("whose client ends without a close frame is closed with 1006", async () => {
      const { socket, closed, handlers } = watched();
      await using served = await serveSockets(subject, {}, handlers);
      using client = await FrameClient.open(served);
      await socket.taken;
      client.wire.end();
      assert.equal(await closed.taken, "1006 ");
    });

    test("whose client does not answer a close frame is cut after closeTimeoutMs", async () => {
      const { socket, closed, handlers } = watched();
      await using served = await serveSockets(subject, { limits: { closeTimeoutMs: 50 } }, handlers);
      using client = await FrameClient.open(served);
      (await socket.taken).close(4000, "");
      assert.deepEqual(await client.notes(), ["close 4000"]);
      assert.equal(await closed.taken, "4000 ");
    });

    test("that is silent is pinged, and lives while it answers", async () => {
      const { closed, handlers } = watched();
      const limits = { heartbeatMs: 20, idleTimeoutMs: 60_000 };
      await using served = await serveSockets(subject, { limits }, handlers);
      using client = await FrameClient.open(served);
      for (let pings = 1; pings <= 3; pings++) {
        const frames = await client.framesUntil(pings);
        assert.equal(noteOf(frames[pings - 1] as never), "ping "); // framesUntil waited for it
        client.send(frameOf({ opcode: 10 }));
      }
      client.send(closeOf(1000));
      assert.equal(await closed.taken, "1000 ");
    });

    test("that stays silent is cut after idleTimeoutMs", async () => {
      const { closed, handlers } = watched();
      await using served = await serveSockets(
        subject,
        { limits: { heartbeatMs: 20, idleTimeoutMs: 100 } },
        handlers,
      );
      using client = await FrameClient.open(served);
      await client.until(() => false);
      assert.equal(await closed.taken, "1006 ");
    });

    test("says goodbye with 1001 when the application closes, and nothing is cut", async () => {
      const { closed, handlers } = watched();
      await using served = await serveSockets(subject, {}, handlers);
      const client = served.dial("/ws");
      await once(client, "open");
      const report = served.close(10_000);
      const [code] = (await once(client, "close")) as [number];
      assert.equal(code, 1001);
      assert.equal(await closed.taken, "1001 The server stops.");
      assert.partialDeepStrictEqual(await report, { cut: 0, upgraded: 0 });
    });

    test("whose handler throws is closed with 1011, and the error is logged", async () => {
      const handlers = {
        message: (_socket: RawSocket, message: string | Buffer) => {
          if (message === "now") throw new Error("at once");
          return Promise.reject(new Error("later"));
        },
      };
      await using served = await serveSockets(subject, {}, handlers);
      for (const message of ["now", "later"]) {
        const client = served.dial("/ws");
        await once(client, "open");
        client.send(message);
        const [code] = (await once(client, "close")) as [number];
        assert.equal(code, 1011);
      }
      assert.deepEqual(served.log.errorMessages(), ["at once", "later"]);
    });

    test("gives its messages to a loop, which ends with it", async () => {
      const seen = new Handover<string[]>();
      const handlers = {
        open: async (socket: RawSocket) => {
          const all: string[] = [];
          for await (const message of socket) all.push(message.toString());
          seen.give(all);
        },
      };
      await using served = await serveSockets(subject, {}, handlers);
      using client = await FrameClient.open(served);
      client.send(Buffer.concat(["a", "b", "c"].map((payload) => frameOf({ payload }))), closeOf(1000));
      assert.deepEqual(await seen.taken, ["a", "b", "c"]);
    });

    // What waits in memory comes all at once, because nothing of the system lies between.
    test("does not read its client while too many messages are in work", needsSockets(subject), async () => {
      let inWork = 0;
      let most = 0;
      let done = 0;
      const handlers = {
        message: async () => {
          most = Math.max(most, ++inWork);
          await new Promise((resolve) => setTimeout(resolve, 1));
          inWork--;
          done++;
        },
      };
      await using served = await serveSockets(subject, { limits: { maxPendingMessages: 4 } }, handlers);
      using client = await FrameClient.open(served);
      // Each is larger than what is read at once, so that at most a few are taken behind the one that was too many.
      const frame = frameOf({ opcode: 2, payload: Buffer.alloc(100_000) });
      for (let count = 0; count < 50; count++) client.send(frame);
      client.send(closeOf(1000));
      await eventually(() => done === 50);
      assert.ok(most <= 6, `${most} were in work`);
    });
  });

  describe(`a client on ${subject.name} that takes nothing`, { skip: subject.missing ?? false }, () => {
    const PIECE = Buffer.alloc(64 * 1024);

    /** Sends until a send is refused and the system's buffers are full. */
    async function fillUp(socket: RawSocket): Promise<void> {
      for (let count = 0; count < 1000 && socket.queuedBytes === 0; count++) {
        socket.send(PIECE);
        await new Promise(setImmediate);
      }
    }

    test("makes the application wait, and loses nothing with the policy pause", async () => {
      const { socket, handlers } = watched();
      await using served = await serveSockets(subject, {}, handlers);
      using client = await FrameClient.open(served);
      client.wire.pause();
      const server = await socket.taken;
      await fillUp(server);
      assert.equal(server.send("last"), false);
      client.wire.resume();
      await server.drained();
      server.close();
      const frames = await client.goodbye();
      assert.equal(noteOf(frames.at(-2) as never), "text last"); // the close frame stands behind it
    });

    test("is cut above maxQueuedBytes with the policy pause", async () => {
      const { socket, closed, handlers } = watched();
      await using served = await serveSockets(subject, { limits: { maxQueuedBytes: 200_000 } }, handlers);
      using client = await FrameClient.open(served);
      client.wire.pause();
      const server = await socket.taken;
      await fillUp(server);
      for (let count = 0; count < 5; count++) server.send(PIECE);
      assert.match(await closed.taken, /^1013 /);
    });

    test("is cut with the policy close", async () => {
      const { socket, closed, handlers } = watched();
      await using served = await serveSockets(subject, { backPressure: "close" }, handlers);
      using client = await FrameClient.open(served);
      client.wire.pause();
      const server = await socket.taken;
      await fillUp(server);
      server.send(PIECE);
      assert.match(await closed.taken, /^1013 /);
    });

    for (const backPressure of ["drop-oldest", "drop-newest"] as const) {
      test(`loses messages with the policy ${backPressure}`, async () => {
        const { socket, handlers } = watched();
        await using served = await serveSockets(
          subject,
          { backPressure, limits: { highWaterBytes: 70_000 } },
          handlers,
        );
        using client = await FrameClient.open(served);
        client.wire.pause();
        const server = await socket.taken;
        await fillUp(server);
        for (let count = 0; count < 1000; count++) server.send(`${count}`.padEnd(1000));
        client.wire.resume();
        await server.drained();
        server.close();
        const frames = await client.goodbye();
        const numbers = frames
          .filter(({ opcode }) => opcode === 1)
          .map(({ payload }) => Number(payload.toString()));
        assert.ok(numbers.length > 0 && numbers.length < 100);
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
        if (backPressure === "drop-oldest") assert.equal(numbers.at(-1), 999);
        else assert.equal(numbers[0], 0);
      });
    }

    test("and sends pings is closed with 1008", async () => {
      const { socket, closed, handlers } = watched();
      await using served = await serveSockets(subject, { backPressure: "drop-newest" }, handlers);
      using client = await FrameClient.open(served);
      client.wire.pause();
      await fillUp(await socket.taken);
      for (let count = 0; count < 100; count++) client.send(frameOf({ opcode: 9 }));
      client.wire.resume();
      assert.equal((await client.notes()).at(-1), "close 1008");
      client.wire.end();
      assert.match(await closed.taken, /^1008 /);
    });
  });
}
