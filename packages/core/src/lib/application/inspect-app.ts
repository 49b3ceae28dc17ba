import type { ModuleDefinition, ModuleRef } from "../module/module-definition.ts";
import type { AppOptions } from "./app-options.ts";
import type { BootFault } from "./boot-error.ts";
import { checkApp } from "./check-app.ts";
import { RouteRegistry } from "./route-registry.ts";

/** What is known of an application that was not started. */
export interface Inspection {
  /** Everything that keeps it from starting. */
  readonly faults: readonly BootFault[];
  /** Its routes, without those that a mistake is about. */
  readonly registry: RouteRegistry;
  /** Its modules, the imported ones first; none where they are not in order. */
  readonly modules: readonly ModuleDefinition[];
}

/**
 * Looks at an application without starting it: constructors run to discover what they inject, no factory and no hook does.
 *
 * @example
 * const { faults, registry } = inspectApp(AppModule);
 * for (const { method, path } of registry.routes) process.stdout.write(`${method} ${path}\n`);
 */
export function inspectApp(root: ModuleRef, options: AppOptions = {}): Inspection {
  const registry = new RouteRegistry(options.versioning, options.constraints);
  const { faults, tree, routes } = checkApp(root, options, registry);
  registry.fill(routes);
  return { faults, registry, modules: [...(tree?.modules.values() ?? [])] };
}
