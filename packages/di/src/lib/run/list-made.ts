import { inDependencyOrder } from "../graph/dependency-paths.ts";
import { BUILDING, EMPTY, type GraphState, type Made } from "../graph/graph-nodes.ts";
import { Pending } from "./pending.ts";

/** All values that live as long as the container, each after what it needs; an object that stands for several once. */
export function listMade(state: GraphState): Made[] {
  const made: Made[] = [];
  for (const binding of inDependencyOrder(state)) {
    if (binding.strategy !== "singleton") continue;
    made.push(...binding.parts);
    if (isThere(binding.value)) made.push({ binding, instance: binding.value });
  }
  return withoutRepeats(made);
}

function isThere(value: unknown): boolean {
  return value !== EMPTY && value !== BUILDING && !(value instanceof Pending);
}

function withoutRepeats(made: readonly Made[]): Made[] {
  const seen = new Set<unknown>();
  return made.filter(({ instance }) => {
    if (typeof instance !== "object" && typeof instance !== "function") return true;
    return !seen.has(instance) && seen.add(instance);
  });
}
