import {
  DiError,
  inject,
  seed,
  token,
  type Container,
  type Graph,
  type ModuleSpec,
  type ProviderInfo,
  type Scope,
  type Token,
  type ValueToken,
} from "@armature/di";
import type { Context } from "../context/context.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { sampleOf } from "../module/draft-module.ts";
import type { ModuleDefinition } from "../module/module-definition.ts";
import type { ModuleRuntime, RequestScope } from "../module/module-runtime.ts";
import type { ModuleTree } from "../module/module-tree.ts";
import type { Constructor } from "../pipeline/stages.ts";

/**
 * The context of the request that a request-scoped provider belongs to.
 *
 * @example
 * class CurrentTenant {
 *   static readonly scope = "request" as const;
 *   readonly #context = inject(CURRENT_CONTEXT);
 * }
 */
export const CURRENT_CONTEXT: ValueToken<Context> = token<Context>("CURRENT_CONTEXT");

/** The checked modules of an application, and their instances once it started. */
export class AppContainer {
  readonly #tree: ModuleTree;
  readonly #graph: Graph;
  #container: Container | null = null;

  constructor(tree: ModuleTree, graph: Graph) {
    this.#tree = tree;
    this.#graph = graph;
  }

  /** All instances that live as long as the application, dependencies first. */
  get instances(): readonly unknown[] {
    return this.#container?.instances().map(({ instance }) => instance) ?? [];
  }

  /** Runs factories and constructors, dependencies first. @throws GraphError `E_DI_START` */
  async start(): Promise<ModuleRuntime[]> {
    const container = await this.#graph.start();
    this.#container = container;
    return Array.from(
      this.#tree.modules,
      ([spec, definition]) => new StartedModule(container, this.#graph, spec, definition),
    );
  }

  /** What the root module sees under a token. */
  get<T>(wanted: Token<T>): T {
    return this.#started().get(wanted);
  }

  /** What the root module sees under a token, else what the one module that provides it does. */
  getAnywhere<T>(wanted: Token<T>): T {
    const container = this.#started();
    const visible = container.get(wanted, { optional: true });
    if (visible !== undefined) return visible;
    const homes = this.#graph.providers.filter(({ token: given }) => given === wanted);
    if (homes.length > 1) throw ambiguous(wanted.name, homes);
    const [home] = homes;
    return home === undefined ? container.get(wanted) : container.get(wanted, { module: home.module.spec });
  }

  /** Gives back what the instances hold. */
  async dispose(): Promise<void> {
    await this.#container?.dispose();
  }

  #started(): Container {
    if (this.#container === null) throw new Error("The container is not started.");
    return this.#container;
  }
}

function ambiguous(name: string, homes: readonly ProviderInfo[]): DiError {
  const modules = homes.map(({ module }) => module.name).join(", ");
  return new DiError(
    "E_DI_AMBIGUOUS",
    `${name} is provided by ${modules}, and the root module sees none of them; export one to it, or ask for what needs ${name}.`,
  );
}

class StartedModule implements ModuleRuntime {
  readonly name: string;
  readonly definition: ModuleDefinition;
  readonly spec: ModuleSpec;
  readonly isConstructed = true;
  readonly #container: Container;
  readonly #graph: Graph;
  readonly #unlisted = new Map<Constructor<object>, object>();

  constructor(container: Container, graph: Graph, spec: ModuleSpec, definition: ModuleDefinition) {
    this.name = spec.name;
    this.definition = definition;
    this.spec = spec;
    this.#container = container;
    this.#graph = graph;
  }

  isPerRequest(type: Constructor<object>): boolean {
    return this.#container.needsRequest(type, { module: this.spec, optional: true });
  }

  instanceOf<T extends object>(type: Constructor<T>): T {
    return this.#container.get(type, { module: this.spec, optional: true }) ?? this.#make(type);
  }

  sampleOf<T extends object>(type: Constructor<T>): T {
    return sampleOf(this.#graph, this.spec, type);
  }

  openScope(context: Context): RequestScope {
    return new OpenScope(this.#container.createScope([seed(CURRENT_CONTEXT, context)]));
  }

  /** Stages of route fields are classes that nobody could list before the fields existed. */
  #make<T extends object>(type: Constructor<T>): T {
    const known = this.#unlisted.get(type);
    if (known !== undefined) return known as T; // the map goes from a class to its instance
    const made = this.#container.run(() => new type(), { module: this.spec });
    this.#unlisted.set(type, made);
    return made;
  }
}

class OpenScope implements RequestScope {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  resolve<T>(wanted: Token<T>, module: ModuleRuntime): MaybePromise<T> {
    // Only started modules open scopes, and a request stays within its application.
    return this.#scope.get(wanted, { module: (module as StartedModule).spec });
  }

  inject<T>(wanted: Token<T>, module: ModuleRuntime): T {
    return this.#scope.run(() => inject(wanted), { module: (module as StartedModule).spec }); // as in resolve
  }

  async dispose(): Promise<void> {
    await this.#scope.dispose();
  }
}
