import { dependenciesOf } from "../graph/dependency-paths.ts";
import type { FaultList } from "./fault-list.ts";
import type { Binding, GraphState } from "../graph/graph-nodes.ts";
import { labelOf, TokenObject } from "../declare/token.ts";

/** Reports singletons that reach something request-scoped, directly or through transients, aliases and lists; lazily too. */
export function checkScopes(graph: GraphState, faults: FaultList): void {
  for (const binding of graph.bindings()) {
    if (binding.strategy !== "singleton") continue;
    const way = wayToRequest(binding, new Set());
    if (way !== null) reportScope(binding, way, faults);
  }
}

/** Whether building a binding takes a request. */
export function needsRequest(binding: Binding): boolean {
  return binding.strategy === "request" || wayToRequest(binding, new Set()) !== null;
}

/** The providers between a binding and the first request-scoped one, that one included. */
function wayToRequest(binding: Binding, seen: Set<Binding>): Binding[] | null {
  for (const dependency of dependenciesOf(binding)) {
    if (dependency.strategy === "request") return [dependency];
    if (dependency.strategy === "singleton" || seen.has(dependency)) continue;
    seen.add(dependency);
    const way = wayToRequest(dependency, seen);
    if (way !== null) return [dependency, ...way];
  }
  return null;
}

function reportScope(binding: Binding, way: readonly Binding[], faults: FaultList): void {
  const labels = way.map((step) => step.label);
  const goal = labels.at(-1) ?? "";
  const through = labels.length > 1 ? ` by way of ${labels.slice(0, -1).join(" and ")}` : "";
  faults.addAt(binding, labels, {
    code: "E_DI_SCOPE",
    message: `${binding.label} is a singleton and needs ${goal}${through}, which is request-scoped: it would keep the value of one request for all others.`,
    mend: `Make ${binding.label} request-scoped (${howToScope(binding)}), or pass ${goal} to its methods.`,
  });
}

function howToScope(binding: Binding): string {
  const ownClass = binding.recipe.kind === "class" && binding.recipe.create === binding.token;
  return ownClass && !(binding.token instanceof TokenObject)
    ? 'static scope = "request" as const'
    : `scope: "request" in provide(${labelOf(binding.token)}, ...)`;
}
