import { dependenciesOf } from "./dependency-paths.ts";
import type { Binding, ModuleNode } from "./graph-nodes.ts";
import type { ModuleSpec } from "../declare/module-spec.ts";
import type { ProviderScope } from "../declare/provider.ts";
import type { AnyToken } from "../declare/token.ts";

/** A module as the graph sees it. */
export interface ModuleInfo {
  readonly name: string;
  readonly spec: ModuleSpec;
  /** Position in an order in which imported modules come first, and global ones before all others. */
  readonly order: number;
  readonly imports: readonly ModuleSpec[];
}

/** A provider as the graph sees it. */
export interface ProviderInfo {
  readonly token: AnyToken;
  /** As in messages: the name of the token, with a number for contributions to a multi token. */
  readonly name: string;
  readonly module: ModuleInfo;
  readonly kind: "class" | "value" | "factory" | "existing";
  /** An alias has the scope "singleton", whatever it leads to. */
  readonly scope: ProviderScope;
  /** Names of what it injects, lazy dependencies included. */
  readonly dependencies: readonly string[];
}

/** An instance that lives as long as the container. */
export interface InstanceInfo {
  readonly instance: unknown;
  readonly provider: ProviderInfo;
}

/** Describes modules and providers; the same object for the same thing. */
export class GraphInfo {
  readonly #modules: Map<ModuleNode, ModuleInfo> = new Map();
  readonly #providers: Map<Binding, ProviderInfo> = new Map();

  moduleOf(node: ModuleNode): ModuleInfo {
    let info = this.#modules.get(node);
    if (info === undefined) this.#modules.set(node, (info = toModuleInfo(node)));
    return info;
  }

  providerOf(binding: Binding): ProviderInfo {
    let info = this.#providers.get(binding);
    if (info === undefined) this.#providers.set(binding, (info = this.#toProviderInfo(binding)));
    return info;
  }

  #toProviderInfo(binding: Binding): ProviderInfo {
    return {
      token: binding.token,
      name: binding.label,
      module: this.moduleOf(binding.home),
      // Seeds are in no module's list, and a graph with a broken provider is never described.
      kind: binding.recipe.kind as ProviderInfo["kind"],
      scope: binding.scope,
      dependencies: Array.from(dependenciesOf(binding), (dependency) => dependency.label),
    };
  }
}

function toModuleInfo(node: ModuleNode): ModuleInfo {
  return {
    name: node.name,
    spec: node.spec,
    order: node.order,
    imports: Array.from(node.imports, (imported) => imported.spec),
  };
}
