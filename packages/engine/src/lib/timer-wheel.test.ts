import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { TimerWheel, WheelEntry } from "./timer-wheel.ts";

/** Notes when it was due. */
class Note extends WheelEntry {
  readonly times: number[] = [];
  /** How often the wheel compared its time. */
  reads = 0;
  #dueMs = Infinity;

  constructor() {
    super();
    Object.defineProperty(this, "dueMs", {
      get: () => (this.reads++, this.#dueMs),
      set: (ms: number) => {
        this.#dueMs = ms;
      },
    });
  }

  due(nowMs: number): void {
    this.times.push(nowMs);
  }
}

type Step =
  | { readonly kind: "schedule"; readonly entry: number; readonly inMs: number }
  | { readonly kind: "cancel"; readonly entry: number }
  | { readonly kind: "pass"; readonly ms: number };

const ENTRIES = 6;
const TICK_MS = 10;
const entry = fc.nat(ENTRIES - 1);
/** Near, about as far as the wheel is long, beyond it, and past. */
const delay = fc.oneof(
  fc.nat(200),
  fc.integer({ min: 5_000, max: 5_300 }),
  fc.nat(60_000),
  fc.constant(-50),
  fc.constant(Infinity),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("schedule" as const), entry, inMs: delay }),
  fc.record({ kind: fc.constant("cancel" as const), entry }),
  fc.record({
    kind: fc.constant("pass" as const),
    ms: fc.oneof(fc.nat(35), fc.nat(6_000), fc.nat(100_000)),
  }),
);

/** A wheel and a plain list of deadlines, side by side. */
class Both {
  readonly notes: readonly Note[] = Array.from({ length: ENTRIES }, () => new Note());
  /** When each entry was due, by the list. */
  readonly expected: readonly number[][] = this.notes.map(() => []);
  readonly #deadlines: number[] = this.notes.map(() => Infinity);
  readonly #startMs: number;
  readonly #wheel: TimerWheel;
  #nowMs: number;

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#wheel = new TimerWheel(TICK_MS, startMs);
  }

  take(next: Step): void {
    if (next.kind === "pass") return this.#pass(next.ms);
    const note = this.notes[next.entry] as Note; // an entry is one of ENTRIES
    const dueMs = next.kind === "cancel" ? Infinity : this.#nowMs + next.inMs;
    this.#deadlines[next.entry] = dueMs;
    if (next.kind === "cancel") this.#wheel.cancel(note);
    else this.#wheel.schedule(note, dueMs);
  }

  #pass(ms: number): void {
    const before = Math.floor(this.#ticks(this.#nowMs));
    this.#nowMs += ms;
    const tick = Math.floor(this.#ticks(this.#nowMs));
    this.#wheel.turn(this.#nowMs);
    // What is overdue when it is scheduled waits for the next tick, like everything else.
    if (tick > before) for (const at of this.notes.keys()) this.#expect(at, tick);
  }

  #expect(at: number, tick: number): void {
    if (Math.ceil(this.#ticks(this.#deadlines[at] ?? Infinity)) > tick) return;
    this.expected[at]?.push(this.#nowMs);
    this.#deadlines[at] = Infinity;
  }

  #ticks(ms: number): number {
    return (ms - this.#startMs) / TICK_MS;
  }
}

test("entries are due as in a list that is read as a whole, in the first tick behind their time", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(1_000_000), (steps, startMs) => {
      const both = new Both(startMs);
      for (const each of steps) both.take(each);
      assert.deepEqual(
        both.notes.map(({ times }) => times),
        both.expected,
      );
    }),
    { numRuns: 500 },
  );
});

test("a turn reads no entry that is not due", () => {
  const wheel = new TimerWheel(10, 0);
  const far = Array.from({ length: 1_000 }, () => new Note());
  for (const [at, note] of far.entries()) wheel.schedule(note, 4_000 + at);
  const near = new Note();
  wheel.schedule(near, 15);
  for (const note of far) note.reads = 0;
  for (let now = 0; now <= 3_990; now += 10) wheel.turn(now);
  assert.deepEqual(near.times, [20]);
  assert.equal(
    far.reduce((sum, { reads }) => sum + reads, 0),
    0,
  );
});

test("an entry that moves on and on is linked again only when its slot comes", () => {
  const wheel = new TimerWheel(10, 0);
  const note = new Note();
  wheel.schedule(note, 1_000);
  const { tick } = note;
  for (let ms = 1_001; ms < 1_500; ms++) wheel.schedule(note, ms);
  assert.equal(note.tick, tick);
  wheel.turn(1_000);
  assert.deepEqual(note.times, []);
  assert.notEqual(note.tick, tick);
  wheel.turn(1_500);
  assert.deepEqual(note.times, [1_500]);
});

test("entries may schedule and cancel each other while they are due", () => {
  const wheel = new TimerWheel(10, 0);
  const other = new Note();
  const again = new (class extends Note {
    override due(nowMs: number): void {
      super.due(nowMs);
      wheel.cancel(other);
      if (nowMs < 100) wheel.schedule(this, nowMs);
    }
  })();
  // The one that was linked last is read first.
  wheel.schedule(other, 20);
  wheel.schedule(again, 20);
  for (let now = 0; now <= 200; now += 10) wheel.turn(now);
  assert.deepEqual(again.times, [20, 30, 40, 50, 60, 70, 80, 90, 100]);
  assert.deepEqual(other.times, []);
});

test("a wheel that was not turned for long calls everything once", () => {
  const wheel = new TimerWheel(10, 0);
  const notes = Array.from({ length: 600 }, () => new Note());
  for (const [at, note] of notes.entries()) wheel.schedule(note, at * 10);
  wheel.turn(10 ** 12);
  for (const { times } of notes) assert.deepEqual(times, [10 ** 12]);
});
