import { describe } from "../fault/describe.ts";
import { IMPORT_CYCLE_MEND } from "../fault/import-cycle-mend.ts";
import type { FaultList, Finding } from "./fault-list.ts";
import type { Binding, GraphState, ModuleNode } from "../graph/graph-nodes.ts";
import { isModuleSpec } from "../declare/module-spec.ts";
import { type AnyToken, isToken, labelOf, MultiToken } from "../declare/token.ts";

/**
 * Works out what each module exports, re-exports included.
 *
 * Modules may import each other, so this repeats until nothing is added: each round only adds, and there is a finite number
 * of bindings.
 */
export function computeExports(graph: GraphState, faults: FaultList): void {
  while (graph.modules.map(extendExports).includes(true));
  for (const node of graph.modules) checkExports(node, faults);
}

/** Adds what is known so far; whether that was anything new. */
function extendExports(node: ModuleNode): boolean {
  let grew = false;
  for (const entry of node.spec.exports as readonly unknown[]) {
    if (isModuleSpec(entry)) grew = addModule(node, node.graph.nodes.get(entry)) || grew;
    else if (isToken(entry)) grew = addToken(node, entry) || grew;
  }
  return grew;
}

function addModule(node: ModuleNode, exported: ModuleNode | undefined): boolean {
  if (exported === undefined || !node.imports.has(exported)) return false;
  let grew = false;
  for (const [token, bindings] of exported.exported) grew = addAll(node, token, bindings) || grew;
  return grew;
}

function addToken(node: ModuleNode, token: AnyToken): boolean {
  const own = node.own.get(token);
  if (own !== undefined && !(token instanceof MultiToken)) return addAll(node, token, own);
  let grew = addAll(node, token, own ?? []);
  for (const imported of node.imports) grew = addAll(node, token, imported.exported.get(token) ?? []) || grew;
  return grew;
}

function addAll(node: ModuleNode, token: AnyToken, bindings: Iterable<Binding>): boolean {
  let known = node.exported.get(token);
  if (known === undefined) node.exported.set(token, (known = new Set()));
  const before = known.size;
  for (const binding of bindings) known.add(binding);
  return known.size > before;
}

function checkExports(node: ModuleNode, faults: FaultList): void {
  for (const [index, entry] of (node.spec.exports as readonly unknown[]).entries()) {
    const finding = findingOf(node, entry, `exports[${index}] of ${node.name}`);
    if (finding !== null) faults.add([node.name, labelOfExport(entry, index)], finding);
  }
}

function findingOf(node: ModuleNode, entry: unknown, place: string): Finding | null {
  if (isModuleSpec(entry)) {
    const exported = node.graph.nodes.get(entry);
    return exported !== undefined && node.imports.has(exported) ? null : moduleNotImported(node, entry.name);
  }
  if (isToken(entry)) return node.exported.get(entry)?.size ? null : tokenNotProvided(node, entry);
  return entry === undefined ? undefinedExport(place) : invalidExport(place, entry);
}

function labelOfExport(entry: unknown, index: number): string {
  if (isModuleSpec(entry)) return entry.name;
  return isToken(entry) ? labelOf(entry) : `exports[${index}]`;
}

function tokenNotProvided(node: ModuleNode, token: AnyToken): Finding {
  const label = labelOf(token);
  const global = node.graph.globals.find((other) => other.exported.get(token)?.size);
  return {
    code: "E_DI_EXPORT_UNKNOWN",
    message: `${node.name} exports ${label}, which it neither provides nor gets from a module that it imports.`,
    mend:
      global === undefined
        ? `Add ${label} to the providers of ${node.name}, or import the module that exports it.`
        : `Remove the export: ${global.name} is global, so every module sees ${label} already.`,
  };
}

function moduleNotImported(node: ModuleNode, name: string): Finding {
  return {
    code: "E_DI_EXPORT_UNKNOWN",
    message: `${node.name} exports the module ${name}, which it does not import.`,
    mend: `Add ${name} to the imports of ${node.name}, or remove the export.`,
  };
}

function undefinedExport(place: string): Finding {
  return {
    code: "E_DI_EXPORT_UNDEFINED",
    message: `${place} is undefined.`,
    mend: IMPORT_CYCLE_MEND,
  };
}

function invalidExport(place: string, given: unknown): Finding {
  return {
    code: "E_DI_EXPORT_INVALID",
    message: `${place} is neither a token nor a module (got ${describe(given)}).`,
    mend: "Export tokens that the module provides, and modules that it imports.",
  };
}
