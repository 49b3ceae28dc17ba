import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toEncoded } from "./encode-event.ts";
import { EventQueue } from "./event-queue.ts";

function createQueue(highWaterBytes = 10) {
  const left: string[] = [];
  const queue = new EventQueue(highWaterBytes, () => left.push("left"));
  return { queue, left, push: (text: string) => queue.push(toEncoded(text)) };
}

const given = (value: string) => ({ done: false, value });
const done = { done: true, value: undefined };

describe("a queue of events", () => {
  test("gives all there are at once", async () => {
    const { queue, push } = createQueue();
    push("a");
    push("b");
    assert.equal(queue.bytes, 2);
    assert.deepEqual(await queue.next(), given("ab"));
    assert.equal(queue.bytes, 0);
  });

  test("gives an event to who waits for it", async () => {
    const { queue, push } = createQueue();
    const next = queue.next();
    push("a");
    assert.deepEqual(await next, given("a"));
  });

  test("ends behind what waits, and takes nothing more", async () => {
    const { queue, push } = createQueue();
    push("a");
    queue.end();
    push("b");
    assert.deepEqual(await queue.next(), given("a"));
    assert.deepEqual(await queue.next(), done);
    assert.equal(queue.closed, true);
  });

  test("ends who waits", async () => {
    const { queue } = createQueue();
    const next = queue.next();
    queue.end();
    assert.deepEqual(await next, done);
  });

  test("fails behind what waits, once", async () => {
    const { queue, push } = createQueue();
    push("a");
    queue.fail(new Error("broken"));
    assert.deepEqual(await queue.next(), given("a"));
    await assert.rejects(queue.next(), /broken/);
    assert.deepEqual(await queue.next(), done);
  });

  test("fails who waits", async () => {
    const { queue } = createQueue();
    const next = queue.next();
    queue.fail(new Error("broken"));
    await assert.rejects(next, /broken/);
  });

  test("has room again when what waits is taken", async () => {
    const { queue, push } = createQueue(3);
    push("ab");
    assert.equal(queue.isFull, false);
    await queue.drained();
    push("c");
    assert.equal(queue.isFull, true);
    const drained = queue.drained();
    await queue.next();
    await drained;
    assert.equal(queue.isFull, false);
  });

  for (const way of ["end", "return"] as const) {
    test(`lets nobody wait for room behind ${way}`, async () => {
      const { queue, push } = createQueue(1);
      push("abc");
      const drained = queue.drained();
      void queue[way]();
      await drained;
      await queue.drained();
    });
  }

  test("drops what waits where nobody wants it, and says so once", async () => {
    const { queue, push, left } = createQueue();
    push("a");
    await queue.return();
    await queue.return();
    assert.deepEqual(left, ["left"]);
    assert.deepEqual(await queue.next(), done);
    assert.equal(queue.bytes, 0);
  });

  test("that has ended still tells when its taker leaves", async () => {
    const { queue, push, left } = createQueue();
    push("a");
    queue.end();
    await queue.return();
    assert.deepEqual(left, ["left"]);
  });
});
