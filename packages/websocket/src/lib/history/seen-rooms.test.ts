import assert from "node:assert/strict";
import { test } from "node:test";
import { SeenRooms } from "./seen-rooms.ts";

/** How many of so many rooms with such names are known, when a member has said that it has seen them. */
function known(count: number, nameLength: number): number {
  const seen = new SeenRooms();
  const names = Array.from({ length: count }, (_, at) => `${at}`.padEnd(nameLength));
  for (const name of names) seen.set(name, "x-1");
  return names.filter((name) => seen.take(name) !== null).length;
}

test("what a member says that it has seen is bounded, by rooms and by their names", () => {
  assert.equal(known(1_500, 10), 1_000);
  assert.equal(known(1_000, 10_000), 104);
});

test("a room that is taken makes room, and one that is told again takes none", () => {
  const seen = new SeenRooms();
  const name = "x".repeat(1024 * 1024);
  seen.set(name, "x-1");
  seen.set(name, "x-2");
  seen.set("y", "x-1");
  assert.equal(seen.take("y"), null);
  assert.equal(seen.take(name), "x-2");
  assert.equal(seen.take(name), null);
  seen.set("y", "x-1");
  assert.equal(seen.take("y"), "x-1");
});
