import { createRouter, joinPaths, type RouteEntry, type Router } from "@armature/router";
import { mapAll } from "../map-all.ts";
import { compileRoute } from "../pipeline/compile-route.ts";
import type { CompiledRoute, ConditionalRoute, Runtime } from "../pipeline/compiled-route.ts";
import type { CollectedRoute } from "../route/collect-routes.ts";
import type { RouteConditions, Versioning } from "../route/conditions.ts";

/** How the routes of an application are laid out. */
export interface RouterSettings {
  readonly versioning: Versioning | undefined;
  readonly constraints: Readonly<Record<string, (segment: string) => boolean>>;
}

/** All routes, ready to run. */
export interface BuiltRoutes {
  readonly router: Router<CompiledRoute>;
  readonly compiled: readonly CompiledRoute[];
}

/** Compiles all routes and builds the router over them. @throws RouterError with the faults of all routes */
export function buildRouter(
  routes: readonly CollectedRoute[],
  runtime: Runtime,
  settings: RouterSettings,
): BuiltRoutes {
  const placed = mapAll(routes, (route) => placeRoute(route, runtime, settings.versioning)).flat();
  const entries = [...groupByPath(placed)].flatMap((group) => toEntries(group));
  return {
    router: createRouter(entries, { constraints: settings.constraints }),
    compiled: placed.map((route) => route.route),
  };
}

/** With versions in the path a route stands once under each of them, and its version is no condition any more. */
function placeRoute(
  { definition, conditions }: CollectedRoute,
  runtime: Runtime,
  versioning: Versioning | undefined,
): ConditionalRoute[] {
  if (versioning?.type !== "path" || conditions.versions === null) {
    return [{ route: compileRoute(definition, runtime), conditions }];
  }
  return conditions.versions.map((version) => {
    const path = joinPaths(`/${versioning.prefix ?? "v"}${version}`, definition.info.path);
    const info = { ...definition.info, path };
    return {
      route: compileRoute({ ...definition, info }, runtime),
      conditions: { ...conditions, versions: null },
    };
  });
}

function groupByPath(routes: readonly ConditionalRoute[]): Iterable<readonly ConditionalRoute[]> {
  return Map.groupBy(routes, ({ route }) => `${route.info.method} ${route.info.path}`).values();
}

/** Routes that differ in host or version share one entry; those that do not are left for the router to refuse. */
function toEntries(group: readonly ConditionalRoute[]): RouteEntry<CompiledRoute>[] {
  const distinct = Map.groupBy(group, ({ conditions }) => JSON.stringify(conditions));
  const duplicates = [...distinct.values()].flatMap((same) => same.slice(1));
  const candidates = [...distinct.values()].map((same) => same[0] as ConditionalRoute); // groups are never empty
  const ordered = candidates.toSorted((a, b) => weight(b.conditions) - weight(a.conditions));
  const first = ordered[0] as ConditionalRoute; // nor is this one
  const isConditional = ordered.some(({ conditions }) => weight(conditions) > 0);
  const value = isConditional ? { ...first.route, alternatives: ordered } : first.route;
  return [value, ...duplicates.map(({ route }) => route)].map((route) => ({
    method: route.info.method,
    path: route.info.path,
    value: route,
  }));
}

/** More conditions go first; of hosts, exact ones before wildcards. */
function weight({ hosts, versions }: RouteConditions): number {
  const byHost = hosts === null ? 0 : hosts.some((host) => host.startsWith("*")) ? 2 : 4;
  return byHost + (versions === null ? 0 : 1);
}
