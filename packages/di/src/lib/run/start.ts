import { messageOf } from "../fault/describe.ts";
import { createPathFinder, eagerDependenciesOf, inDependencyOrder } from "../graph/dependency-paths.ts";
import { DiError } from "../fault/di-error.ts";
import { disposeAll } from "./disposal.ts";
import { type Fault, GraphError } from "../fault/fault.ts";
import type { Binding, GraphState } from "../graph/graph-nodes.ts";
import { listMade } from "./list-made.ts";
import { Pending } from "./pending.ts";
import { NOWHERE, toDisposals } from "./place.ts";
import { blame, resolve } from "./resolve.ts";

/**
 * Builds what the check has not kept. Whatever can begin begins at once, so asynchronous factories that do not need each
 * other run together; after a failure nothing more begins, and what runs is awaited.
 */
export async function buildSingletons(state: GraphState): Promise<void> {
  const running: Promise<void>[] = [];
  for (const binding of inDependencyOrder(state)) {
    if (state.failures.size > 0) break;
    if (binding.strategy !== "singleton") continue;
    try {
      const value = resolve(binding, NOWHERE);
      if (value instanceof Pending) running.push(value.done);
    } catch (error) {
      blame(binding, error);
    }
  }
  await Promise.allSettled(running);
}

/** Notes which classes can be built without asking whether a dependency is awaited: singletons are there now. */
export function markDirect(state: GraphState): void {
  const known = new Map<Binding, boolean>();
  for (const binding of state.bindings()) {
    binding.direct =
      binding.recipe.kind === "class" && binding.strategy !== "singleton" && !mayWait(binding, known);
  }
}

function mayWait(binding: Binding, known: Map<Binding, boolean>): boolean {
  if (binding.strategy === "singleton") return false;
  if (binding.recipe.kind === "factory") return true;
  let waits = known.get(binding);
  if (waits === undefined) {
    waits = Array.from(eagerDependenciesOf(binding)).some((dependency) => mayWait(dependency, known));
    known.set(binding, waits);
  }
  return waits;
}

/** Gives back what was built before a start failed, and tells what failed. */
export async function toStartError(state: GraphState, beforeDisposal: () => unknown): Promise<GraphError> {
  const pathTo = createPathFinder(state);
  const faults = Array.from(state.failures, ([error, binding]) => toFault(error, binding, pathTo(binding)));
  for (const step of [beforeDisposal, () => disposeAll(toDisposals(listMade(state)))]) {
    try {
      await step();
    } catch (error) {
      faults.push(cleanUpFault(error));
    }
  }
  return new GraphError("E_DI_START", "The container did not start.", faults);
}

function toFault(error: unknown, binding: Binding, path: readonly string[]): Fault {
  const factory = binding.recipe.kind === "factory";
  const ours = error instanceof DiError;
  const code = factory ? "E_DI_FACTORY" : "E_DI_CONSTRUCTOR";
  const message = `The ${factory ? "factory" : "constructor"} of ${binding.label} failed: ${messageOf(error)}`;
  return {
    code: ours ? error.code : code,
    message: ours ? error.message : message,
    path,
    mend: "Look at the cause; what was built before it has been disposed.",
    cause: error,
  };
}

function cleanUpFault(error: unknown): Fault {
  return {
    code: "E_DI_DISPOSE",
    message: messageOf(error),
    path: [],
    mend: "Give back what is held in a way that cannot fail; the start had failed before.",
    cause: error,
  };
}
