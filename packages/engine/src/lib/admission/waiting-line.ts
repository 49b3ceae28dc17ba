import type { RequestPriority } from "@armature/http";

/** A place in the line; it knows its neighbours, so that anyone can leave at any time. */
export class Ticket<T> {
  readonly holder: T;
  readonly priority: RequestPriority;
  /** When the holder came, in milliseconds of whatever clock its owner goes by. */
  readonly sinceMs: number;
  before: Ticket<T> | null = null;
  behind: Ticket<T> | null = null;

  constructor(holder: T, priority: RequestPriority, sinceMs: number) {
    this.holder = holder;
    this.priority = priority;
    this.sinceMs = sinceMs;
  }
}

/** Those of one priority, the longest waiting first. */
class Lane<T> {
  first: Ticket<T> | null = null;
  last: Ticket<T> | null = null;
  size = 0;

  push(ticket: Ticket<T>): void {
    this.size++;
    ticket.before = this.last;
    if (this.last === null) this.first = ticket;
    else this.last.behind = ticket;
    this.last = ticket;
  }

  remove({ before, behind }: Ticket<T>): void {
    this.size--;
    if (before === null) this.first = behind;
    else before.behind = behind;
    if (behind === null) this.last = before;
    else behind.before = before;
  }
}

/** The order in which those who wait are called. */
const ORDER = ["high", "normal", "low"] as const satisfies readonly RequestPriority[];

/** A line in which the higher priority goes first, and among equals who came first. */
export class WaitingLine<T> {
  /** How many wait. */
  size = 0;
  readonly #lanes: Readonly<Record<RequestPriority, Lane<T>>> = {
    high: new Lane(),
    normal: new Lane(),
    low: new Lane(),
  };

  /** The one whose turn it is. */
  get first(): Ticket<T> | null {
    return this.#lanes.high.first ?? this.#lanes.normal.first ?? this.#lanes.low.first;
  }

  /** The one who waits longest among those of a priority. */
  oldest(priority: RequestPriority): Ticket<T> | null {
    return this.#lanes[priority].first;
  }

  /** How many are called before one of a priority who comes now. */
  ahead(priority: RequestPriority): number {
    const { high, normal } = this.#lanes;
    if (priority === "low") return this.size;
    return priority === "normal" ? high.size + normal.size : high.size;
  }

  /** The one who came last among those of the lowest priority below this one. */
  lastBelow(priority: RequestPriority): Ticket<T> | null {
    for (const lower of ORDER.toReversed()) {
      if (lower === priority) return null;
      const { last } = this.#lanes[lower];
      if (last !== null) return last;
    }
    return null;
  }

  push(ticket: Ticket<T>): void {
    this.size++;
    this.#lanes[ticket.priority].push(ticket);
  }

  /** Takes out one who is in the line, wherever that is. */
  remove(ticket: Ticket<T>): void {
    this.size--;
    this.#lanes[ticket.priority].remove(ticket);
  }
}
