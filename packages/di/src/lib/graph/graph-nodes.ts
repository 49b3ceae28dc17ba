import type { DependencyOptions } from "../declare/dependency.ts";
import { isDisposable } from "../run/disposal.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import type { ProviderScope } from "../declare/provider.ts";
import { type AnyToken, labelOf } from "../declare/token.ts";

/** How a binding comes to its value. */
export type BindingRecipe =
  | ClassBindingRecipe
  | FactoryBindingRecipe
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "existing"; readonly token: AnyToken }
  | { readonly kind: "seed" }
  /** Reported as a fault; here so that nobody is told that the token is missing too. */
  | { readonly kind: "broken" };

export interface ClassBindingRecipe {
  readonly kind: "class";
  readonly create: new () => object;
}

export interface FactoryBindingRecipe {
  readonly kind: "factory";
  readonly create: (...args: unknown[]) => unknown;
  readonly inject: readonly DependencyOptions[];
  readonly dispose: false | ((value: unknown) => unknown) | undefined;
}

/** Where a value is kept; an alias keeps none. */
export type BindingStrategy = "singleton" | "request" | "transient" | "existing";

/** Where a graph is in its life. */
export type GraphPhase = "checking" | "checked" | "starting" | "started" | "failed" | "disposed";

/** Answers a lazy dependency that is asked for during the check. */
export type EarlyAnswer = (owner: Binding, token: AnyToken) => unknown;

/** All modules of an application and what they share. */
export class GraphState {
  phase: GraphPhase = "checking";
  /** Set while the check runs. */
  early: EarlyAnswer | null = null;
  /** Imported modules come before those that import them. */
  modules: readonly ModuleNode[] = [];
  /** `null` where what was given as root is no module. */
  root: ModuleNode | null = null;
  /** Those whose exports everyone sees. */
  globals: readonly ModuleNode[] = [];
  readonly nodes: Map<ModuleSpec, ModuleNode> = new Map();
  /** What is given to each request scope. */
  readonly seeds: Map<AnyToken, Binding> = new Map();
  /** How many bindings keep a value in each request scope. */
  slots = 0;
  /** What failed during a start, by the error: it passes through dependents as it is. */
  readonly failures: Map<unknown, Binding> = new Map();

  /** Every binding of every module, in the order of the modules. */
  *bindings(): Generator<Binding> {
    for (const node of this.modules) {
      // Contributions that override others stand in several modules.
      for (const list of node.own.values()) yield* list.filter((binding) => binding.home === node);
    }
  }
}

/** A module of a graph. */
export class ModuleNode {
  readonly spec: ModuleSpec;
  readonly graph: GraphState;
  /** Position in {@link GraphState.modules}. */
  order = 0;
  readonly imports: Set<ModuleNode> = new Set();
  readonly own: Map<AnyToken, Binding[]> = new Map();
  readonly exported: Map<AnyToken, Set<Binding>> = new Map();
  /** Answers of {@link lookUp}, kept because requests ask too. */
  readonly lookups: Map<AnyToken, Lookup> = new Map();

  constructor(spec: ModuleSpec, graph: GraphState) {
    this.spec = spec;
    this.graph = graph;
  }

  get name(): string {
    return this.spec.name;
  }
}

/** What a module sees under a token: for a multi token all contributions, else one binding where all is well. */
export interface Lookup {
  readonly many: boolean;
  readonly targets: readonly Binding[];
}

/** A dependency of a binding. */
export interface Edge {
  readonly token: AnyToken;
  readonly lookup: Lookup;
  readonly lazy: boolean;
  readonly optional: boolean;
}

/** An instance that the container made, and what made it. */
export interface Made {
  readonly binding: Binding;
  readonly instance: unknown;
}

/** A slot without a value. */
export const EMPTY: unique symbol = Symbol("empty");
/** A slot whose value is under construction on the stack. */
export const BUILDING: unique symbol = Symbol("building");

/** What is needed to make a {@link Binding}. */
export interface BindingOptions {
  readonly token: AnyToken;
  readonly home: ModuleNode;
  readonly recipe: BindingRecipe;
  readonly scope: ProviderScope;
  /** Position in the `providers` of its module. */
  readonly index: number;
  /** Which contribution of its module to a multi token it is; `null` for other tokens. */
  readonly contribution: number | null;
}

/** One provider of one module. */
export class Binding {
  readonly token: AnyToken;
  readonly home: ModuleNode;
  readonly recipe: BindingRecipe;
  readonly scope: ProviderScope;
  readonly strategy: BindingStrategy;
  readonly index: number;
  /** Its name in messages and paths. */
  readonly label: string;
  /** In the order in which the constructor asks for them, or of the factory's `inject` list. */
  edges: readonly Edge[] = [];
  /** Asked for at the start only, on a way that the check did not take. */
  lateEdges: readonly Edge[] = [];
  /** The value of a singleton; a `Pending` while it is awaited. */
  value: unknown = EMPTY;
  /** Transients that were made for this singleton, dependencies first. */
  parts: readonly Made[] = [];
  /** Where a request-scoped value is kept in its scope. */
  readonly slot: number;
  /** Whether it can be built without asking beforehand whether a dependency is awaited; set by the start. */
  direct = false;
  /** Whether its instances have a dispose method; known for classes. */
  readonly disposable: boolean;

  constructor(options: BindingOptions) {
    this.token = options.token;
    this.home = options.home;
    this.recipe = options.recipe;
    this.scope = options.scope;
    this.index = options.index;
    this.label =
      options.contribution === null
        ? labelOf(options.token)
        : `${labelOf(options.token)}[${options.contribution}]`;
    this.strategy = options.recipe.kind === "existing" ? "existing" : options.scope;
    this.slot = this.strategy === "request" ? options.home.graph.slots++ : -1;
    this.disposable = options.recipe.kind === "class" && isDisposable(options.recipe.create.prototype);
    if (options.recipe.kind === "value") this.value = options.recipe.value;
  }
}
