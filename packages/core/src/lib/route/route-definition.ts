import type { RequestPriority } from "@armature/http";
import type { EtagMode } from "../conditional/body-tag.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import type { Filter, Guard, Interceptor, Middleware, Next } from "../pipeline/stages.ts";
import type { RouteInfo } from "./route-info.ts";

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
  /** Bytes that the body may have; `undefined` leaves it to the application. */
  readonly maxBodyBytes: number | undefined;
  readonly priority: RequestPriority;
  /** How answers are tagged; `undefined` leaves it to the application. */
  readonly etag: EtagMode | undefined;
  /** The module that the route belongs to, whose providers `context.inject` sees. */
  readonly module: ModuleRuntime;
}
