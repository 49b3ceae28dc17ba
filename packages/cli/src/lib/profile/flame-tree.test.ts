import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { cpuTree, heapTree, hotFunctions, pruneTree } from "./flame-tree.ts";
import type { CallFrame } from "./recording.ts";

function frame(functionName: string, lineNumber = 0): CallFrame {
  return { functionName, url: functionName.startsWith("(") ? "" : "file:///app/main.js", lineNumber };
}

const PROFILE = {
  nodes: [
    { id: 1, callFrame: frame("(root)"), children: [2, 3, 5] },
    { id: 2, callFrame: frame("(idle)") },
    { id: 3, callFrame: frame("serve", 9), children: [4] },
    { id: 4, callFrame: frame("render", 19) },
    { id: 5, callFrame: frame("render", 19) },
  ],
  samples: [2, 3, 4, 4, 5],
  timeDeltas: [0, 5000, 1000, 2000, 3000],
};

suite("the tree of a CPU profile", () => {
  test("gives a sample the time until the next one, and leaves idling out", () => {
    const root = cpuTree(PROFILE);
    assert.equal(root.name, "(root)");
    assert.equal(root.total, 6);
    const [serve] = root.children;
    assert.deepEqual(
      [serve?.name, serve?.place, serve?.self, serve?.total],
      ["serve", "/app/main.js:10", 1, 6],
    );
    assert.deepEqual([serve?.children[0]?.name, serve?.children[0]?.self], ["render", 5]);
  });

  test("is empty where nothing was sampled", () => {
    assert.equal(cpuTree({ nodes: PROFILE.nodes }).total, 0);
  });

  test("adds a function up, whoever called it", () => {
    const deltas = { ...PROFILE, samples: [4, 5, 3, 3], timeDeltas: [0, 1000, 2000, 500] };
    assert.deepEqual(
      hotFunctions(cpuTree(deltas), 5).map(({ name, self }) => [name, self]),
      [
        ["render", 3],
        ["serve", 0.5],
      ],
    );
    assert.equal(hotFunctions(cpuTree(deltas), 1).length, 1);
  });
});

suite("the tree of a heap profile", () => {
  test("has the bytes of those below", () => {
    const leaf = { callFrame: frame("parse"), selfSize: 300, children: [] };
    const head = { callFrame: frame("(root)"), selfSize: 0, children: [leaf, { ...leaf, selfSize: 700 }] };
    const root = heapTree(head);
    assert.equal(root.total, 1000);
    assert.deepEqual(
      root.children.map(({ total }) => total),
      [700, 300],
    );
  });

  test("keeps its totals when the narrow is taken out", () => {
    const leaf = { callFrame: frame("parse"), selfSize: 1, children: [] };
    const head = { callFrame: frame("(root)"), selfSize: 0, children: [leaf, { ...leaf, selfSize: 99_999 }] };
    const pruned = pruneTree(heapTree(head));
    assert.equal(pruned.children.length, 1);
    assert.equal(pruned.total, 100_000);
  });
});
