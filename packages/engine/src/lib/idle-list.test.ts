import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { IdleList, type Idler } from "./idle-list.ts";

class Someone implements Idler {
  readonly name: number;
  isIdle = true;
  idleIn: IdleList | null = null;
  idleSinceMs = 0;
  idlePrevious: Idler | null = null;
  idleNext: Idler | null = null;

  constructor(name: number) {
    this.name = name;
  }

  close(): void {
    this.isIdle = false;
  }

  cull(): void {
    this.close();
  }
}

function people(count: number): Someone[] {
  return Array.from({ length: count }, (_, at) => new Someone(at));
}

/** Takes all that have been idle for a time, in order. */
function takeAll(list: IdleList, leastMs: number): number[] {
  const names: number[] = [];
  for (let one = list.longest(leastMs); one !== null; one = list.longest(leastMs)) {
    names.push((one as Someone).name); // the only idlers here
    one.close();
  }
  return names;
}

type Step =
  | { readonly kind: "idle" | "work" | "remove"; readonly who: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "take"; readonly leastMs: number };

const COUNT = 5;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("idle" as const, "work" as const, "remove" as const),
    who: fc.nat(COUNT - 1),
  }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(10) }),
  fc.record({ kind: fc.constant("take" as const), leastMs: fc.nat(20) }),
);

/** A list, and a table that is sorted each time it is asked. */
class Both {
  readonly list: IdleList = new IdleList();
  readonly #everyone = people(COUNT);
  /** Since when each one is idle, and which came first within a tick. */
  readonly #table = new Map<Someone, { readonly since: number; readonly order: number }>();
  #order = 0;

  take(next: Step): void {
    if (next.kind === "pass") this.list.nowMs += next.ms;
    else if (next.kind === "take") this.#compare(next.leastMs);
    else this.#change(next.kind, this.#everyone[next.who] as Someone); // who is one of COUNT
  }

  #change(kind: "idle" | "work" | "remove", one: Someone): void {
    one.isIdle = kind === "idle";
    if (kind === "remove") one.idleIn?.remove(one);
    if (kind !== "idle") return;
    const since = this.list.nowMs;
    // Within one tick a connection keeps its place.
    const stays = this.#table.get(one)?.since === since && one.idleIn === this.list;
    if (!stays) this.#table.set(one, { since, order: this.#order++ });
    this.list.add(one);
  }

  #compare(leastMs: number): void {
    const due = [...this.#table]
      .filter(([one, { since }]) => one.isIdle && this.list.nowMs - since >= leastMs)
      .toSorted(([, a], [, b]) => a.since - b.since || a.order - b.order)
      .map(([{ name }]) => name);
    assert.deepEqual(takeAll(this.list, leastMs), due);
  }
}

test("those that are idle longest come first, as in a table that is sorted each time", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const both = new Both();
      for (const each of steps) both.take(each);
    }),
    { numRuns: 1_000 },
  );
});

test("a connection moves from one list to another", () => {
  const fresh = new IdleList();
  const idle = new IdleList();
  const [one, two] = people(2) as [Someone, Someone];
  fresh.add(one);
  fresh.add(two);
  idle.add(one);
  assert.deepEqual([takeAll(fresh, 0), takeAll(idle, 0)], [[1], [0]]);
});

test("one that works is passed over, and taken out", () => {
  const list = new IdleList();
  const [one, two] = people(2) as [Someone, Someone];
  list.add(one);
  list.add(two);
  one.isIdle = false;
  assert.equal(list.longest(0), two);
  assert.equal(one.idleIn, null);
  one.isIdle = true;
  list.add(one);
  assert.deepEqual(takeAll(list, 0), [1, 0]);
});

test("within one tick a connection is not moved again", () => {
  const list = new IdleList();
  const [one, two] = people(2) as [Someone, Someone];
  list.add(one);
  list.add(two);
  list.add(one);
  assert.equal(list.longest(0), one);
  list.nowMs = 1;
  list.add(one);
  assert.equal(list.longest(0), two);
});
