import { lookUpNow } from "../graph/connect.ts";
import { DiError } from "../fault/di-error.ts";
import { disposeAll } from "./disposal.ts";
import { EMPTY, type GraphState, type Lookup, type ModuleNode } from "../graph/graph-nodes.ts";
import { callIn, type InjectionContext } from "../declare/inject.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import { Pending } from "./pending.ts";
import { createScopePlace, type Place, toDisposals } from "./place.ts";
import { scopeDisposed } from "./resolve-errors.ts";
import { resolveLookup } from "./resolve.ts";
import { type AnyToken, labelOf, type Token } from "../declare/token.ts";

/** From where a token is looked up. */
export interface ModuleOptions {
  /** The module whose view it is. Default: the root. */
  readonly module?: ModuleSpec;
}

/** From where a token is looked up, and whether it may be missing. */
export interface LookUpOptions extends ModuleOptions {
  /** Gives `undefined` where nobody provides the token. Default `false`. */
  readonly optional?: boolean;
}

/** A value that a scope is given when it is created; made by {@link seed}. */
export interface Seed {
  readonly token: AnyToken;
  readonly value: unknown;
}

/**
 * A value for a token that was named in the `seedTokens` of the graph.
 *
 * @example
 * const scope = container.createScope([seed(CONTEXT, context)]);
 */
export function seed<T>(token: Token<T>, value: NoInfer<T>): Seed {
  return { token, value };
}

/**
 * The request-scoped instances of one request, each built when it is first asked for.
 *
 * @example
 * await using scope = container.createScope([seed(CONTEXT, context)]);
 * const user = await scope.get(CurrentUser);
 */
export class Scope {
  readonly #state: GraphState;
  readonly #place: Place;
  #disposal: void | Promise<void> = undefined;

  constructor(state: GraphState, seeds: Iterable<Seed>) {
    this.#state = state;
    this.#place = createScopePlace(state.slots);
    for (const { token, value } of seeds) this.#plant(token, value);
  }

  /** Whether {@link Scope.dispose} was called. */
  get disposed(): boolean {
    return this.#place.ended;
  }

  /**
   * What a module sees under a token: a promise only where an asynchronous factory of this request is on the way to it.
   * @throws DiError `E_DI_MISSING`, `E_DI_AMBIGUOUS`, `E_DI_SEED_MISSING`, `E_DI_SCOPE_DISPOSED`, `E_DI_MODULE_UNKNOWN`; and
   * what a constructor or factory throws, as it is
   */
  get<T>(token: Token<T>, options?: LookUpOptions & { readonly optional?: false }): T | Promise<T>;
  get<T>(token: Token<T>, options: LookUpOptions): T | undefined | Promise<T | undefined>;
  get(token: AnyToken, options?: LookUpOptions): unknown {
    const optional = options?.optional === true;
    const lookup = lookUpNow(token, nodeOf(this.#state, options?.module), optional);
    return optional && this.#lacks(lookup) ? undefined : this.#resolve(lookup);
  }

  /**
   * Calls a function in which `inject()` works as in a class of the module; not after an `await`.
   * @throws DiError `E_DI_ASYNC` where it injects something that is awaited
   */
  run<TResult>(callback: () => TResult, options?: ModuleOptions): TResult {
    this.#assertOpen();
    return callIn(new RunContext(this.#place, nodeOf(this.#state, options?.module)), callback, []);
  }

  /**
   * Ends the request: gives back what was built, dependents first; waits for what is still being built. A promise only where
   * something takes time. A second call gives the result of the first.
   * @throws DiError `E_DI_DISPOSE` where that fails
   */
  dispose(): void | Promise<void> {
    if (!this.#place.ended) {
      this.#place.ended = true;
      this.#disposal = this.#end();
    }
    return this.#disposal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** @internal */
  static resolveIn(scope: Scope, lookup: Lookup): unknown {
    return scope.#resolve(lookup);
  }

  #resolve(lookup: Lookup): unknown {
    this.#assertOpen();
    const value = resolveLookup(lookup, this.#place);
    return value instanceof Pending ? value.toPromise() : value;
  }

  #end(): void | Promise<void> {
    const { pending, made } = this.#place;
    if (pending.length === 0) return disposeAll(toDisposals(made));
    return Promise.allSettled(pending.map(({ done }) => done)).then(() => disposeAll(toDisposals(made)));
  }

  #plant(token: AnyToken, value: unknown): void {
    const binding = this.#state.seeds.get(token);
    if (binding === undefined || this.#place.slots === null) throw unknownSeed(token);
    this.#place.slots[binding.slot] = value;
  }

  #lacks({ targets: [target] }: Lookup): boolean {
    return target?.recipe.kind === "seed" && this.#place.slots?.[target.slot] === EMPTY;
  }

  #assertOpen(): void {
    if (this.#place.ended) throw scopeDisposed();
  }
}

/**
 * The node of a module; the root where none is named.
 * @throws DiError `E_DI_MODULE_UNKNOWN`
 */
export function nodeOf(state: GraphState, module: ModuleSpec | undefined): ModuleNode {
  const node = module === undefined ? state.root : state.nodes.get(module);
  if (node !== null && node !== undefined) return node;
  throw new DiError(
    "E_DI_MODULE_UNKNOWN",
    `${module?.name ?? "The root"} is no module of this graph: pass a module object that the root imports.`,
  );
}

/** Answers `inject()` in a callback. */
export class RunContext implements InjectionContext {
  readonly #place: Place;
  readonly #node: ModuleNode;

  constructor(place: Place, node: ModuleNode) {
    this.#place = place;
    this.#node = node;
  }

  inject(token: AnyToken, optional: boolean): unknown {
    return resolveNow(token, lookUpNow(token, this.#node, optional), this.#place);
  }

  lazy(token: AnyToken, optional: boolean): () => unknown {
    const lookup = lookUpNow(token, this.#node, optional);
    return () => resolveNow(token, lookup, this.#place);
  }
}

/**
 * What a token stands for, where nobody can wait.
 * @throws DiError `E_DI_ASYNC` where it is awaited
 */
export function resolveNow(token: AnyToken, lookup: Lookup, place: Place): unknown {
  const value = resolveLookup(lookup, place);
  if (!(value instanceof Pending)) return value;
  const label = labelOf(token);
  throw new DiError(
    "E_DI_ASYNC",
    `${label} comes from an asynchronous factory and cannot be had at once: await scope.get(${label}).`,
  );
}

function unknownSeed(token: AnyToken): DiError {
  const label = labelOf(token);
  return new DiError(
    "E_DI_SEED_UNKNOWN",
    `A scope cannot be given ${label}: name it in compileGraph(root, { seedTokens: [${label}] }).`,
  );
}
