import assert from "node:assert/strict";
import { test } from "node:test";
import { Output, type OutputTarget } from "./output.ts";

/** Keeps each write: one piece, or several at once. */
class Recorder implements OutputTarget {
  readonly writes: (readonly (string | Uint8Array)[])[] = [];

  write(data: string | Uint8Array): void {
    this.writes.push([data]);
  }

  writeAll(pieces: readonly (string | Uint8Array)[]): void {
    this.writes.push(pieces);
  }
}

function flush(output: Output): Recorder {
  const target = new Recorder();
  output.flush(target);
  return target;
}

/** What an output writes, each write as text. */
function flushed(output: Output): string[] {
  const { size } = output;
  const texts = flush(output).writes.map(
    (pieces) => pieces.map((piece) => Buffer.from(piece as string, "latin1").toString("latin1")).join(""), // both kinds are taken
  );
  assert.equal(texts.join("").length, size);
  assert.equal(output.size, 0);
  return texts;
}

test("text and small bytes leave in one write", () => {
  const output = new Output();
  assert.deepEqual(flushed(output), []);
  output.addLatin1("a\xe9");
  output.addBytes(Uint8Array.of(0, 0x80, 0xff));
  output.addLatin1("b");
  assert.deepEqual(flushed(output), ["a\xe9\0\x80\xffb"]);
  assert.deepEqual(flushed(output), []);
});

test("small bytes are copied when they are given", () => {
  const output = new Output();
  const bytes = Buffer.from("xabcx").subarray(1, 4);
  output.addBytes(bytes);
  bytes.fill("z");
  assert.deepEqual(flushed(output), ["abc"]);
});

test("large bytes keep their place, are not copied, and leave in one write with the rest", () => {
  const output = new Output();
  const large = new Uint8Array(20_000).fill(0x61);
  output.addLatin1("head");
  output.addBytes(large);
  output.addBytes(large);
  output.addLatin1("tail");
  const { writes } = flush(output);
  assert.deepEqual(writes, [["head", large, large, "tail"]]);
  assert.equal(writes[0]?.[1], large);
});

test("an output takes all of another one, in order", () => {
  const one = new Output();
  const other = new Output();
  const large = new Uint8Array(20_000).fill(0x61);
  one.addLatin1("1");
  other.addLatin1("2");
  other.addBytes(large);
  other.addLatin1("3");
  one.take(other);
  assert.equal(one.size, 20_003);
  assert.equal(other.size, 0);
  assert.equal(flushed(one).join(""), `12${"a".repeat(20_000)}3`);
  assert.deepEqual(flushed(other), []);
});
