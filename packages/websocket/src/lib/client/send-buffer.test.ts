import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SendBuffer, type Unsent } from "./send-buffer.ts";

function create(whenFull: "drop-newest" | "drop-oldest") {
  const dropped: string[] = [];
  const buffer = new SendBuffer({ bufferBytes: 6, whenFull }, ({ text }) => dropped.push(text));
  const push = (text: string, request: number | null = null) => buffer.push({ text, request });
  const all = () => buffer.takeAll().map(({ text }: Unsent) => text);
  return { buffer, dropped, push, all };
}

describe("messages that wait", () => {
  test("are given in order, and counted in bytes", () => {
    const { buffer, push, all } = create("drop-newest");
    assert.deepEqual([push("a"), push("ü€")], [true, true]);
    assert.equal(buffer.bytes, 6);
    assert.deepEqual(all(), ["a", "ü€"]);
    assert.deepEqual([buffer.bytes, all()], [0, []]);
  });

  test("are not more than may, the newest lost", () => {
    const { dropped, push, all } = create("drop-newest");
    assert.deepEqual([push("aaa"), push("bbbb"), push("ccc")], [true, false, true]);
    assert.deepEqual([all(), dropped], [["aaa", "ccc"], []]);
  });

  test("are not more than may, the oldest lost", () => {
    const { dropped, push, all } = create("drop-oldest");
    assert.deepEqual([push("aaa"), push("bb"), push("cccc"), push("7 bytes")], [true, true, true, false]);
    assert.deepEqual([all(), dropped], [["bb", "cccc"], ["aaa"]]);
  });

  test("that were sent before come first, also where there is no room", () => {
    const { buffer, push, all } = create("drop-newest");
    push("aaaaa");
    buffer.unshift([{ text: "again", request: 1 }]);
    assert.equal(buffer.bytes, 10);
    assert.equal(push("b"), false);
    assert.deepEqual(all(), ["again", "aaaaa"]);
  });

  test("are taken out where nobody waits for their reply any more", () => {
    const { buffer, push, all } = create("drop-newest");
    push("aa", 1);
    push("bb", 2);
    buffer.remove(1);
    buffer.remove(3);
    assert.equal(buffer.bytes, 2);
    assert.deepEqual(all(), ["bb"]);
  });
});
