import { tryConnect } from "../graph/connect.ts";
import { DiError } from "../fault/di-error.ts";
import { messageOf } from "../fault/describe.ts";
import type { FaultList, Finding } from "./fault-list.ts";
import type { Binding, ClassBindingRecipe, Edge, Made } from "../graph/graph-nodes.ts";
import { constructIn, type InjectionContext } from "../declare/inject.ts";
import { NOWHERE } from "../run/place.ts";
import { createLazy } from "../run/resolve.ts";
import { StandIns } from "./stand-in.ts";
import { type AnyToken, isToken, labelOf } from "../declare/token.ts";

/** What the check has for a binding. */
export interface Sample {
  readonly value: unknown;
  /** Whether the value is what the application will have too: no stand-in was injected on the way to it. */
  readonly real: boolean;
  /** Transients inside the value, dependencies first. */
  readonly parts: readonly Made[];
}

/** A constructor that is running. */
interface Frame {
  readonly binding: Binding;
  readonly edges: Edge[];
  readonly parts: Made[];
  tainted: boolean;
}

/** What a binding asks for. */
interface Request {
  readonly token: AnyToken;
  readonly optional?: boolean;
  readonly lazy?: boolean;
}

/**
 * Runs constructors to learn what they inject, and reports what goes wrong on the way.
 *
 * No factory runs: what a factory, a seed or a failed constructor would give is a stand-in, and whoever has one injected, directly
 * or through others, is *tainted*. An untainted singleton is the real one and is kept, so that its constructor runs once; a
 * tainted one is thrown away and constructed again at the start. Request-scoped instances are thrown away in any case.
 * A tainted constructor that throws is no fault: it may have tripped over a stand-in. What it would have injected after that
 * shows at the start.
 */
export class Discovery implements InjectionContext {
  readonly #faults: FaultList;
  readonly #standIns: StandIns = new StandIns();
  readonly #samples: Map<Binding, Sample> = new Map();
  /** Bindings whose dependencies are being followed, the outermost first. */
  readonly #trail: Binding[] = [];
  readonly #frames: Frame[] = [];
  /** Aliases that close a cycle: they lead nowhere. */
  readonly #loops: Set<Binding> = new Set();
  /** Transients whose sample nobody has received yet. */
  readonly #unclaimed: Set<Binding> = new Set();

  constructor(faults: FaultList) {
    this.#faults = faults;
  }

  /** What the check has built of a class or was given as a value; `undefined` where there is only a stand-in. */
  sampleOf(binding: Binding): unknown {
    const sample = this.#samples.get(binding)?.value;
    return sample === this.#standIns.for(binding.token) ? undefined : sample;
  }

  /** Follows a binding to all that it needs; `false` where that closes a cycle, which is reported. */
  visit(binding: Binding): boolean {
    if (this.#samples.has(binding)) return true;
    if (this.#trail.includes(binding)) {
      this.#reportCycle(binding);
      return false;
    }
    this.#trail.push(binding);
    const sample = this.#follow(binding);
    this.#trail.pop();
    this.#samples.set(binding, sample);
    return true;
  }

  /** Answers `inject()` of the constructor that runs. */
  inject(token: AnyToken, optional: boolean): unknown {
    const frame = this.#frame();
    const edge = this.#connect(frame.binding, { token, optional });
    if (edge === null) return this.#taint(frame, token);
    frame.edges.push(edge);
    const sample = this.#receive(edge);
    frame.parts.push(...sample.parts);
    if (!sample.real) frame.tainted = true;
    return sample.value;
  }

  /** Answers `inject.lazy()` of the constructor that runs. */
  lazy(token: AnyToken, optional: boolean): () => unknown {
    const frame = this.#frame();
    const edge = this.#connect(frame.binding, { token, optional, lazy: true });
    if (edge === null) {
      const standIn = this.#taint(frame, token);
      return () => standIn;
    }
    frame.edges.push(edge);
    return createLazy(edge, frame.binding, NOWHERE);
  }

  /** Answers a lazy dependency during the check: the constructor that asked for it must not call it, another one may try. */
  callEarly(owner: Binding, token: AnyToken): unknown {
    if (this.#frames.some((frame) => frame.binding === owner)) throw lazyTooEarly(owner, token);
    for (const frame of this.#frames) frame.tainted = true;
    return this.#standIns.for(token);
  }

  #follow(binding: Binding): Sample {
    switch (binding.recipe.kind) {
      case "value":
        return { value: binding.recipe.value, real: true, parts: [] };
      case "class":
        return this.#followClass(binding, binding.recipe);
      case "existing":
        return this.#followAlias(binding, binding.recipe.token);
      case "factory":
        for (const dependency of binding.recipe.inject) this.#followFactory(binding, dependency);
        return this.#standIn(binding.token);
      default:
        return this.#standIn(binding.token);
    }
  }

  #followClass(binding: Binding, recipe: ClassBindingRecipe): Sample {
    const frame: Frame = { binding, edges: [], parts: [], tainted: false };
    const sample = this.#construct(frame, recipe);
    binding.edges = frame.edges;
    if (binding.scope === "transient") {
      this.#unclaimed.add(binding);
      return sample;
    }
    if (binding.scope === "singleton" && sample.real) {
      binding.value = sample.value;
      binding.parts = sample.parts;
    }
    return { value: sample.value, real: sample.real && binding.scope === "singleton", parts: [] };
  }

  #followFactory(binding: Binding, dependency: Request): void {
    const edge = this.#connect(binding, dependency);
    if (edge === null) return;
    binding.edges = [...binding.edges, edge];
    if (!edge.lazy) for (const target of edge.lookup.targets) this.visit(target);
  }

