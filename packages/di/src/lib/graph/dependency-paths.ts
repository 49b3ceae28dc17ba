import type { Binding, GraphState } from "./graph-nodes.ts";

/** All dependencies of a binding, lazy ones too. */
export function* dependenciesOf(binding: Binding): Generator<Binding> {
  for (const edge of binding.edges) yield* edge.lookup.targets;
  for (const edge of binding.lateEdges) yield* edge.lookup.targets;
}

/** Dependencies that have to be there before a binding can be built. */
export function* eagerDependenciesOf(binding: Binding): Generator<Binding> {
  for (const edge of binding.edges) if (!edge.lazy) yield* edge.lookup.targets;
  for (const edge of binding.lateEdges) if (!edge.lazy) yield* edge.lookup.targets;
}

/** Gives the shortest way to a binding from a provider that nobody injects: the module, then the providers. */
export function createPathFinder(graph: GraphState): (binding: Binding) => readonly string[] {
  const dependents = new Map<Binding, Binding[]>();
  for (const binding of graph.bindings()) {
    for (const target of dependenciesOf(binding)) {
      const known = dependents.get(target);
      if (known === undefined) dependents.set(target, [binding]);
      else known.push(binding);
    }
  }
  return (binding) => {
    const steps = findWay(binding, dependents);
    return [(steps[0] ?? binding).home.name, ...steps.map((step) => step.label)];
  };
}

/** Breadth first against the direction of the dependencies; the binding alone where all its dependents are in a cycle. */
function findWay(goal: Binding, dependents: ReadonlyMap<Binding, readonly Binding[]>): readonly Binding[] {
  const next = new Map<Binding, Binding | null>([[goal, null]]);
  for (const step of next.keys()) {
    const above = dependents.get(step) ?? [];
    if (above.length === 0) return unroll(step, next);
    for (const dependent of above) if (!next.has(dependent)) next.set(dependent, step);
  }
  return [goal];
}

function unroll(start: Binding, next: ReadonlyMap<Binding, Binding | null>): Binding[] {
  const way: Binding[] = [];
  for (let step: Binding | null = start; step !== null; step = next.get(step) ?? null) way.push(step);
  return way;
}

/** Bindings in the order of their modules, each after what it needs to be built. */
export function inDependencyOrder(graph: GraphState): Binding[] {
  const ordered = new Set<Binding>();
  const entered = new Set<Binding>();
  const visit = (binding: Binding): void => {
    if (entered.has(binding)) return;
    entered.add(binding);
    for (const dependency of eagerDependenciesOf(binding)) visit(dependency);
    ordered.add(binding);
  };
  for (const binding of graph.bindings()) visit(binding);
  return [...ordered];
}
