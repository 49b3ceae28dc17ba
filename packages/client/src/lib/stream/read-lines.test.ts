import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readLines } from "./read-lines.ts";

async function collect(body: ReadableStream<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(body, new AbortController().signal)) lines.push(line);
  return lines;
}

/** A body that arrives in these very pieces. */
function inPieces(bytes: Uint8Array, lengths: readonly number[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      let at = 0;
      for (const length of lengths) {
        controller.enqueue(bytes.slice(at, at + length));
        at += length;
      }
      controller.enqueue(bytes.slice(at));
      controller.close();
    },
  });
}

const utf8 = new TextEncoder();

test("lines of all ends; the last needs none, and a byte order mark is no text", async () => {
  assert.deepEqual(await collect(inPieces(utf8.encode("\ufeffa\nb\r\nc\rd"), [])), ["a", "b", "c", "d"]);
  assert.deepEqual(await collect(inPieces(utf8.encode("\n\na\n"), [])), ["", "", "a"]);
  assert.deepEqual(await collect(inPieces(new Uint8Array(), [])), []);
  assert.deepEqual(await collect(inPieces(new Uint8Array([0x61, 0xff, 0x0a]), [])), ["a\ufffd"]);
});

test("characters and line ends may be split between pieces", async () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n\ufeff]/g, ""));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.array(fc.nat(5)),
      async (lines, end, lengths) => {
        const bytes = utf8.encode(lines.map((one) => one + end).join(""));
        const read = await collect(inPieces(bytes, lengths));
        assert.deepEqual(read, lines);
      },
    ),
  );
});

test("who leaves early cancels the body", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(utf8.encode("a\n")),
    cancel: () => void (cancelled = true),
  });
  for await (const line of readLines(body, new AbortController().signal)) if (line === "a") break;
  assert.equal(cancelled, true);
});
