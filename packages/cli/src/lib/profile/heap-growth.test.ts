import assert from "node:assert/strict";
import { test } from "node:test";
import { heapGrowth, type HeapSnapshot } from "./heap-growth.ts";

const TYPES = ["hidden", "string", "object"];

function snapshotOf(
  ...objects: readonly (readonly [type: string, name: string, bytes: number])[]
): HeapSnapshot {
  const strings = objects.map(([, name]) => name);
  return {
    snapshot: { meta: { node_fields: ["type", "name", "id", "self_size"], node_types: [TYPES, "string"] } },
    nodes: objects.flatMap(([type, , bytes], at) => [TYPES.indexOf(type), at, 7, bytes]),
    strings,
  };
}

test("what a heap has more of is listed by constructor, the most bytes first", () => {
  const before = snapshotOf(["object", "User", 40], ["object", "Gone", 40], ["string", "a", 16]);
  const after = snapshotOf(
    ["object", "User", 40],
    ["object", "User", 40],
    ["object", "Session", 100],
    ["string", "b", 16],
    ["string", "c", 24],
  );
  assert.deepEqual(heapGrowth(before, after, 10), [
    { name: "Session", kind: "object", count: 1, more: 1, moreBytes: 100 },
    { name: "User", kind: "object", count: 2, more: 1, moreBytes: 40 },
    { name: "(all)", kind: "string", count: 2, more: 1, moreBytes: 24 },
  ]);
  assert.equal(heapGrowth(before, after, 1).length, 1);
  assert.deepEqual(heapGrowth(after, after, 10), []);
});
