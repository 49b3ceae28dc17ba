import { placeOf, type Inspection, type RouteInfo, type RouteRegistry } from "@armature/core";
import type { OpenApiFault } from "@armature/openapi";
import { findUndescribed } from "./document-faults.ts";
import { createFinder } from "./route-finder.ts";
import { samplePaths } from "./sample-paths.ts";

/** Something that does not keep an application from starting, and is probably not meant. */
export interface CheckWarning {
  /** Stable: `W_ROUTE_NO_RESPONSE`, `W_ROUTE_UNGUARDED`, `W_ROUTE_SHADOWED` or `W_ROUTE_NO_JSON_SCHEMA`. */
  readonly code: string;
  /** What was found, of which route, and what to do. */
  readonly message: string;
}

/** Looks at the routes that are in order; those with `docs.hidden` or `docs.contents` need no response schema. */
export function findWarnings(inspection: Inspection): CheckWarning[] {
  const { registry } = inspection;
  const { routes } = registry;
  return [
    ...routes.filter(declaresNothing).map(noResponse),
    ...[...Map.groupBy(routes, ({ module }) => module).values()].flatMap(unguarded),
    ...shadowed(registry),
    ...findUndescribed(inspection).map(noJsonSchema),
  ];
}

function declaresNothing({ schemas, docs }: RouteInfo): boolean {
  return schemas.response === undefined && docs.contents === undefined && docs.hidden !== true;
}

function noJsonSchema({ message }: OpenApiFault): CheckWarning {
  return { code: "W_ROUTE_NO_JSON_SCHEMA", message };
}

function noResponse(route: RouteInfo): CheckWarning {
  return {
    code: "W_ROUTE_NO_RESPONSE",
    message: `${placeOf(route)} declares no answer; give it a response schema, so that what it sends is checked and documented.`,
  };
}

/** Where some routes of a module have a guard, one that has none may have been forgotten. */
function unguarded(routes: readonly RouteInfo[]): CheckWarning[] {
  const bare = routes.filter(({ stages }) => !stages.some(({ kind }) => kind === "guard"));
  if (bare.length === 0 || bare.length === routes.length) return [];
  return bare.map((route) => ({
    code: "W_ROUTE_UNGUARDED",
    message: `${placeOf(route)} has no guard, and others of ${route.module} have one; guard the whole module, or move what is open to everyone into another.`,
  }));
}

/** A route that none of its sample paths reaches is hidden behind others. */
function shadowed(registry: RouteRegistry): CheckWarning[] {
  const finder = createFinder(registry);
  return registry.routes.flatMap((route) => {
    const found = samplePaths(route.path, registry).map((path) => {
      const match = finder.matchString(route.method, path);
      return { path, routes: match.kind === "found" ? match.value : [] };
    });
    const [first] = found;
    if (first === undefined || found.some(({ routes }) => routes.includes(route))) return [];
    const [winner] = first.routes;
    return winner === undefined ? [] : [hidden(route, first.path, winner)];
  });
}

function hidden(route: RouteInfo, path: string, winner: RouteInfo): CheckWarning {
  return {
    code: "W_ROUTE_SHADOWED",
    message: `${placeOf(route)} is never reached: ${route.method} ${path}, for example, goes to ${placeOf(winner)}; make their paths different, or remove one.`,
  };
}
