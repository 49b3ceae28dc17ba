import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { flatMapAll, partly } from "./flat-map-all.ts";

/** A number is a result, a string a failure, a list is mapped by itself. */
type Tree = number | string | readonly Tree[];

function flatten(tree: Tree): readonly number[] {
  if (typeof tree === "number") return [tree];
  if (typeof tree === "string") throw new Error(tree);
  return flatMapAll(tree, flatten);
}

function leavesOf(tree: Tree): readonly (number | string)[] {
  return typeof tree === "object" ? tree.flatMap(leavesOf) : [tree];
}

const { trees } = fc.letrec<{ trees: Tree; lists: readonly Tree[] }>((tie) => ({
  trees: fc.oneof({ maxDepth: 4 }, fc.nat(9), fc.constantFrom("a", "b"), tie("lists")),
  lists: fc.array(tie("trees"), { maxLength: 4 }),
}));

describe("flatMapAll", () => {
  test("maps to the end, and throws all that was thrown, in order, from any depth", () => {
    fc.assert(
      fc.property(fc.array(trees, { maxLength: 5 }), (tree) => {
        const leaves = leavesOf(tree);
        const failures = leaves.filter((leaf) => typeof leaf === "string");
        const { results, errors } = partly(() => flatten(tree));
        assert.deepEqual(
          results,
          leaves.filter((leaf) => typeof leaf === "number"),
        );
        assert.deepEqual(
          errors.map((error) => (error as Error).message),
          failures,
        );
        if (failures.length === 0) assert.deepEqual(flatten(tree), results);
        else assert.throws(() => flatten(tree), AggregateError);
      }),
    );
  });
});

describe("partly", () => {
  test("has no results where something else than a list failed", () => {
    const failure = new AggregateError([1], "of somebody else");
    const run = (): never => {
      throw failure;
    };
    assert.deepEqual(partly(run), { results: [], errors: [failure] });
  });
});
