import { needsRequest } from "../check/check-scopes.ts";
import { lookUpNow } from "../graph/connect.ts";
import { DiError } from "../fault/di-error.ts";
import { disposeAll } from "./disposal.ts";
import type { GraphInfo, InstanceInfo } from "../graph/graph-info.ts";
import type { GraphState } from "../graph/graph-nodes.ts";
import { callIn } from "../declare/inject.ts";
import { listMade } from "./list-made.ts";
import { NOWHERE, toDisposals } from "./place.ts";
import {
  type LookUpOptions,
  type ModuleOptions,
  nodeOf,
  resolveNow,
  RunContext,
  Scope,
  type Seed,
} from "./scope.ts";
import type { AnyToken, Token } from "../declare/token.ts";

/** Gives what a token stands for in a scope; made by {@link Container.resolver}. */
export type Resolver<T> = (scope: Scope) => T | Promise<T>;

/**
 * All singletons of an application, built; made by `graph.start()`.
 *
 * @example
 * await using container = await compileGraph(appModule).start();
 * container.get(UserService).find(1);
 */
export class Container {
  readonly #state: GraphState;
  readonly #info: GraphInfo;
  #instances: readonly InstanceInfo[] | null = null;
  #disposal: Promise<void> | null = null;

  constructor(state: GraphState, info: GraphInfo) {
    this.#state = state;
    this.#info = info;
  }

  /**
   * What a module sees under a token; a transient is a new instance, and the caller's to dispose.
   * @throws DiError `E_DI_MISSING`, `E_DI_AMBIGUOUS`, `E_DI_SCOPE` for what is request-scoped, `E_DI_ASYNC` for a transient with an
   * asynchronous factory, `E_DI_MODULE_UNKNOWN`, `E_DI_DISPOSED`
   */
  get<T>(token: Token<T>, options?: LookUpOptions & { readonly optional?: false }): T;
  get<T>(token: Token<T>, options: LookUpOptions): T | undefined;
  get(token: AnyToken, options?: LookUpOptions): unknown {
    this.#assertOpen();
    const node = nodeOf(this.#state, options?.module);
    return resolveNow(token, lookUpNow(token, node, options?.optional === true), NOWHERE);
  }

  /**
   * Looks a token up once, for what asks again with each request: the function does what `scope.get` does, without searching.
   *
   * @example
   * const controllerOf = container.resolver(UserController, { module: userModule });
   * const controller = await controllerOf(scope);
   * @throws DiError `E_DI_MISSING`, `E_DI_AMBIGUOUS`, `E_DI_MODULE_UNKNOWN`
   */
  resolver<T>(token: Token<T>, options?: ModuleOptions): Resolver<T> {
    const lookup = lookUpNow(token, nodeOf(this.#state, options?.module), false);
    // A lookup of Token<T> gives T, or a promise of it.
    return (scope) => Scope.resolveIn(scope, lookup) as T | Promise<T>;
  }

  /**
   * Whether what a module sees under a token takes a request: it is request-scoped, or a transient or list with something
   * request-scoped in it. `false` where an optional token is missing.
   * @throws DiError `E_DI_MISSING`, `E_DI_AMBIGUOUS`, `E_DI_MODULE_UNKNOWN`
   */
  needsRequest(token: AnyToken, options?: LookUpOptions): boolean {
    const node = nodeOf(this.#state, options?.module);
    return lookUpNow(token, node, options?.optional === true).targets.some(needsRequest);
  }

  /**
   * A scope for one request, with values for tokens that were named in `seedTokens`.
   * @throws DiError `E_DI_SEED_UNKNOWN`, `E_DI_DISPOSED`
   */
  createScope(seeds: Iterable<Seed> = []): Scope {
    this.#assertOpen();
    return new Scope(this.#state, seeds);
  }

  /**
   * Calls a function in which `inject()` works as in a class of the module; not after an `await`.
   *
   * @example
   * container.run(() => inject(UserService).find(1));
   * @throws DiError `E_DI_DISPOSED`, `E_DI_MODULE_UNKNOWN`
   */
  run<TResult>(callback: () => TResult, options?: ModuleOptions): TResult {
    this.#assertOpen();
    return callIn(new RunContext(NOWHERE, nodeOf(this.#state, options?.module)), callback, []);
  }

  /**
   * All instances that live as long as the container: singletons, transients inside them, and values. Dependencies come
   * before what needs them, and apart from that imported modules before those that import them: the order for hooks at the
   * start, and in reverse at the end. An object that is provided twice is in the list once.
   */
  instances(): readonly InstanceInfo[] {
    return (this.#instances ??= toInstances(this.#state, this.#info));
  }

  /**
   * Gives back what was built, dependents first, by `Symbol.asyncDispose`, `Symbol.dispose` or the `dispose` of a factory. A
   * second call gives the promise of the first.
   * @throws DiError `E_DI_DISPOSE` with all failures as the errors of its cause
   */
  dispose(): Promise<void> {
    return (this.#disposal ??= this.#end());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #end(): Promise<void> {
    this.#state.phase = "disposed";
    await disposeAll(toDisposals(listMade(this.#state)));
  }

  #assertOpen(): void {
    if (this.#state.phase !== "disposed") return;
    throw new DiError("E_DI_DISPOSED", "The container is disposed: use it before dispose() is called.");
  }
}

/** What {@link Container.instances} lists. */
export function toInstances(state: GraphState, info: GraphInfo): InstanceInfo[] {
  return listMade(state).map(({ binding, instance }) => ({ instance, provider: info.providerOf(binding) }));
}
