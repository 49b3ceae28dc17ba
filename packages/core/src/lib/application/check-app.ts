import { compileGraph, provide, type Graph, type ModuleSpec, type Provider } from "@armature/di";
import { resolveLimits } from "@armature/http";
import { healthRoutes } from "../features/health.ts";
import { flatMapAll } from "../flat-map-all.ts";
import { DraftModule } from "../module/draft-module.ts";
import type { ModuleRef } from "../module/module-definition.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import { readModules, type ModuleTree } from "../module/module-tree.ts";
import { collectEntries, collectRoutes, type CollectedRoute } from "../route/collect-routes.ts";
import type { RouteInfo } from "../route/route-info.ts";
import { CURRENT_CONTEXT } from "./app-container.ts";
import type { AppOptions } from "./app-options.ts";
import { planOf, type Plan } from "./app-plan.ts";
import { toFaults, withoutRepeats, type BootFault } from "./boot-error.ts";
import {
  buildRouter,
  checkRouter,
  type BuiltRoutes,
  type RouteCheck,
  type RouterSettings,
} from "./build-router.ts";
import { checkOptions } from "./check-options.ts";
import { RouteRegistry } from "./route-registry.ts";

/** What the checks of an application found. */
export interface AppCheck {
  /** Every mistake, each once. */
  readonly faults: readonly BootFault[];
  /** `null` where the modules themselves are not in order. */
  readonly tree: ModuleTree | null;
  /** `null` where the providers are not in order. */
  readonly graph: Graph | null;
  /** The routes that no mistake is about. */
  readonly routes: readonly RouteInfo[];
}

/** The checks that run no factory and no hook; all of them run, whatever the others find. */
export function checkApp(root: ModuleRef, given: AppOptions, registry: RouteRegistry): AppCheck {
  const { faults: wrong, sound: options } = checkOptions(given);
  const faults: BootFault[] = wrong.flatMap(toFaults);
  const attempt = <T>(check: () => T): T | null => {
    try {
      return check();
    } catch (error) {
      faults.push(...toFaults(error));
      return null;
    }
  };
  attempt(() => resolveLimits(options.limits));
  const tree = attempt(() => readModules(root, [ambientModule(registry)]));
  const graph = tree === null ? null : attempt(() => checkGraph(tree, options.overrides ?? []));
  const checked = tree === null ? null : attempt(() => checkRoutes(draftsOf(tree, graph), planOf(options)));
  faults.push(...(checked?.errors ?? []).flatMap(toFaults));
  const routes = checked?.compiled.map(({ info }) => info) ?? [];
  return { faults: withoutRepeats(faults), tree, graph, routes };
}

/** What every module of an application sees without importing anything. */
function ambientModule(registry: RouteRegistry): ModuleSpec {
  return {
    name: "Armature",
    imports: [],
    providers: [provide(RouteRegistry, { useValue: registry })],
    exports: [RouteRegistry],
    global: true,
  };
}

function checkGraph(tree: ModuleTree, overrides: readonly Provider[]): Graph {
  return compileGraph(tree.root, { overrides, seedTokens: [CURRENT_CONTEXT] });
}

function draftsOf(tree: ModuleTree, graph: Graph | null): ModuleRuntime[] {
  return Array.from(tree.modules, ([spec, definition]) => new DraftModule(graph, spec, definition));
}

/** Gathers and compiles the routes of an application. @throws AggregateError with the mistakes of all routes */
export function buildRoutes(modules: readonly ModuleRuntime[], plan: Plan): BuiltRoutes {
  return buildRouter(() => routesOf(modules, plan), plan.runtime, settingsOf(plan));
}

function checkRoutes(modules: readonly ModuleRuntime[], plan: Plan): RouteCheck {
  return checkRouter(() => routesOf(modules, plan), plan.runtime, settingsOf(plan));
}

function settingsOf({ options: { versioning, constraints = {} } }: Plan): RouterSettings {
  return { versioning, constraints };
}

/** The routes of all modules, and those of the application itself in its root module. */
function routesOf(modules: readonly ModuleRuntime[], { options, state }: Plan): CollectedRoute[] {
  const module = rootOf(modules);
  const { health = false, prefix = "" } = options;
  const own = health === false ? [] : healthRoutes(health === true ? {} : health, () => state.draining);
  return flatMapAll(
    [
      () => collectEntries(own, { module, prefix: "", stages: {} }),
      () => collectRoutes(modules, { module, prefix, stages: options }),
    ],
    (collect) => collect(),
  );
}

/** The root module: every module comes after those that it imports. */
export function rootOf(modules: readonly ModuleRuntime[]): ModuleRuntime {
  return modules.at(-1) as ModuleRuntime; // there is always the root
}
