import type { RouteInfo, RouteRegistry } from "@armature/core";
import { createRouter, type Match, type Router } from "@armature/router";

/** Finds routes as the application does; those that differ in host or version alone are found together. */
export type RouteFinder = Router<readonly RouteInfo[]>;

/** Makes the finder of an application whose routes are in order. */
export function createFinder({ routes, constraints }: RouteRegistry): RouteFinder {
  const groups = Map.groupBy(routes, ({ method, path }) => `${method} ${path}`);
  const entries = Array.from(groups.values(), (group) => {
    const { method, path } = group[0] as RouteInfo; // groups are never empty
    return { method, path, value: group };
  });
  return createRouter(entries, { constraints });
}

/** The routes that a request may reach. */
export function findRoutes(finder: RouteFinder, method: string, target: string): Match<readonly RouteInfo[]> {
  return finder.matchString(method, target);
}
