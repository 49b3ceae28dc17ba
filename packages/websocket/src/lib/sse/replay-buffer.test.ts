import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { toEncoded } from "./encode-event.ts";
import { ReplayBuffer } from "./replay-buffer.ts";

/** The events that a buffer keeps, as numbers and ids. */
function kept(buffer: ReplayBuffer): [number, string][] {
  const all: [number, string][] = [];
  for (let number = buffer.first; number <= buffer.last; number++)
    all.push([number, buffer.at(number)?.id ?? "lost"]);
  return all;
}

test("the last events are kept, as many as both limits allow", () => {
  const limits = fc.record({
    maxEvents: fc.integer({ min: 1, max: 8 }),
    maxBytes: fc.integer({ min: 1, max: 60 }),
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 });
  fc.assert(
    fc.property(limits, sizes, ({ maxEvents, maxBytes }, bytes) => {
      const buffer = new ReplayBuffer({ maxEvents, maxBytes });
      let model: { number: number; size: number }[] = [];
      for (const [at, size] of bytes.entries()) {
        buffer.add(`id-${at + 1}`, toEncoded("x".repeat(size)));
        model.push({ number: at + 1, size });
        const sum = (): number => model.reduce((total, one) => total + one.size, 0);
        while (model.length > 1 && (model.length > maxEvents || sum() > maxBytes)) model = model.slice(1);
        assert.deepEqual(
          kept(buffer),
          model.map(({ number }) => [number, `id-${number}`]),
        );
        assert.equal(buffer.bytes, sum());
        assert.equal(buffer.numberOf(`id-${at + 1}`), at + 1);
        assert.equal(buffer.numberOf(`id-${buffer.first - 1}`), null);
        assert.equal(buffer.at(buffer.first - 1), null);
        assert.equal(buffer.at(buffer.last + 1), null);
      }
    }),
  );
});

test("of two events with one id the later one is meant", () => {
  const buffer = new ReplayBuffer({ maxEvents: 2, maxBytes: 100 });
  for (const id of ["a", "a", "b"]) buffer.add(id, toEncoded(id));
  assert.equal(buffer.numberOf("a"), 2);
  buffer.add("c", toEncoded("c"));
  assert.equal(buffer.numberOf("a"), null);
});
