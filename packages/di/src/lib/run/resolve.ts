import { isPromiseLike } from "./disposal.ts";
import { type Binding, BUILDING, type Edge, EMPTY, type Lookup } from "../graph/graph-nodes.ts";
import { callIn, constructIn, type InjectionContext } from "../declare/inject.ts";
import { connect } from "../graph/connect.ts";
import { gatherValues, Pending, pendingOf, settled } from "./pending.ts";
import { NOWHERE, Place } from "./place.ts";
import {
  notStarted,
  noRequest,
  scopeDisposed,
  seedMissing,
  cycleInBuilding,
  lazyNotReady,
  undeclared,
} from "./resolve-errors.ts";
import { type AnyToken, labelOf } from "../declare/token.ts";

/** The value of a binding in a place; a {@link Pending} where it is awaited. */
export function resolve(binding: Binding, place: Place): unknown {
  switch (binding.strategy) {
    case "singleton":
      return isBuilt(binding.value) ? binding.value : buildSingleton(binding);
    case "request":
      return resolveInScope(binding, place);
    case "existing":
      return resolveEdge(binding.edges[0] as Edge, binding, place); // an alias has its one edge, or the check has failed
    default:
      return build(binding, place);
  }
}

/** What an edge gives: a value, a list, a function that looks it up later, or `undefined` where it is optional. */
export function resolveEdge(edge: Edge, owner: Binding, place: Place): unknown {
  if (edge.lazy) return createLazy(edge, owner, place);
  return edge.optional && isUnseeded(edge.lookup, place) ? undefined : resolveLookup(edge.lookup, place);
}

/** What a token stands for in a place. */
export function resolveLookup(lookup: Lookup, place: Place): unknown {
  const [target] = lookup.targets;
  if (!lookup.many) return target === undefined ? undefined : resolve(target, place);
  const values = lookup.targets.map((each) => resolve(each, place));
  return target === undefined ? values : gatherValues(labelOf(target.token), values);
}

/** Looks a dependency up when it is called; a transient is then a new instance at every call. */
export function createLazy(edge: Edge, owner: Binding, place: Place): () => unknown {
  // A singleton lives too long to note what its lazy transients are.
  const target = place.slots === null ? NOWHERE : place;
  const now: Edge = { ...edge, lazy: false };
  return () => {
    const { graph } = owner.home;
    if (graph.early !== null) return graph.early(owner, edge.token);
    if (target.ended) throw scopeDisposed();
    if (graph.phase === "starting" && !edge.lookup.targets.every(isReady))
      throw lazyNotReady(owner, edge.token);
    const value = resolveEdge(now, owner, target);
    if (value instanceof Pending) throw lazyNotReady(owner, edge.token);
    return value;
  };
}

function isBuilt(value: unknown): boolean {
  return value !== EMPTY && value !== BUILDING;
}

function isReady(binding: Binding): boolean {
  return binding.strategy !== "singleton" || (isBuilt(binding.value) && !(binding.value instanceof Pending));
}

function isUnseeded(lookup: Lookup, place: Place): boolean {
  const [target] = lookup.targets;
  return target?.recipe.kind === "seed" && place.slots?.[target.slot] === EMPTY;
}

function buildSingleton(binding: Binding): unknown {
  if (binding.home.graph.phase !== "starting") throw notStarted(binding);
  const place = new Place(null, "all");
  binding.parts = place.made;
  return buildOnce(binding, place, binding.value);
}

function resolveInScope(binding: Binding, place: Place): unknown {
  if (place.slots === null) throw noRequest(binding);
  const value = place.slots[binding.slot];
  if (isBuilt(value)) return value;
  if (binding.recipe.kind === "seed") throw seedMissing(binding);
  return buildOnce(binding, place, value);
}

/** Builds what is kept; a failure leaves the slot empty, so that the next one who asks tries again. */
function buildOnce(binding: Binding, place: Place, before: unknown): unknown {
  if (before === BUILDING) throw cycleInBuilding(binding);
  keep(binding, place, BUILDING);
  try {
    const value = build(binding, place);
    keep(binding, place, value);
    return value;
  } catch (error) {
    keep(binding, place, EMPTY);
    throw error;
  }
}

function keep(binding: Binding, place: Place, value: unknown): void {
  if (binding.strategy === "singleton") binding.value = value;
  else if (binding.strategy === "request" && place.slots !== null) place.slots[binding.slot] = value;
}

/**
 * Builds a value. Where nothing can be awaited the constructor runs at once and its `inject()` calls resolve one by one;
 * else all dependencies are asked for first, so that those which take time do so together.
 */
function build(binding: Binding, place: Place): unknown {
  const construction = new Construction(binding, place);
  const early = binding.direct ? construction.attempt() : null;
  if (binding.direct && !(early instanceof Suspension)) return finish(construction, early);
  const waiting = [...(early instanceof Suspension ? early.waiting : []), ...construction.prepare()];
  const outcome = waiting.length > 0 ? new Suspension(waiting) : construction.attempt();
  if (!(outcome instanceof Suspension) && !isAwaited(binding, outcome)) return finish(construction, outcome);
  const pending = new Pending(binding.label, (self) => complete(construction, self, outcome));
  place.track(pending);
  return pending;
}

