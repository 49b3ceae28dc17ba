import type { FaultList } from "./fault-list.ts";
import { Binding, type GraphState, type ModuleNode } from "../graph/graph-nodes.ts";
import { type ParsedProvider, parseProvider } from "./parse-provider.ts";
import type { Provider } from "../declare/provider.ts";
import { type AnyToken, isToken, labelOf, MultiToken } from "../declare/token.ts";
import { describe } from "../fault/describe.ts";

/** Makes a binding of each provider of each module, with the overrides in place of what they replace. */
export function collectBindings(graph: GraphState, overrides: readonly Provider[], faults: FaultList): void {
  const replacements = new Replacements(overrides, faults);
  for (const node of graph.modules) collectOf(node, replacements, faults);
  replacements.reportUnused(faults);
}

/** Makes the bindings of what each request scope is given. */
export function collectSeeds(graph: GraphState, tokens: readonly AnyToken[], faults: FaultList): void {
  const home = graph.root;
  if (home === null) return; // the root is no module, and reported
  for (const [index, token] of tokens.entries()) {
    if (isToken(token) && !(token instanceof MultiToken)) {
      const seed: ParsedProvider = { token, recipe: { kind: "seed" }, scope: "request" };
      graph.seeds.set(token, toBinding(seed, home, index));
    } else {
      faults.add([`seedTokens[${index}]`], invalidSeed(index, token));
    }
  }
}

function collectOf(node: ModuleNode, replacements: Replacements, faults: FaultList): void {
  for (const [index, entry] of node.spec.providers.entries()) {
    const { provider, finding } = parseProvider(entry, `providers[${index}] of ${node.name}`);
    const label = provider === null ? `providers[${index}]` : labelOf(provider.token);
    if (finding !== null) faults.add([node.name, label], finding);
    if (provider !== null) addProvider(node, replacements.apply(provider, node, index), faults);
  }
}

function addProvider(node: ModuleNode, bindings: readonly Binding[], faults: FaultList): void {
  for (const binding of bindings) {
    const earlier = node.own.get(binding.token);
    if (earlier === undefined) node.own.set(binding.token, [binding]);
    else if (!(binding.token instanceof MultiToken)) reportDuplicate(node, earlier[0], binding, faults);
    else if (!earlier.includes(binding)) earlier.push(binding);
  }
}

function toBinding(provider: ParsedProvider, home: ModuleNode, index: number): Binding {
  const contribution =
    provider.token instanceof MultiToken ? (home.own.get(provider.token)?.length ?? 0) : null;
  return new Binding({ ...provider, home, index, contribution });
}

/** Overrides by the token that they replace. */
class Replacements {
  readonly #providers: Map<AnyToken, ParsedProvider[]> = new Map();
  /** Contributions that replace all others of a multi token: made once, so that a list holds each of them once. */
  readonly #shared: Map<AnyToken, Binding[]> = new Map();
  readonly #used: Set<AnyToken> = new Set();

  constructor(overrides: readonly Provider[], faults: FaultList) {
    for (const [index, entry] of overrides.entries()) {
      const place = `overrides[${index}]`;
      const { provider, finding } = parseProvider(entry, place);
      if (finding !== null) faults.add([place], finding);
      if (provider !== null) this.#add(provider, place, faults);
    }
  }

  #add(provider: ParsedProvider, place: string, faults: FaultList): void {
    const earlier = this.#providers.get(provider.token);
    if (earlier === undefined) this.#providers.set(provider.token, [provider]);
    else if (provider.token instanceof MultiToken) earlier.push(provider);
    else {
      faults.add([place], {
        code: "E_DI_PROVIDER_DUPLICATE",
        message: `${labelOf(provider.token)} is overridden twice.`,
        mend: "Keep one of the overrides.",
      });
    }
  }

  /** The bindings that a provider of a module comes to. */
  apply(provider: ParsedProvider, node: ModuleNode, index: number): readonly Binding[] {
    const replacing = this.#providers.get(provider.token);
    if (replacing === undefined) return [toBinding(provider, node, index)];
    this.#used.add(provider.token);
    if (provider.token instanceof MultiToken) return this.#contributions(provider.token, replacing, node);
    return replacing.map((override) => toBinding(override, node, index));
  }

  #contributions(
    token: AnyToken,
    replacing: readonly ParsedProvider[],
    node: ModuleNode,
  ): readonly Binding[] {
    const made = this.#shared.get(token);
    if (made !== undefined) return made;
    const bindings = replacing.map(
      (override, at) => new Binding({ ...override, home: node, index: at, contribution: at }),
    );
    this.#shared.set(token, bindings);
    return bindings;
  }

  reportUnused(faults: FaultList): void {
    for (const token of this.#providers.keys()) {
      if (this.#used.has(token)) continue;
      faults.add(["overrides", labelOf(token)], {
        code: "E_DI_OVERRIDE_UNKNOWN",
        message: `${labelOf(token)} is overridden, but no module provides it.`,
        mend: "Override the token that a module provides, or remove the override.",
      });
    }
  }
}

function reportDuplicate(
  node: ModuleNode,
  first: Binding | undefined,
  second: Binding,
  faults: FaultList,
): void {
  faults.add([node.name, second.label], {
    code: "E_DI_PROVIDER_DUPLICATE",
    message: `${node.name} provides ${second.label} twice: providers[${first?.index ?? 0}] and providers[${second.index}].`,
    mend: "Keep one of them; use token.multi for many values under one token.",
  });
}

function invalidSeed(index: number, given: unknown): { code: string; message: string; mend: string } {
  const problem = isToken(given) ? `the multi token ${labelOf(given)}` : describe(given);
  return {
    code: "E_DI_TOKEN_INVALID",
    message: `seedTokens[${index}] cannot be given to a scope (got ${problem}).`,
    mend: "Seed classes and what token() makes.",
  };
}
