import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { noiseOf } from "./noise.ts";

suite("noise", () => {
  const row = { name: "armature", figures: { "CPU us": { median: 10, min: 9.5, max: 10.5 } } };

  test("is nothing on a quiet machine", () => {
    assert.deepEqual(noiseOf([row], 0.02), []);
  });

  test("names busy neighbours and rounds that lie apart", () => {
    const wide = { name: "hono", figures: { "CPU us": { median: 10, min: 6, max: 14 } } };
    const notes = noiseOf([row, wide], 1.4);
    assert.match(notes[0] ?? "", /1\.40 cores/);
    assert.match(notes[1] ?? "", /hono lie ±40 %/);
    assert.equal(notes.length, 2);
  });
});
