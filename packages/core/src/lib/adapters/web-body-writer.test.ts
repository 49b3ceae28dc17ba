import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { WebBodyWriter } from "./web-body-writer.ts";

const HIGH_WATER_BYTES = 64 * 1024;

function makeWriter(): WebBodyWriter {
  return new WebBodyWriter(() => assert.fail("nobody cancelled"));
}

/** Whether a promise is settled after everything that waits has had its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  await new Promise(setImmediate);
  return settled;
}

describe("WebBodyWriter", () => {
  test("gives the pieces in order, as bytes", async () => {
    const writer = makeWriter();
    writer.write("grüße");
    writer.write(Uint8Array.of(1, 2));
    writer.write("");
    writer.end();
    assert.deepEqual(
      new Uint8Array(await new Response(writer.readable).arrayBuffer()),
      Uint8Array.from([...Buffer.from("grüße"), 1, 2]),
    );
  });

  test("keeps its own copy of a piece", async () => {
    const writer = makeWriter();
    const piece = Uint8Array.of(1, 2, 3);
    writer.write(piece);
    piece.fill(9);
    writer.end();
    assert.deepEqual(
      new Uint8Array(await new Response(writer.readable).arrayBuffer()),
      Uint8Array.of(1, 2, 3),
    );
  });

  test("asks to wait from the high-water mark on, and says when there is room again", async () => {
    const writer = makeWriter();
    assert.equal(await isSettled(writer.drained()), true);
    assert.equal(writer.write(new Uint8Array(HIGH_WATER_BYTES - 1)), true);
    assert.equal(await isSettled(writer.drained()), true);
    assert.equal(writer.write(new Uint8Array(1)), false);
    const waiting = writer.drained();
    assert.equal(await isSettled(waiting), false);
    const reader = writer.readable.getReader();
    await reader.read();
    assert.equal(await isSettled(waiting), true);
    assert.equal(writer.write(new Uint8Array(10)), true);
  });

  test("wakes everybody who waits, each time", async () => {
    const writer = makeWriter();
    const reader = writer.readable.getReader();
    for (let i = 0; i < 3; i++) {
      writer.write(new Uint8Array(HIGH_WATER_BYTES));
      const waiting = [writer.drained(), writer.drained()];
      assert.equal(await isSettled(Promise.race(waiting)), false);
      await reader.read();
      await Promise.all(waiting);
    }
  });

  test("holds no more than a piece beyond the mark for a writer that waits", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sizes, async (pieces) => {
        const writer = makeWriter();
        let [written, read, most] = [0, 0, 0];
        const write = async (): Promise<void> => {
          for (const size of pieces) {
            const hasRoom = writer.write(new Uint8Array(size));
            written += size;
            most = Math.max(most, written - read);
            if (!hasRoom) await writer.drained();
          }
          writer.end();
        };
        const writing = write();
        for await (const chunk of writer.readable) {
          read += chunk.length;
          await new Promise(setImmediate);
        }
        await writing;
        assert.equal(read, written);
        // One piece beyond the mark, and one that the reader has in its hands.
        assert.ok(most <= HIGH_WATER_BYTES + 2 * Math.max(...pieces), `${most}`);
      }),
      { numRuns: 50 },
    );
  });

  test("tells who waits, and the application, that the reader wants no more", async () => {
    const reasons: unknown[] = [];
    const writer = new WebBodyWriter((reason) => void reasons.push(reason));
    writer.write(new Uint8Array(HIGH_WATER_BYTES));
    const waiting = writer.drained();
    const reason = new Error("enough");
    await writer.readable.cancel(reason);
    await waiting;
    assert.equal(writer.closed, true);
    assert.deepEqual(reasons, [reason]);
    writer.write("dropped");
    writer.end();
    writer.abort();
    assert.equal(await isSettled(writer.drained()), true);
  });

  test("has a reason where the reader gives none", async () => {
    const reasons: unknown[] = [];
    const writer = new WebBodyWriter((reason) => void reasons.push(reason));
    await writer.readable.cancel();
    assert.match(String(reasons[0]), /AbortError/);
  });

  test("fails its reader where it is cut off, and wakes who waits", async () => {
    const writer = makeWriter();
    writer.write(new Uint8Array(HIGH_WATER_BYTES));
    const waiting = writer.drained();
    writer.abort();
    await waiting;
    assert.equal(writer.closed, true);
    await assert.rejects(new Response(writer.readable).arrayBuffer(), { name: "AbortError" });
  });

  test("is complete after its end, whatever is called then", async () => {
    const writer = makeWriter();
    writer.write("a");
    writer.end();
    assert.equal(writer.closed, true);
    writer.write("b");
    writer.end();
    writer.abort();
    assert.equal(await new Response(writer.readable).text(), "a");
  });

  test("drops everything where there is no body", () => {
    const writer = makeWriter();
    writer.discard();
    assert.equal(writer.closed, true);
    writer.write(new Uint8Array(HIGH_WATER_BYTES * 2));
    writer.end();
  });
});