  /** An alias has no sample of its own, see {@link Discovery.#claim}. */
  #followAlias(binding: Binding, token: AnyToken): Sample {
    const edge = this.#connect(binding, { token });
    if (edge === null) return this.#standIn(binding.token);
    binding.edges = [edge];
    if (edge.lookup.targets.map((target) => this.visit(target)).includes(false)) this.#loops.add(binding);
    return this.#standIn(binding.token);
  }

  #construct(frame: Frame, recipe: ClassBindingRecipe): Sample {
    const { binding, parts } = frame;
    const outerTouches = this.#standIns.touches;
    this.#standIns.touches = 0;
    this.#frames.push(frame);
    try {
      const value = constructIn(this, recipe.create);
      if (binding.scope === "transient") parts.push({ binding, instance: value });
      return { value, real: !frame.tainted, parts };
    } catch (error) {
      if (!frame.tainted) this.#faults.addAt(binding, [], constructorFault(binding, error));
      return this.#standIn(binding.token);
    } finally {
      this.#frames.pop();
      this.#standIns.touches = outerTouches;
    }
  }

  /** The edge to what a binding asks for; `null` where that is a fault. */
  #connect(binding: Binding, { token, optional = false, lazy = false }: Request): Edge | null {
    const edge = tryConnect(binding.label, token, binding.home, { optional, lazy });
    if ("lookup" in edge) return edge;
    this.#faults.addAt(binding, isToken(token) ? [labelOf(token)] : [], edge);
    return null;
  }

  #receive(edge: Edge): Sample {
    const samples = edge.lookup.targets.map((target) => this.#claim(target));
    if (!edge.lookup.many) return samples[0] ?? { value: undefined, real: true, parts: [] };
    return {
      value: samples.map((sample) => sample.value),
      real: samples.every((sample) => sample.real),
      parts: samples.flatMap((sample) => sample.parts),
    };
  }

  /** What one injection of a binding receives. */
  #claim(binding: Binding): Sample {
    if (!this.visit(binding)) return this.#standIn(binding.token);
    if (binding.strategy === "existing") {
      const [edge] = binding.edges;
      return edge === undefined || this.#loops.has(binding)
        ? this.#standIn(binding.token)
        : this.#receive(edge);
    }
    const sample = this.#samples.get(binding) ?? this.#standIn(binding.token); // visit() has left one
    if (binding.recipe.kind !== "class" || binding.scope !== "transient" || !sample.real) return sample;
    // Each injection of a transient is an instance of its own; the first receives the one that the visit has built.
    if (this.#unclaimed.delete(binding)) return sample;
    return this.#construct({ binding, edges: [], parts: [], tainted: false }, binding.recipe);
  }

  #standIn(token: AnyToken): Sample {
    return { value: this.#standIns.for(token), real: false, parts: [] };
  }

  #taint(frame: Frame, token: unknown): object {
    frame.tainted = true;
    return isToken(token) ? this.#standIns.for(token) : this.#standIns.any();
  }

  #frame(): Frame {
    const frame = this.#frames.at(-1);
    // This context is entered around a constructor alone, with its frame on top.
    if (frame === undefined) throw new Error("No constructor is running.");
    return frame;
  }

  #reportCycle(binding: Binding): void {
    const cycle = this.#trail.slice(this.#trail.indexOf(binding));
    const labels = [...cycle, binding].map((step) => step.label);
    this.#faults.add([binding.home.name, ...labels], {
      code: "E_DI_CYCLE",
      message: `${binding.label} cannot be built before itself: ${labels.join(" > ")}.`,
      mend: mendOfCycle(cycle.at(-1) ?? binding, binding),
    });
  }
}

/** What to change in the last provider of a cycle, which needs the first. */
function mendOfCycle(last: Binding, first: Binding): string {
  const name = labelOf(first.token);
  switch (last.recipe.kind) {
    case "existing":
      return `Let ${last.label} be an alias of something else.`;
    case "factory":
      return `Give ${last.label} a function with { token: ${name}, lazy: true } in its inject list, or move what both need into a third provider.`;
    default:
      return `Use inject.lazy(${name}) in ${last.label}, or move what both need into a third provider.`;
  }
}

function constructorFault(binding: Binding, error: unknown): Finding {
  const known = error instanceof DiError;
  return {
    code: known ? error.code : "E_DI_CONSTRUCTOR",
    message: known ? error.message : `The constructor of ${binding.label} threw: ${messageOf(error)}`,
    mend: "Constructors run when the graph is checked: move work that can fail into a factory or a lifecycle hook.",
    cause: error,
  };
}

function lazyTooEarly(owner: Binding, token: AnyToken): DiError {
  return new DiError(
    "E_DI_LAZY_EARLY",
    `The constructor of ${owner.label} calls the lazy ${labelOf(token)}. Call it later, in a method or a lifecycle hook.`,
  );
}
