const SLOTS = 512;
const MASK = SLOTS - 1;

/** Not linked anywhere. */
const NOWHERE = -1;

/** Something that has a deadline now and then: a link of the wheel's lists, so that a deadline allocates nothing. */
export abstract class WheelEntry {
  /** When it is due, in milliseconds of `performance.now()`; `Infinity` where it is not. Set by the wheel. */
  dueMs: number = Infinity;
  /** The tick in whose slot it is linked. Set by the wheel. */
  tick: number = NOWHERE;
  /** Its neighbours in the slot. Set by the wheel. */
  previous: WheelEntry | null = null;
  next: WheelEntry | null = null;

  /** Its time has come; it is not linked any more, and may be scheduled again. Must not throw. */
  abstract due(nowMs: number): void;
}

/**
 * A hashed wheel of coarse deadlines: none is early, and none later than two ticks after its time.
 *
 * Entries are moved lazily. A later deadline is noted and costs a store; when the slot of the earlier one comes, the entry
 * is linked again. An earlier one is linked at once. A turn reads the slots whose time has come and no others, whatever the number
 * of entries; one that lies farther ahead than the wheel is long is read once for each revolution.
 */
export class TimerWheel {
  /** Milliseconds between two slots. */
  readonly tickMs: number;
  readonly #originMs: number;
  readonly #slots: (WheelEntry | null)[] = Array.from({ length: SLOTS }, () => null);
  /** The slot that was read last, counted from the start. */
  #tick = 0;

  constructor(tickMs: number, nowMs: number) {
    this.tickMs = tickMs;
    this.#originMs = nowMs;
  }

  /** Sets the deadline of an entry, in place of the one that it has. */
  schedule(entry: WheelEntry, dueMs: number): void {
    const later = entry.tick !== NOWHERE && dueMs >= entry.dueMs;
    entry.dueMs = dueMs;
    if (later) return;
    this.#unlink(entry);
    if (dueMs < Infinity) this.#link(entry);
  }

  /** Forgets the deadline of an entry. */
  cancel(entry: WheelEntry): void {
    entry.dueMs = Infinity;
    this.#unlink(entry);
  }

  /** Calls what is due. */
  turn(nowMs: number): void {
    const nowTick = Math.floor((nowMs - this.#originMs) / this.tickMs);
    // After a long pause each slot is read once.
    this.#tick = Math.max(this.#tick, nowTick - SLOTS);
    while (this.#tick < nowTick) {
      this.#tick++;
      this.#readSlot(nowMs);
    }
  }

  /** Nothing is linked into the slot that is read, so this ends. */
  #readSlot(nowMs: number): void {
    const slot = this.#tick & MASK;
    for (let entry = this.#slots[slot]; entry; entry = this.#slots[slot]) {
      this.#unlink(entry);
      if (entry.dueMs <= nowMs) {
        entry.dueMs = Infinity;
        entry.due(nowMs);
      } else if (entry.dueMs < Infinity) {
        this.#link(entry);
      }
    }
  }

  #link(entry: WheelEntry): void {
    const wanted = Math.ceil((entry.dueMs - this.#originMs) / this.tickMs);
    const tick = Math.min(Math.max(wanted, this.#tick + 1), this.#tick + MASK);
    const first = this.#slots[tick & MASK] ?? null;
    entry.tick = tick;
    entry.next = first;
    if (first !== null) first.previous = entry;
    this.#slots[tick & MASK] = entry;
  }

  #unlink(entry: WheelEntry): void {
    if (entry.tick === NOWHERE) return;
    const { previous, next } = entry;
    if (previous === null) this.#slots[entry.tick & MASK] = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    entry.previous = null;
    entry.next = null;
    entry.tick = NOWHERE;
  }
}
