import type { Fault } from "../fault/fault.ts";
import type { Binding } from "../graph/graph-nodes.ts";

/** A fault without its path. */
export type Finding = Omit<Fault, "path">;

/** Collects faults; paths through providers are worked out at the end, when all dependencies are known. */
export class FaultList {
  readonly #drafts: Draft[] = [];

  get size(): number {
    return this.#drafts.length;
  }

  /** Notes a fault whose path is known. */
  add(path: readonly string[], finding: Finding): void {
    this.#drafts.push({ at: null, steps: path, finding });
  }

  /** Notes a fault at a provider; `steps` go on from there. */
  addAt(at: Binding, steps: readonly string[], finding: Finding): void {
    this.#drafts.push({ at, steps, finding });
  }

  /** All faults in the order in which they were noted. */
  toFaults(pathTo: (binding: Binding) => readonly string[]): Fault[] {
    return this.#drafts.map(({ at, steps, finding }) => ({
      ...finding,
      path: at === null ? steps : [...pathTo(at), ...steps],
    }));
  }
}

interface Draft {
  readonly at: Binding | null;
  readonly steps: readonly string[];
  readonly finding: Finding;
}
