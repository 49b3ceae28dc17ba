import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestPriority } from "@armature/http";
import * as fc from "fast-check";
import { Ticket, WaitingLine } from "./waiting-line.ts";

const RANKS: Readonly<Record<RequestPriority, number>> = { high: 0, normal: 1, low: 2 };
const priority = fc.constantFrom<RequestPriority>("high", "normal", "low");

test("a line calls by priority, then by arrival, whoever leaves in between", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(priority, fc.option(fc.nat()))), (steps) => {
      const line = new WaitingLine<number>();
      const model: Ticket<number>[] = [];
      for (const [at, [rank, leaving]] of steps.entries()) {
        const ticket = new Ticket(at, rank, at);
        line.push(ticket);
        model.push(ticket);
        if (leaving !== null) {
          const [left] = model.splice(leaving % model.length, 1);
          if (left !== undefined) line.remove(left);
        }
        assert.equal(line.size, model.length);
      }
      const expected = model.toSorted((a, b) => RANKS[a.priority] - RANKS[b.priority] || a.holder - b.holder);
      const called: number[] = [];
      for (let { first } = line; first !== null; { first } = line) {
        assert.equal(line.oldest(first.priority), first);
        line.remove(first);
        called.push(first.holder);
      }
      assert.deepEqual(
        called,
        expected.map(({ holder }) => holder),
      );
    }),
  );
});

test("who comes last among the lowest gives its place to a higher one", () => {
  const line = new WaitingLine<string>();
  for (const [name, rank] of [
    ["a", "high"],
    ["b", "normal"],
    ["c", "normal"],
  ] as const)
    line.push(new Ticket(name, rank, 0));
  assert.equal(line.lastBelow("low"), null);
  assert.equal(line.lastBelow("normal"), null);
  assert.equal(line.lastBelow("high")?.holder, "c");
});
