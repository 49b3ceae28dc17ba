import type { Graph, ModuleSpec } from "@armature/di";
import type { Constructor } from "../pipeline/stages.ts";
import type { ModuleDefinition } from "./module-definition.ts";
import type { ModuleRuntime, RequestScope } from "./module-runtime.ts";

/** A module before anything was started: enough to check its routes, nothing that serves. */
export class DraftModule implements ModuleRuntime {
  readonly name: string;
  readonly definition: ModuleDefinition;
  /** `null` where the providers have mistakes: then nothing was constructed. */
  readonly #graph: Graph | null;
  readonly #spec: ModuleSpec;

  constructor(graph: Graph | null, spec: ModuleSpec, definition: ModuleDefinition) {
    this.name = spec.name;
    this.definition = definition;
    this.#graph = graph;
    this.#spec = spec;
  }

  get isConstructed(): boolean {
    return this.#graph !== null;
  }

  isPerRequest(type: Constructor<object>): boolean {
    return this.#graph?.needsRequest(type, { module: this.#spec, optional: true }) ?? false;
  }

  instanceOf<T extends object>(type: Constructor<T>): T {
    return this.sampleOf(type);
  }

  sampleOf<T extends object>(type: Constructor<T>): T {
    return sampleOf(this.#graph, this.#spec, type);
  }

  openScope(): RequestScope {
    throw new Error("A module that is being checked serves no request.");
  }
}

/** What the check constructed of a class; one whose constructor tripped over a stand-in shows its methods at least. */
export function sampleOf<T extends object>(graph: Graph | null, module: ModuleSpec, type: Constructor<T>): T {
  const sample = graph?.sample(type, { module, optional: true });
  return sample ?? (Object.create(type.prototype as object) as T); // only methods of T are read
}
