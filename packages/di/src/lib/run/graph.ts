import { needsRequest } from "../check/check-scopes.ts";
import { Container, toInstances } from "./container.ts";
import { inDependencyOrder } from "../graph/dependency-paths.ts";
import type { Discovery } from "../check/discovery.ts";
import { GraphInfo, type InstanceInfo, type ModuleInfo, type ProviderInfo } from "../graph/graph-info.ts";
import type { Binding, GraphState } from "../graph/graph-nodes.ts";
import { lookUpNow } from "../graph/connect.ts";
import { Pending } from "./pending.ts";
import { type LookUpOptions, nodeOf } from "./scope.ts";
import { buildSingletons, markDirect, toStartError } from "./start.ts";
import type { AnyToken, Token } from "../declare/token.ts";

/** What to do when a start fails. */
export interface StartOptions {
  /**
   * Called when a provider fails, with what was built until then, in the order of `container.instances()`; all of it is
   * disposed afterwards. For hooks that have to run before that.
   */
  readonly onFailed?: (instances: readonly InstanceInfo[]) => void | PromiseLike<void>;
}

/** A checked graph of modules; made by `compileGraph`. */
export class Graph {
  readonly #state: GraphState;
  readonly #discovery: Discovery;
  readonly #info: GraphInfo = new GraphInfo();
  #container: Promise<Container> | null = null;

  constructor(state: GraphState, discovery: Discovery) {
    this.#state = state;
    this.#discovery = discovery;
  }

  /** All modules; imported ones come before those that import them, global ones before all others. */
  get modules(): readonly ModuleInfo[] {
    return this.#state.modules.map((node) => this.#info.moduleOf(node));
  }

  /** All providers; dependencies come before what needs them. */
  get providers(): readonly ProviderInfo[] {
    return inDependencyOrder(this.#state)
      .filter((binding) => binding.recipe.kind !== "seed")
      .map((binding) => this.#info.providerOf(binding));
  }

  /** Providers whose factories have not answered yet: what to name where a start takes long. */
  get awaited(): readonly ProviderInfo[] {
    return inDependencyOrder(this.#state)
      .filter(({ value }) => value instanceof Pending && !value.waits)
      .map((binding) => this.#info.providerOf(binding));
  }

  /**
   * The instance of a class that the check has built, or a value: to read plain fields of it before anything starts. Unless
   * it is a singleton that the check could keep it is thrown away, and may hold stand-ins. `undefined` where the constructor
   * threw on a stand-in, for what a factory makes, and where an optional token is missing.
   * @throws DiError `E_DI_MISSING`, `E_DI_AMBIGUOUS`, `E_DI_MODULE_UNKNOWN`
   */
  sample<T>(token: Token<T>, options?: LookUpOptions): T | undefined;
  sample(token: AnyToken, options?: LookUpOptions): unknown {
    const node = nodeOf(this.#state, options?.module);
    const { many, targets } = lookUpNow(token, node, options?.optional === true);
    const samples = targets.map((target) => this.#sampleOf(target));
    return many ? samples : samples[0];
  }

  /** As {@link Container.needsRequest}, before anything starts. */
  needsRequest(token: AnyToken, options?: LookUpOptions): boolean {
    const node = nodeOf(this.#state, options?.module);
    return lookUpNow(token, node, options?.optional === true).targets.some(needsRequest);
  }

  /**
   * Runs factories and the constructors that the check could not keep, in the order of their dependencies; factories that do
   * not need each other run at the same time. A second call gives the promise of the first.
   * @throws GraphError `E_DI_START` with every provider that failed; what was built before is disposed
   */
  start(options: StartOptions = {}): Promise<Container> {
    return (this.#container ??= this.#start(options));
  }

  async #start(options: StartOptions): Promise<Container> {
    const state = this.#state;
    state.phase = "starting";
    await buildSingletons(state);
    if (state.failures.size > 0) {
      const error = await toStartError(state, () => options.onFailed?.(toInstances(state, this.#info)));
      state.phase = "failed";
      throw error;
    }
    state.phase = "started";
    markDirect(state);
    return new Container(state, this.#info);
  }

  #sampleOf(binding: Binding): unknown {
    if (binding.strategy !== "existing") return this.#discovery.sampleOf(binding);
    const lookup = binding.edges[0]?.lookup;
    const samples = lookup?.targets.map((target) => this.#sampleOf(target)) ?? [];
    return lookup?.many === true ? samples : samples[0];
  }
}
