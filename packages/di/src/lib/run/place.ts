import { disposeValue, type Disposal, isDisposable } from "./disposal.ts";
import { type Binding, EMPTY, type Made } from "../graph/graph-nodes.ts";
import type { Pending } from "./pending.ts";

/** Which instances a place notes: all (inside a singleton), those to dispose (in a scope), or none (outside). */
export type Keeping = "all" | "disposable" | "nothing";

/** Where instances are built: the slots of a request scope, and the instances that live and end with it. */
export class Place {
  /** Request-scoped values by the slot of their binding; `null` where there is no request. */
  readonly slots: unknown[] | null;
  /** Dependencies first. */
  readonly made: Made[] = [];
  /** What is being awaited in this place, or was. */
  readonly pending: Pending[] = [];
  /** Whether the request is over. */
  ended = false;
  readonly #keeping: Keeping;

  constructor(slots: unknown[] | null, keeping: Keeping) {
    this.slots = slots;
    this.#keeping = keeping;
  }

  /** Notes an instance that was built here. */
  adopt(binding: Binding, instance: unknown): void {
    if (this.#keeping === "all" || (this.#keeping === "disposable" && isOwned(binding, instance))) {
      this.made.push({ binding, instance });
    }
  }

  /** Notes what has to be over before this place can end. */
  track(pending: Pending): void {
    if (this.slots !== null) this.pending.push(pending);
  }
}

/** Outside of any request and any singleton: instances belong to the caller. */
export const NOWHERE: Place = new Place(null, "nothing");

/** A place with its own request-scoped values. */
export function createScopePlace(slots: number): Place {
  const values: unknown[] = [];
  for (let slot = 0; slot < slots; slot++) values.push(EMPTY);
  return new Place(values, "disposable");
}

/** Whether there is something to do when an instance ends. */
function isOwned(binding: Binding, instance: unknown): boolean {
  const { recipe } = binding;
  if (recipe.kind !== "factory") return binding.disposable;
  if (recipe.dispose === undefined) return isDisposable(instance);
  return recipe.dispose !== false;
}

/** How instances are given back; the same object once, whoever has made it. */
export function toDisposals(made: readonly Made[]): Disposal[] {
  const seen = new Set<unknown>();
  const disposals: Disposal[] = [];
  for (const { binding, instance } of made) {
    if (seen.has(instance) || !isOwned(binding, instance)) continue;
    seen.add(instance);
    disposals.push({ label: binding.label, dispose: () => disposeMade(binding, instance) });
  }
  return disposals;
}

function disposeMade(binding: Binding, instance: unknown): unknown {
  const { recipe } = binding;
  const own =
    recipe.kind === "factory" && typeof recipe.dispose === "function" ? recipe.dispose : disposeValue;
  return own(instance);
}
