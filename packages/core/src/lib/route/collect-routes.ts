import { ArmatureError, resolveLimits } from "@armature/http";
import { joinPaths } from "@armature/router";
import type { Context } from "../context/context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { whenReady } from "../maybe-promise.ts";
import { readController, type ControllerClass } from "../module/controller.ts";
import { flatMapAll } from "../flat-map-all.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import type { Next } from "../pipeline/stages.ts";
import { atPlace } from "../placed-error.ts";
import { behindController } from "./constant.ts";
import { readConditions, type RouteConditions } from "./conditions.ts";
import { routedMethods, type ControllerOptions, type MethodRoute } from "./controller-metadata.ts";
import { readEtag } from "./read-etag.ts";
import { readPriority } from "./priority.ts";
import { resolveStages, type StageLevel } from "./resolve-stages.ts";
import type { RouteDefinition } from "./route-definition.ts";
import { placeOf, type RouteInfo } from "./route-info.ts";
import type { RouteSchemas } from "./route-schemas.ts";
import { RouteField } from "./route-field.ts";
import type { RouteEntry } from "./route-group.ts";
import { routeErrors } from "../errors/route-errors.ts";
import { joinDocs } from "./route-docs.ts";
import type { ErrorOptions, StageOptions } from "./route-options.ts";
import { describeStages } from "./describe-stages.ts";

/** A route with the conditions under which it answers. */
export interface CollectedRoute {
  readonly definition: RouteDefinition;
  readonly conditions: RouteConditions;
}

/** What all routes of an application stand under. */
export interface RouteRoot {
  readonly prefix: string;
  /** Their classes see what the root module sees. */
  readonly stages: StageOptions & ErrorOptions;
  readonly module: ModuleRuntime;
}

/** A route as it was declared, before its surroundings are added. */
interface DeclaredRoute extends MethodRoute {
  readonly name: string;
  readonly handler: Next;
  readonly stages: readonly StageOptions[];
}

/** Everything around the routes of one controller or module. */
interface Surroundings {
  readonly root: RouteRoot;
  readonly module: ModuleRuntime;
  readonly path: string;
  readonly options: readonly ControllerOptions[];
  /** The controller class or the groups, as tools name them. */
  readonly declaredBy: string;
  readonly controller: string | null;
}

/** Gathers the routes of all modules in the order in which they were declared. @throws AggregateError with all that is wrong */
export function collectRoutes(modules: readonly ModuleRuntime[], root: RouteRoot): CollectedRoute[] {
  return flatMapAll(modules, (module) =>
    flatMapAll([moduleRoutes, controllerRoutes], (routesOf) => routesOf(module, root)),
  );
}

/** Gathers routes that belong to no controller. */
export function collectEntries(entries: readonly RouteEntry[], root: RouteRoot): CollectedRoute[] {
  return entryRoutes(entries, outside(root, root.module));
}

function moduleRoutes(module: ModuleRuntime, root: RouteRoot): CollectedRoute[] {
  return entryRoutes(module.definition.options.routes ?? [], outside(root, module));
}

/** Around routes that stand in a module itself. */
function outside(root: RouteRoot, module: ModuleRuntime): Surroundings {
  return { root, module, path: "/", options: [], declaredBy: module.name, controller: null };
}

function entryRoutes(entries: readonly RouteEntry[], around: Surroundings): CollectedRoute[] {
  return flatMapAll(entries, (entry) => {
    if (entry instanceof RouteField)
      return [collect(fieldRoute(entry, nameOf(entry), entry.handler), around)];
    const path = joinPaths(around.path, entry.prefix);
    const declaredBy = entry.prefix === "" ? around.declaredBy : `the group ${path}`;
    return entryRoutes(entry.routes, {
      ...around,
      path,
      declaredBy,
      options: [...around.options, entry.options],
    });
  });
}

function nameOf({ method, path, handler }: RouteField): string {
  return handler.name === "" ? `${method} ${path}` : handler.name;
}

function controllerRoutes(module: ModuleRuntime, root: RouteRoot): CollectedRoute[] {
  return flatMapAll(module.definition.options.controllers ?? [], (type) => {
    const named = { declaredBy: type.name, controller: type.name };
    const surroundings: Surroundings = { root, module, ...named, ...readController(type) };
    const declared = declaredRoutes(type, module);
    if (declared.length === 0 && module.isConstructed) throw emptyController(type);
    return flatMapAll(declared, (route) => [collect(route, surroundings)]);
  });
}

function collect(route: DeclaredRoute, around: Surroundings): CollectedRoute {
  const { root, module, path, options } = around;
  const levels = levelsOf(route, around);
  const whole = [root.prefix, module.definition.options.prefix ?? "", path, route.path].reduce((front, end) =>
    joinPaths(front, end),
  );
  return atPlace(placeOf({ ...route, path: whole }), () => {
    assertServed(route.method);
    const conditions = readConditions([...options, route.options]);
    const maxBodyBytes = checkedBodyLimit(route.options.maxBodyBytes);
    // First, as it refuses what is no stage: the others look into them.
    const stages = resolveStages(levels);
    const declared = declaredInfo(route, around);
    const named = describeStages(levels);
    const sources = levels.map(({ stages: { errors }, declaredBy }) => ({ name: declaredBy, errors }));
    const info: RouteInfo = {
      ...declared,
      ...conditions,
      path: whole,
      maxBodyBytes: maxBodyBytes ?? null,
      stages: named,
      errors: routeErrors({ ...declared, levels: sources, stages: named }),
      // What stands around it is known when it is compiled.
      constant: null,
    };
    const definition = {
      info,
      maxBodyBytes,
      priority: readPriority([...options, route.options]),
      etag: readEtag([...options, route.options]),
      handler: route.handler,
      stages,
      module,
    };
    return { definition, conditions };
  });
}

