import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type NativeSockets, SEND_WORDS } from "./binding.ts";
import { GatheredWrites } from "./gathered-writes.ts";

/** What was sent in one call. */
interface Sent {
  readonly slots: readonly number[];
  readonly pieces: readonly string[];
}

/** Sockets that take what `taken` says of each piece, by default all. */
function bench(taken: (slot: number, piece: string) => number = (_, piece) => piece.length) {
  const calls: Sent[] = [];
  const told: unknown[] = [];
  let known = true;
  const sendBatch: NativeSockets["sendBatch"] = (text, length, sends, words) => {
    assert.equal(length, text.length);
    const slots: number[] = [];
    const pieces: string[] = [];
    let start = 0;
    let heldUp = 0;
    for (let at = 0; at < words; at += SEND_WORDS) {
      const [slot = 0, size = 0] = sends.subarray(at, at + 2);
      const piece = text.slice(start, start + size);
      start += size;
      slots.push(slot);
      pieces.push(piece);
      sends[at + 2] = taken(slot, piece);
      if (sends[at + 2] !== size) heldUp++;
    }
    assert.equal(start, length);
    calls.push({ slots, pieces });
    return known ? heldUp : -1;
  };
  const sockets = { sendBatch } as unknown as NativeSockets; // nothing else is called
  const writes = new GatheredWrites(sockets, {
    heldUp: (slot, text, sent) => void told.push([slot, text, sent]),
    lost: (slot) => void told.push(slot),
  });
  const forget = (): void => {
    known = false;
  };
  return { writes, calls, told, forget };
}

describe("gathered writes", () => {
  test("what is written in a batch leaves in one call at its end, in order", () => {
    const { writes, calls, told } = bench();
    writes.beginBatch();
    const before = writes.round;
    assert.ok(writes.add(3, "abc"));
    assert.ok(writes.add(1, "d"));
    assert.ok(writes.add(3, "ef"));
    writes.endBatch();
    // A batch that goes on into another millisecond is sent in parts.
    assert.deepEqual(
      calls.flatMap(({ slots }) => slots),
      [3, 1, 3],
    );
    assert.deepEqual(
      calls.flatMap(({ pieces }) => pieces),
      ["abc", "d", "ef"],
    );
    assert.ok(writes.round > before);
    assert.deepEqual(told, []);
    writes.endBatch();
    assert.equal(calls.flatMap(({ slots }) => slots).length, 3);
  });

  test("what is written behind batches leaves at the end of the turn", async () => {
    const { writes, calls } = bench();
    writes.add(1, "a");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(calls, [{ slots: [1], pieces: ["a"] }]);
  });

  test("long texts are not taken, and so much is sent without waiting for more", () => {
    const { writes, calls } = bench();
    writes.beginBatch();
    assert.equal(writes.add(1, "x".repeat(16 * 1024 + 1)), false);
    for (let at = 0; at < 5000; at++) writes.add(at, "x".repeat(1000));
    assert.ok(calls.length >= 19, `${calls.length} calls`);
    assert.ok(calls.every(({ pieces }) => pieces.join("").length < 256 * 1024 + 1000));
    writes.endBatch();
    assert.deepEqual(
      calls.flatMap(({ slots }) => slots),
      Array.from({ length: 5000 }, (_, at) => at),
    );
  });

  test("who was not sent whole is told, and may write meanwhile", () => {
    const results: Record<number, number> = { 2: 1, 4: -32 };
    const { writes, calls, told } = bench((slot, piece) => results[slot] ?? piece.length);
    writes.beginBatch();
    for (const slot of [1, 2, 3, 4]) writes.add(slot, `of ${slot}`);
    writes.endBatch();
    assert.deepEqual(told, [
      [2, "of 2", 1],
      [4, "of 4", -32],
    ]);
    assert.deepEqual(
      calls.flatMap(({ slots }) => slots),
      [1, 2, 3, 4],
    );
  });

  test("where it is not known what was sent, all connections are lost", () => {
    const { writes, told, forget } = bench();
    forget();
    writes.beginBatch();
    writes.add(1, "a");
    writes.add(2, "b");
    writes.endBatch();
    assert.deepEqual(told, [1, 2]);
  });
});
