import type { Finding } from "../check/fault-list.ts";
import type { Binding, GraphState, ModuleNode } from "./graph-nodes.ts";
import { findSimilarName } from "./similar-name.ts";
import { type AnyToken, labelOf, TokenObject } from "../declare/token.ts";

/** Says why a module does not see a token, and what to change so that it does. */
export function missingProvider(needer: string, token: AnyToken, node: ModuleNode): Finding {
  const providers = node.graph.modules.filter((other) => other.own.has(token));
  const exporters = node.graph.modules.filter((other) => other.exported.get(token)?.size);
  const { reason, mend } =
    exporters.length > 0
      ? notImported(node, token, nearestExporters(exporters, providers))
      : providers.length > 0
        ? notExported(node, token, providers)
        : notProvided(node, token);
  return { code: "E_DI_MISSING", message: `${needer} needs ${labelOf(token)}: ${reason}`, mend };
}

/** Says that two modules of equal distance give different providers for one token. */
export function ambiguousProvider(
  needer: string,
  token: AnyToken,
  node: ModuleNode,
  targets: readonly Binding[],
): Finding {
  const homes = listNames(
    targets.map((target) => target.home.name),
    "and",
  );
  return {
    code: "E_DI_AMBIGUOUS",
    message: `${needer} needs ${labelOf(token)}: ${node.name} sees one of ${homes} at the same time.`,
    mend: `Import only one of them, or give one a token of its own; a provider in ${node.name} itself would go before both.`,
  };
}

interface Explanation {
  readonly reason: string;
  readonly mend: string;
}

/** The modules that own it where they export it themselves, else those that re-export it. */
function nearestExporters(
  exporters: readonly ModuleNode[],
  providers: readonly ModuleNode[],
): readonly ModuleNode[] {
  const owning = exporters.filter((node) => providers.includes(node));
  return owning.length > 0 ? owning : exporters;
}

function notImported(node: ModuleNode, token: AnyToken, exporters: readonly ModuleNode[]): Explanation {
  const names = exporters.map((exporter) => exporter.name);
  return {
    reason: `${labelOf(token)} is exported by ${listNames(names, "and")}, which ${node.name} does not import.`,
    mend: `Add ${listNames(names, "or")} to the imports of ${node.name}.`,
  };
}

function notExported(node: ModuleNode, token: AnyToken, providers: readonly ModuleNode[]): Explanation {
  const label = labelOf(token);
  const provider = providers.find((other) => node.imports.has(other)) ?? providers[0];
  const imported = provider !== undefined && node.imports.has(provider);
  const names = providers.map((other) => other.name);
  const addImport = imported ? "" : `, and ${provider?.name ?? ""} to the imports of ${node.name}`;
  return {
    reason: `${label} is provided in ${listNames(names, "and")} but not exported.`,
    mend: `Add ${label} to the exports of ${provider?.name ?? ""}${addImport}.`,
  };
}

function notProvided(node: ModuleNode, token: AnyToken): Explanation {
  const label = labelOf(token);
  const entry = token instanceof TokenObject ? `provide(${label}, ...)` : label;
  const namesake = findNamesake(node.graph, label);
  if (namesake !== null) {
    return {
      reason: `nobody provides it; ${namesake.home.name} provides another token of the same name.`,
      mend: "Use the same token object in both places: its file is probably loaded twice, or the name is used twice.",
    };
  }
  const subclass = findSubclass(node.graph, token);
  if (subclass !== null) {
    return {
      reason: `nobody provides it; its subclass ${subclass.label} is provided in ${subclass.home.name}.`,
      mend: `Add provide(${label}, { useExisting: ${subclass.label} }) to the providers of ${subclass.home.name}.`,
    };
  }
  const similar = findSimilarName(label, labelsOf(node.graph));
  return {
    reason: similar === null ? "nobody provides it." : `nobody provides it; did you mean ${similar}?`,
    mend: `Add ${entry} to the providers of ${node.name}.`,
  };
}

function findNamesake(graph: GraphState, label: string): Binding | null {
  for (const binding of graph.bindings()) if (labelOf(binding.token) === label) return binding;
  return null;
}

function findSubclass(graph: GraphState, token: AnyToken): Binding | null {
  if (token instanceof TokenObject) return null;
  for (const binding of graph.bindings()) {
    if (binding.token instanceof TokenObject) continue;
    if (Object.prototype.isPrototypeOf.call(token, binding.token)) return binding;
  }
  return null;
}

function labelsOf(graph: GraphState): Set<string> {
  const labels = new Set<string>();
  for (const binding of graph.bindings()) labels.add(labelOf(binding.token));
  return labels;
}

function listNames(names: readonly string[], word: "and" | "or"): string {
  const unique = [...new Set(names)];
  return unique.length < 2
    ? unique.join("")
    : `${unique.slice(0, -1).join(", ")} ${word} ${unique.at(-1) ?? ""}`;
}
