import { createRouter, joinPaths, RouterError, type RouteEntry, type Router } from "@armature/router";
import { ArmatureError } from "@armature/http";
import { flatMapAll, partly } from "../flat-map-all.ts";
import { compileRoute } from "../pipeline/compile-route.ts";
import type { CompiledRoute, ConditionalRoute, Runtime } from "../pipeline/compiled-route.ts";
import type { CollectedRoute } from "../route/collect-routes.ts";
import { atPlace } from "../placed-error.ts";
import type { RouteConditions, Versioning } from "../route/conditions.ts";
import { placeOf, type RouteInfo } from "../route/route-info.ts";

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

/** What can be said of routes of which some may be wrong. */
export interface RouteCheck {
  /** `null` where a mistake keeps it from being built. */
  readonly router: Router<CompiledRoute> | null;
  /** The routes that no mistake is about. */
  readonly compiled: readonly CompiledRoute[];
  /** The mistakes of all routes. */
  readonly errors: readonly unknown[];
}

/**
 * Gathers and compiles all routes and builds the router over them.
 * @throws AggregateError with the mistakes of all routes
 */
export function buildRouter(
  collect: () => readonly CollectedRoute[],
  runtime: Runtime,
  settings: RouterSettings,
): BuiltRoutes {
  const { router, compiled, errors } = checkRouter(collect, runtime, settings);
  if (router === null || errors.length > 0) throw new AggregateError(errors, "The routes are not in order.");
  return { router, compiled };
}

/** The same without throwing: routes that are in order are looked at even where others are not. */
export function checkRouter(
  collect: () => readonly CollectedRoute[],
  runtime: Runtime,
  { versioning, constraints }: RouterSettings,
): RouteCheck {
  const routes = partly(collect);
  const placed = partly(() =>
    flatMapAll(routes.results, (route) =>
      atPlace(placeOf(route.definition.info), () => placeRoute(route, runtime, versioning)),
    ),
  );
  const entries = [...groupByPath(placed.results)].flatMap((group) => toEntries(group));
  const routers = partly(() => [createRouter(entries, { constraints })]);
  return {
    router: routers.results[0] ?? null,
    compiled: withoutFaulty(
      placed.results.map(({ route }) => route),
      routers.errors,
    ),
    errors: [...routes.errors, ...placed.errors, ...routers.errors],
  };
}

/** Leaves out the routes that a router refuses; all of them where its mistake is about none. */
function withoutFaulty(
  routes: readonly CompiledRoute[],
  errors: readonly unknown[],
): readonly CompiledRoute[] {
  const faulty = errors.map((error) =>
    error instanceof RouterError ? error.faults.map(({ patterns }) => patterns[0]) : [undefined],
  );
  const paths = new Set(faulty.flat());
  return paths.has(undefined) ? [] : routes.filter(({ info }) => !paths.has(info.path));
}

/** With versions in the path a route stands once under each of them, and its version is no condition any more. */
function placeRoute(
  { definition, conditions }: CollectedRoute,
  runtime: Runtime,
  versioning: Versioning | undefined,
): ConditionalRoute[] {
  if (conditions.versions !== null && versioning === undefined) throw versionless(definition.info);
  if (versioning?.type !== "path" || conditions.versions === null) {
    return [{ route: compileRoute(definition, runtime), conditions }];
  }
  return conditions.versions.map((version) => {
    const path = joinPaths(`/${versioning.prefix ?? "v"}${version}`, definition.info.path);
    const info = { ...definition.info, path, versions: [version] };
    return {
      route: compileRoute({ ...definition, info }, runtime),
      conditions: { ...conditions, versions: null },
    };
  });
}

function versionless({ method, path }: RouteInfo): ArmatureError {
  return new ArmatureError(
    "E_ROUTE_VERSION",
    `${method} ${path} has a version, but requests cannot say one; set the option "versioning", e.g. { type: "path" }.`,
  );
}

function groupByPath(routes: readonly ConditionalRoute[]): Iterable<readonly ConditionalRoute[]> {
  return Map.groupBy(routes, ({ route }) => `${route.info.method} ${route.info.path}`).values();
}

/**
 * Routes that differ in host or version share one entry; those that meet under one host and version are left for the router to
 * refuse.
 */
function toEntries(group: readonly ConditionalRoute[]): RouteEntry<CompiledRoute>[] {
  const meeting = Map.groupBy(group.flatMap(underEach), ({ conditions }) => JSON.stringify(conditions));
  const taken = [...meeting.values()].map((same) => same[0] as ConditionalRoute); // groups are never empty
  const duplicates = new Set([...meeting.values()].flatMap(othersThanFirst));
  const ordered = taken.toSorted((a, b) => weight(b.conditions) - weight(a.conditions));
  const first = ordered[0] as ConditionalRoute; // nor is this one
  const isConditional = ordered.some(({ conditions }) => weight(conditions) > 0);
  const value = isConditional ? { ...first.route, alternatives: ordered } : first.route;
  return [value, ...duplicates].map((route) => ({
    method: route.info.method,
    path: route.info.path,
    value: route,
  }));
}

/** The route once for each of its hosts with each of its versions. */
function underEach({ route, conditions }: ConditionalRoute): ConditionalRoute[] {
  return singles(conditions.hosts).flatMap((hosts) =>
    singles(conditions.versions).map((versions) => ({ route, conditions: { hosts, versions } })),
  );
}

function singles(values: readonly string[] | null): readonly (readonly string[] | null)[] {
  return values === null ? [null] : values.map((value) => [value]);
}

function othersThanFirst(same: readonly ConditionalRoute[]): CompiledRoute[] {
  return same.map(({ route }) => route).filter((route) => route !== same[0]?.route);
}

const MAX_NAME_LENGTH = 255;

/** Exact hosts go first, then wildcards, the longer ones before the shorter, then any host; under one host a version goes first. */
function weight({ hosts, versions }: RouteConditions): number {
  const byHost = hosts === null ? 0 : hosts[0]?.startsWith("*") ? hosts[0].length : MAX_NAME_LENGTH + 1;
  return byHost * 2 + (versions === null ? 0 : 1);
}