/** Everything that stages can be declared on, the outermost first. */
function levelsOf(route: DeclaredRoute, { root, module, options, declaredBy }: Surroundings): StageLevel[] {
  return [
    { stages: root.stages, module: root.module, declaredBy: "the application" },
    { stages: module.definition.options, module, declaredBy: module.name },
    ...options.map((stages) => ({ stages, module, declaredBy })),
    ...[...route.stages, route.options].map((stages) => ({ stages, module, declaredBy: route.name })),
  ];
}

/**
 * CONNECT asks for a tunnel and has no path that a route could match; TRACE would show a client the fields that its own code may not
 * read (RFC 9110, 9.3.8).
 */
function assertServed(method: string): void {
  if (method !== "CONNECT" && method !== "TRACE") return;
  throw new ArmatureError(
    "E_ROUTE_METHOD",
    `${method} is refused by every application and cannot have a route; use another method, or exchange.upgrade() for another protocol.`,
  );
}

/** A route's own limit follows the rules of the application's. */
function checkedBodyLimit(maxBodyBytes: number | undefined): number | undefined {
  return maxBodyBytes === undefined ? undefined : resolveLimits({ maxBodyBytes }).maxBodyBytes;
}

type DeclaredInfo = Pick<
  RouteInfo,
  "method" | "name" | "module" | "controller" | "schemas" | "docs" | "meta"
>;

function declaredInfo({ method, name, options: own }: DeclaredRoute, around: Surroundings): DeclaredInfo {
  const { params, query, headers, cookies, body, response, events, meta = {} } = own;
  return {
    method,
    name,
    module: around.module.name,
    controller: around.controller,
    schemas: withoutUndefined({ params, query, headers, cookies, body, response, events }),
    docs: joinDocs([...around.options, own].map(({ docs }) => docs)),
    meta,
  };
}

/** What a route does not declare has no key. */
function withoutUndefined(schemas: {
  readonly [K in keyof RouteSchemas]: RouteSchemas[K] | undefined;
}): RouteSchemas {
  return Object.fromEntries(Object.entries(schemas).filter(([, schema]) => schema !== undefined));
}

function declaredRoutes(type: ControllerClass, module: ModuleRuntime): DeclaredRoute[] {
  return [...decoratedRoutes(type, module), ...fieldRoutes(type, module)];
}

function decoratedRoutes(type: ControllerClass, module: ModuleRuntime): DeclaredRoute[] {
  return routedMethods(type).flatMap(({ name, routes, stages }) => {
    const handler = methodHandler(type, name, module);
    return routes.map((route) => ({ ...route, name: `${type.name}.${name}`, handler, stages }));
  });
}

function fieldRoutes(type: ControllerClass, module: ModuleRuntime): DeclaredRoute[] {
  const isPerRequest = module.isPerRequest(type);
  const sample = isPerRequest ? module.sampleOf(type) : module.instanceOf(type);
  return Object.entries(sample).flatMap(([name, field]: [string, unknown]) => {
    if (!(field instanceof RouteField)) return [];
    const handler = isPerRequest
      ? behindController(
          perRequest(type, module, (made) => fieldOf(made, name).handler),
          field.handler,
        )
      : field.handler;
    return [fieldRoute(field, `${type.name}.${name}`, handler)];
  });
}

function fieldRoute(field: RouteField, name: string, handler: Next): DeclaredRoute {
  return { method: field.method, path: field.path, options: field.options, name, handler, stages: [] };
}

function fieldOf(instance: object, name: string): RouteField {
  return (instance as Record<string, RouteField>)[name] as RouteField; // the sample of the same class has it
}

function methodHandler(type: ControllerClass, name: string, module: ModuleRuntime): Next {
  if (module.isPerRequest(type)) return perRequest(type, module, (made) => methodOf(made, name).bind(made));
  const instance = module.instanceOf(type);
  return methodOf(instance, name).bind(instance);
}

function methodOf(instance: object, name: string): Next {
  return (instance as Record<string, Next>)[name] as Next; // a route decorator stood on this method
}

/** Makes the controller in the scope of the request before its handler is called. */
function perRequest(type: ControllerClass, module: ModuleRuntime, handlerOf: (made: object) => Next): Next {
  return (context: Context) => {
    // The dispatcher makes every context, and it makes RequestContexts only.
    const made = (context as RequestContext).resolve(type, module);
    return whenReady<object>(made, (controller) => handlerOf(controller)(context));
  };
}

function emptyController(type: ControllerClass): ArmatureError {
  return new ArmatureError(
    "E_CONTROLLER_EMPTY",
    `${type.name} has no routes; decorate a method with @Get(...) or give it a field such as list = get("/", ...).`,
  );
}
