import { describe, messageOf } from "../fault/describe.ts";
import type { FaultList } from "./fault-list.ts";
import { type GraphState, ModuleNode } from "../graph/graph-nodes.ts";
import { isModuleSpec, type ModuleSpec } from "../declare/module-spec.ts";

/** Walks all modules from the root, thunks opened, and puts imported modules before those that import them. */
export function collectModules(root: ModuleSpec, graph: GraphState, faults: FaultList): void {
  const found: ModuleNode[] = [];
  if (isModuleSpec(root)) graph.root = visitModule(root, { graph, faults, found });
  else faults.add([], rootFault(root));
  graph.globals = found.filter((node) => node.spec.global === true);
  // Everyone may need what global modules export, so they come first.
  graph.modules = inImportOrder([...graph.globals, ...(graph.root === null ? [] : [graph.root])]);
  for (const [order, node] of graph.modules.entries()) node.order = order;
}

interface Walk {
  readonly graph: GraphState;
  readonly faults: FaultList;
  readonly found: ModuleNode[];
}

function visitModule(spec: ModuleSpec, walk: Walk): ModuleNode {
  const known = walk.graph.nodes.get(spec);
  if (known !== undefined) return known;
  const node = new ModuleNode(spec, walk.graph);
  walk.graph.nodes.set(spec, node);
  walk.found.push(node);
  for (const [index, entry] of spec.imports.entries()) {
    const imported = openImport(
      entry,
      `imports[${index}] of ${spec.name}`,
      [spec.name, `imports[${index}]`],
      walk,
    );
    if (imported !== null) node.imports.add(visitModule(imported, walk));
  }
  return node;
}

/** Entries are checked although they are typed: import cycles between files leave `undefined` in lists. */
function openImport(entry: unknown, place: string, path: readonly string[], walk: Walk): ModuleSpec | null {
  let opened = entry;
  if (typeof entry === "function") {
    try {
      opened = (entry as () => unknown)();
    } catch (cause) {
      walk.faults.add(path, {
        code: "E_DI_IMPORT_INVALID",
        message: `${place} is a function that threw: ${messageOf(cause)}`,
        mend: "Give a thunk that returns the module: () => UserModule.",
        cause,
      });
      return null;
    }
  }
  if (isModuleSpec(opened)) return opened;
  walk.faults.add(path, opened === undefined ? undefinedImport(place, entry) : invalidImport(place, opened));
  return null;
}

function undefinedImport(place: string, entry: unknown): { code: string; message: string; mend: string } {
  return {
    code: "E_DI_IMPORT_UNDEFINED",
    message:
      typeof entry === "function" ? `${place} is a thunk that returned undefined.` : `${place} is undefined.`,
    mend:
      typeof entry === "function"
        ? "Return the module from the thunk: () => UserModule."
        : "Two files probably import each other, so that the module was not evaluated yet: import it as a thunk, () => UserModule.",
  };
}

function invalidImport(place: string, given: unknown): { code: string; message: string; mend: string } {
  return {
    code: "E_DI_IMPORT_INVALID",
    message: `${place} is no module (got ${describe(given)}).`,
    mend: "A module has a name, and lists of imports, providers and exports.",
  };
}

function rootFault(given: unknown): { code: string; message: string; mend: string } {
  return given === undefined
    ? undefinedImport("The root module", given)
    : invalidImport("The root module", given);
}

/** Depth first, a module after its imports; in a cycle the one that is met first comes last. */
function inImportOrder(starts: readonly ModuleNode[]): ModuleNode[] {
  const ordered: ModuleNode[] = [];
  const seen = new Set<ModuleNode>();
  const visit = (node: ModuleNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const imported of node.imports) visit(imported);
    ordered.push(node);
  };
  for (const start of starts) visit(start);
  return ordered;
}
