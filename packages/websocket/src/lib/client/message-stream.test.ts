import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_UNREAD, MessageStream } from "./message-stream.ts";

function create() {
  let left = 0;
  return { stream: new MessageStream<number>(() => left++), left: () => left };
}

test("messages come in order, those that waited and those that are waited for", async () => {
  const { stream } = create();
  stream.push(0);
  stream.push(1);
  const seen: number[] = [];
  setTimeout(() => {
    stream.push(2);
    stream.end();
    stream.push(3);
  }, 5);
  for await (const message of stream) seen.push(message);
  assert.deepEqual(seen, [0, 1, 2]);
});

test("who leaves a loop gets nothing more", async () => {
  const { stream, left } = create();
  stream.push(1);
  stream.push(2);
  for await (const message of stream) if (message === 1) break;
  assert.equal(left(), 1);
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
});

test("a loop that is too far behind ends with an error, behind what there was room for", async () => {
  const { stream, left } = create();
  for (let message = 0; message <= MAX_UNREAD; message++) stream.push(message);
  assert.equal(left(), 1);
  let count = 0;
  await assert.rejects(
    async () => {
      for await (const _message of stream) count++;
    },
    { code: "E_SOCKET_UNREAD" },
  );
  assert.equal(count, MAX_UNREAD);
});
