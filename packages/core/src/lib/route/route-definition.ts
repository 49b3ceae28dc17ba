import type { ModuleRuntime } from "../module/module-runtime.ts";
import type { Filter, Guard, Interceptor, Middleware, Next } from "../pipeline/stages.ts";
import type { RouteOptions } from "./route-options.ts";

/** What is known of a route; every spelling of an application ends as a list of these. */
export interface RouteInfo {
  /** The method, in capitals. */
  readonly method: string;
  /** The whole pattern with every prefix, e.g. "/users/:id". */
  readonly path: string;
  /** Where the handler stands, for messages and logs, e.g. "UserController.find". */
  readonly name: string;
  /** The options that the route was declared with. */
  readonly options: RouteOptions;
}

/** Stages as functions, those of the application first and those of the route last; filters the other way round. */
export interface ResolvedStages {
  readonly middleware: readonly Middleware[];
  readonly guards: readonly Guard[];
  readonly interceptors: readonly Interceptor[];
  readonly filters: readonly Filter[];
}

/** A route with its handler bound and its stages resolved: ready to be compiled. */
export interface RouteDefinition {
  readonly info: RouteInfo;
  readonly handler: Next;
  readonly stages: ResolvedStages;
  /** The module that the route belongs to, whose providers `context.inject` sees. */
  readonly module: ModuleRuntime;
}
