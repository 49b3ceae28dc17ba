import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { SentBatches } from "./sent-batches.ts";

describe("batches", () => {
  test("give every text once and in order, with its number", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 150 }), { maxLength: 20 }), (steps) => {
        const batches = new SentBatches();
        const got: string[] = [];
        let added = 0;
        for (const count of [...steps, 0, ...steps.map(() => 0)]) {
          for (let at = 0; at < count; at++) batches.add(`${++added}`);
          const batch = batches.next();
          assert.equal(batch.first, got.length + 1);
          got.push(...batch.texts);
          batches.sent(batch);
          assert.equal(batches.hasWaiting, got.length < added);
        }
        assert.deepEqual(
          got,
          Array.from({ length: got.length }, (_, at) => `${at + 1}`),
        );
      }),
    );
  });

  test("that were sent not long ago are kept, in front of what waits", () => {
    const batches = new SentBatches();
    for (const text of ["a", "b"]) batches.add(text);
    batches.sent(batches.next());
    batches.add("c");
    assert.deepEqual(batches.next(), { first: 3, texts: ["c"] });
    assert.deepEqual(batches.everything(), { first: 1, texts: ["a", "b", "c"] });
  });

  test("are bounded, both what waits and what is kept", () => {
    const batches = new SentBatches();
    let taken = 0;
    while (batches.add("")) taken++;
    assert.equal(taken, 100_000);
    while (batches.hasWaiting) batches.sent(batches.next());
    assert.deepEqual(batches.everything().texts.length, 10_000);
    assert.equal(batches.everything().first, 90_001);
  });
});
