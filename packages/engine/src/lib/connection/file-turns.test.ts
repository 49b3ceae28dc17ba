import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { atFileTurn, atNextFileTurn, type FileTask } from "./file-turns.ts";

const KIB = 1024;

/** A file of so many steps of 256 KiB, which notes each of them. */
function file(name: string, steps: number, notes: string[]): FileTask {
  let done = 0;
  const task: FileTask = {
    step: () => {
      notes.push(name);
      if (++done < steps) atNextFileTurn(task);
      return 256 * KIB;
    },
  };
  return task;
}

/** A turn in which nothing is left of the share of earlier ones. */
async function freshTurn(): Promise<void> {
  for (let at = 0; at < 3; at++) await turn();
}

test("a file leaves at once, and others when the share of the turn is over", async () => {
  await freshTurn();
  const notes: string[] = [];
  for (const name of ["a", "b", "c", "d", "e", "f"]) atFileTurn(file(name, 1, notes));
  assert.deepEqual(notes, ["a", "b", "c", "d"]);
  await freshTurn();
  assert.deepEqual(notes, ["a", "b", "c", "d", "e", "f"]);
});

test("files take turns, however long they are, and everything else has its turn between", async () => {
  await freshTurn();
  const notes: string[] = [];
  for (const name of ["a", "b", "c", "d", "e", "f"]) atNextFileTurn(file(name, 4, notes));
  const counts: number[] = [];
  while (notes.length < 24) {
    await turn();
    counts.push(notes.length);
  }
  assert.ok(
    counts.every((count, at) => count - (counts[at - 1] ?? 0) <= 4),
    String(counts),
  );
  // Nobody has a step more before all others have had theirs.
  for (let at = 0; at < 24; at += 6)
    assert.deepEqual(notes.slice(at, at + 6).toSorted(), ["a", "b", "c", "d", "e", "f"]);
});
