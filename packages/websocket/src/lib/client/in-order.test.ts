import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { InOrder } from "./in-order.ts";

test("tasks run at once, unless one before them has to be waited for", async () => {
  const inOrder = new InOrder();
  const done: string[] = [];
  inOrder.run(() => void done.push("a"));
  assert.deepEqual(done, ["a"]);
  inOrder.run(async () => {
    await delay(5);
    done.push("b");
  });
  inOrder.run(() => void done.push("c"));
  inOrder.run(async () => {
    await delay(1);
    done.push("d");
  });
  assert.deepEqual(done, ["a"]);
  await new Promise<void>((resolve) => inOrder.run(() => resolve()));
  assert.deepEqual(done, ["a", "b", "c", "d"]);
  await delay(0);
  inOrder.run(() => void done.push("e"));
  assert.equal(done.at(-1), "e");
});
