import { DiError } from "../fault/di-error.ts";

/**
 * A value that is awaited.
 *
 * A class of its own instead of the promise of the value: a value that is a promise or has a `then` method is told apart from
 * one that is not there yet, and nothing unwraps it on the way.
 */
export class Pending {
  /** The value, once `done` has resolved. */
  value: unknown = undefined;
  /** Resolves when `value` is there. */
  readonly done: Promise<void>;
  readonly label: string;
  readonly #waitsFor: Set<Pending> = new Set();

  /** Runs `work` at once; what its promise resolves to is nothing, it sets `value`. */
  constructor(label: string, work: (self: Pending) => Promise<void>) {
    this.label = label;
    this.done = work(this);
    // Whoever needs the value sees the failure through a promise of their own.
    this.done.catch(ignore);
  }

  /** Whether it waits for others, and is not itself what takes time. */
  get waits(): boolean {
    return this.#waitsFor.size > 0;
  }

  /** The value as a promise for callers outside. */
  async toPromise(): Promise<unknown> {
    await this.done;
    return this.value;
  }

  /**
   * Waits until others are there.
   * @throws DiError `E_DI_CYCLE` where one of them waits for this one, which would be for ever
   */
  async waitFor(others: readonly Pending[]): Promise<void> {
    for (const other of others) {
      if (other.#reaches(this)) throw cycleOfWaiting(this, other);
      this.#waitsFor.add(other);
    }
    await Promise.all(others.map((other) => other.done));
    this.#waitsFor.clear();
  }

  #reaches(goal: Pending): boolean {
    if (this === goal) return true;
    for (const next of this.#waitsFor) if (next.#reaches(goal)) return true;
    return false;
  }
}

/** The value, once it is there. */
export function settled(value: unknown): unknown {
  return value instanceof Pending ? value.value : value;
}

/** Those that are not there yet. */
export function pendingOf(values: readonly unknown[]): Pending[] {
  return values.filter((value) => value instanceof Pending);
}

/** A list whose values may be awaited; itself awaited where one of them is. */
export function gatherValues(label: string, values: readonly unknown[]): unknown {
  const waiting = pendingOf(values);
  if (waiting.length === 0) return values;
  return new Pending(label, async (self) => {
    await self.waitFor(waiting);
    self.value = values.map(settled);
  });
}

function ignore(): void {}

function cycleOfWaiting(one: Pending, other: Pending): DiError {
  return new DiError(
    "E_DI_CYCLE",
    `${one.label} cannot be built before itself: ${one.label} > ${other.label} > ... > ${one.label}. ` +
      "Inject one of them lazily, or move what both need into a third provider.",
  );
}
