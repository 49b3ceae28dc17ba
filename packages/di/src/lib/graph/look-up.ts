import type { Binding, Lookup, ModuleNode } from "./graph-nodes.ts";
import { type AnyToken, MultiToken } from "../declare/token.ts";

/**
 * What a module sees under a token.
 *
 * For a plain token the nearest wins: own providers, exports of imported modules, seeds, exports of global modules; several
 * targets mean that two of equal distance disagree. For a multi token everything visible is gathered.
 */
export function lookUp(node: ModuleNode, token: AnyToken): Lookup {
  const known = node.lookups.get(token);
  if (known !== undefined) return known;
  const lookup: Lookup =
    token instanceof MultiToken
      ? { many: true, targets: gather(node, token) }
      : { many: false, targets: findNearest(node, token) };
  node.lookups.set(token, lookup);
  return lookup;
}

function findNearest(node: ModuleNode, token: AnyToken): readonly Binding[] {
  const own = node.own.get(token);
  if (own !== undefined) return own;
  const imported = exportedBy(node.imports, token);
  if (imported.size > 0) return [...imported];
  const seed = node.graph.seeds.get(token);
  return seed === undefined ? [...exportedBy(node.graph.globals, token)] : [seed];
}

function gather(node: ModuleNode, token: MultiToken<unknown>): readonly Binding[] {
  const found = new Set<Binding>(node.own.get(token));
  if (token.everywhere) {
    for (const other of node.graph.modules)
      for (const binding of other.own.get(token) ?? []) found.add(binding);
  } else {
    for (const binding of exportedBy([...node.imports, ...node.graph.globals], token)) found.add(binding);
  }
  return [...found].toSorted(byPosition);
}

function exportedBy(nodes: Iterable<ModuleNode>, token: AnyToken): Set<Binding> {
  const found = new Set<Binding>();
  for (const node of nodes) for (const binding of node.exported.get(token) ?? []) found.add(binding);
  return found;
}

function byPosition(a: Binding, b: Binding): number {
  return a.home.order - b.home.order || a.index - b.index;
}