/** Goes on with a construction that had to wait. */
async function complete(construction: Construction, self: Pending, first: unknown): Promise<void> {
  const { binding, place } = construction;
  try {
    let outcome = first;
    while (outcome instanceof Suspension) {
      await self.waitFor(outcome.waiting);
      refuseAfterFailure(binding);
      construction.unwrap();
      outcome = construction.attempt();
    }
    self.value = isAwaited(binding, outcome) ? await outcome : outcome;
    keep(binding, place, finish(construction, self.value));
  } catch (error) {
    keep(binding, place, EMPTY);
    blame(binding, error);
    throw error;
  }
}

function finish({ binding, place }: Construction, value: unknown): unknown {
  if (binding.strategy !== "singleton") place.adopt(binding, value);
  return value;
}

/** Only the result of a factory is awaited; an instance with a `then` method is a value like any other. */
function isAwaited(binding: Binding, outcome: unknown): outcome is PromiseLike<unknown> {
  return binding.recipe.kind === "factory" && isPromiseLike(outcome);
}

/** A start that has failed builds nothing more. */
function refuseAfterFailure(binding: Binding): void {
  const { phase, failures } = binding.home.graph;
  if (phase === "starting" && failures.size > 0) throw new Abandoned();
}

/** Notes which provider failed first with an error; its dependents fail with the same one. */
export function blame(binding: Binding, error: unknown): void {
  const { phase, failures } = binding.home.graph;
  if (phase === "starting" && !failures.has(error) && !(error instanceof Abandoned))
    failures.set(error, binding);
}

/** What is thrown in a constructor or factory that is not built because the start has failed elsewhere. */
class Abandoned extends Error {}

/** Unwinds a constructor whose dependency is awaited; it runs again when the dependency is there. */
class Suspension {
  readonly waiting: readonly Pending[];

  constructor(waiting: readonly Pending[]) {
    this.waiting = waiting;
  }
}

/** A dependency that the check has not seen, because a branch was taken that depends on a real value. */
interface LateValue {
  readonly token: AnyToken;
  value: unknown;
}

/** One instance on its way: answers the `inject()` calls of its constructor or factory. */
class Construction implements InjectionContext {
  readonly binding: Binding;
  readonly place: Place;
  /** What the edges gave, once they were all asked; `null` where each is asked when its turn comes. */
  #values: unknown[] | null = null;
  /** The edge that is expected next. */
  #at = 0;
  #late: LateValue[] | null = null;
  #lateAt = 0;

  constructor(binding: Binding, place: Place) {
    this.binding = binding;
    this.place = place;
  }

  /** Asks for all known dependencies; gives those that are awaited. */
  prepare(): Pending[] {
    this.#values = this.binding.edges.map((edge) => resolveEdge(edge, this.binding, this.place));
    return pendingOf(this.#values);
  }

  /** Replaces what was awaited by its value. */
  unwrap(): void {
    this.#values = this.#values?.map(settled) ?? null;
    for (const late of this.#late ?? []) late.value = settled(late.value);
  }

  /** Runs the constructor or factory: its result, or a {@link Suspension}. */
  attempt(): unknown {
    this.#at = 0;
    this.#lateAt = 0;
    const { recipe } = this.binding;
    try {
      if (recipe.kind === "class") return constructIn(this, recipe.create);
      if (recipe.kind === "factory") return callIn(this, recipe.create, this.#values ?? []);
      throw new Error(`${this.binding.label} is not built, but ${recipe.kind}.`);
    } catch (error) {
      if (error instanceof Suspension) return error;
      blame(this.binding, error);
      throw error;
    }
  }

  inject(token: AnyToken, optional: boolean): unknown {
    const at = this.#find(token, false);
    if (at < 0) return this.#injectLate(token, optional);
    if (this.#values !== null) return this.#values[at];
    const value = resolveEdge(this.binding.edges[at] as Edge, this.binding, this.place); // found, so it is there
    if (value instanceof Pending) throw new Suspension([value]);
    return value;
  }

  lazy(token: AnyToken, optional: boolean): () => unknown {
    const at = this.#find(token, true);
    const edge = this.binding.edges[at] ?? this.#connectLate(token, { optional, lazy: true });
    return createLazy(edge, this.binding, this.place);
  }

  /** Dependencies come in the order in which the check has seen them; those of a skipped branch are passed over. */
  #find(token: AnyToken, lazy: boolean): number {
    const { edges, recipe } = this.binding;
    for (let at = recipe.kind === "class" ? this.#at : 0; at < edges.length; at++) {
      const edge = edges[at] as Edge; // at < length
      if (edge.token !== token || edge.lazy !== lazy) continue;
      this.#at = at + 1;
      return at;
    }
    return -1;
  }

  #injectLate(token: AnyToken, optional: boolean): unknown {
    const late = (this.#late ??= []);
    const known = late[this.#lateAt];
    if (known?.token === token) {
      this.#lateAt++;
      return known.value;
    }
    const edge = this.#connectLate(token, { optional, lazy: false });
    const value = resolveEdge(edge, this.binding, this.place);
    late.splice(this.#lateAt++, late.length, { token, value });
    if (value instanceof Pending) throw new Suspension([value]);
    return value;
  }

  #connectLate(token: AnyToken, options: { optional: boolean; lazy: boolean }): Edge {
    if (this.binding.recipe.kind === "factory") throw undeclared(this.binding, token);
    const edge = connect(this.binding.label, token, this.binding.home, options);
    // The order of instances has to know it.
    if (this.binding.strategy === "singleton") this.binding.lateEdges = [...this.binding.lateEdges, edge];
    return edge;
  }
}
