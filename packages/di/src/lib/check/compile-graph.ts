import { checkScopes } from "./check-scopes.ts";
import { collectBindings, collectSeeds } from "./collect-bindings.ts";
import { collectModules } from "./collect-modules.ts";
import { createPathFinder } from "../graph/dependency-paths.ts";
import { Discovery } from "./discovery.ts";
import { computeExports } from "./compute-exports.ts";
import { type Fault, GraphError } from "../fault/fault.ts";
import { FaultList } from "./fault-list.ts";
import { Graph } from "../run/graph.ts";
import { GraphState } from "../graph/graph-nodes.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import type { Provider } from "../declare/provider.ts";
import type { AnyToken } from "../declare/token.ts";

/** What differs from the modules as they are written. */
export interface CompileOptions {
  /**
   * Providers that replace those of the same token in every module that has one; for tests. Those for a multi token replace
   * all its contributions together.
   */
  readonly overrides?: readonly Provider[];
  /** Tokens whose values each request scope is given when it is created; all modules see them. */
  readonly seedTokens?: readonly AnyToken[];
}

/**
 * Checks all modules from a root, and reports everything that is wrong at once.
 *
 * Constructors run, so that their `inject()` calls show what they need; no factory runs, and nothing is started. What a factory
 * would give is a stand-in meanwhile, that answers any call or property with another stand-in. A singleton without a
 * stand-in anywhere below it is kept; the others are thrown away and constructed again by {@link Graph.start}. So a
 * constructor may run twice: it should only take what it injects and set fields, and leave connections, timers and the like
 * to factories and lifecycle hooks. A constructor that throws after it has received a stand-in is no fault.
 *
 * @example
 * const graph = compileGraph(appModule, { seedTokens: [CONTEXT] });
 * await using container = await graph.start();
 * @throws GraphError `E_DI_GRAPH` with all faults
 */
export function compileGraph(root: ModuleSpec, options: CompileOptions = {}): Graph {
  const state = new GraphState();
  const faults = new FaultList();
  collectModules(root, state, faults);
  collectSeeds(state, options.seedTokens ?? [], faults);
  collectBindings(state, options.overrides ?? [], faults);
  computeExports(state, faults);
  const discovery = discover(state, faults);
  checkScopes(state, faults);
  if (faults.size > 0) throw graphError(faults.toFaults(createPathFinder(state)));
  return new Graph(state, discovery);
}

function discover(state: GraphState, faults: FaultList): Discovery {
  const discovery = new Discovery(faults);
  state.early = (owner, token) => discovery.callEarly(owner, token);
  for (const binding of state.bindings()) discovery.visit(binding);
  state.early = null;
  state.phase = "checked";
  return discovery;
}

function graphError(faults: readonly Fault[]): GraphError {
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  return new GraphError("E_DI_GRAPH", `The module graph has ${count}.`, faults);
}
