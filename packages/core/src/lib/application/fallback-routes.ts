import { HttpError, isRegisteredMethod } from "@armature/http";
import type { Router } from "@armature/router";
import { reply } from "../context/reply-factory.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Context } from "../context/context.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import { compileRoute } from "../pipeline/compile-route.ts";
import type { CompiledRoute, Runtime } from "../pipeline/compiled-route.ts";
import type { Next } from "../pipeline/stages.ts";
import { resolveStages, type StageLevel } from "../route/resolve-stages.ts";
import type { RouteInfo } from "../route/route-info.ts";
import { describeStages } from "../route/describe-stages.ts";
import type { StageOptions } from "../route/route-options.ts";
import { MATCH_FAILURE, type FallbackRoutes } from "./dispatcher.ts";

/** What the fallbacks stand on: the root module, and the stages of the whole application. */
export interface FallbackSettings {
  readonly module: ModuleRuntime;
  readonly stages: StageOptions;
  readonly runtime: Runtime;
}

/** Makes what answers where no route matched; middleware and filters of the application run there, guards do not. */
export function fallbackRoutes(router: Router<CompiledRoute>, settings: FallbackSettings): FallbackRoutes {
  const make = (name: string, handler: Next): CompiledRoute => compileFallback(name, handler, settings);
  return {
    notFound: make("not found", (context) => {
      throw new HttpError(404, "E_ROUTE_NOT_FOUND", `There is nothing at ${context.request.path}.`);
    }),
    methodNotAllowed: make("method not allowed", (context) => {
      const { method, path } = context.request;
      if (method === "CONNECT") throw noTunnel(router);
      if (!isRegisteredMethod(method) && !router.allowed().includes(method)) throw unknownMethod(method);
      throw new HttpError(405, "E_METHOD_NOT_ALLOWED", `${method} is not possible at ${path}.`, {
        headers: { allow: context.allowedMethods.join(", ") },
      });
    }),
    options: make("options", (context) => {
      const methods = context.request.target === "*" ? router.allowed() : context.allowedMethods;
      return reply(204).header("allow", methods.join(", "));
    }),
    badTarget: make("bad target", (context) => {
      throw new HttpError(400, "E_TARGET_INVALID", reasonOf(context));
    }),
    matchFailed: make("match failed", (context) => {
      throw context.get(MATCH_FAILURE);
    }),
  };
}

/** Nothing here is a proxy; the target names another server and no path (RFC 9110, 9.3.6). */
function noTunnel(router: Router<CompiledRoute>): HttpError {
  return new HttpError(405, "E_METHOD_NOT_ALLOWED", "There are no tunnels here.", {
    headers: { allow: router.allowed().join(", ") },
  });
}

/** A method that no route of the application has, and no registry, is not understood (RFC 9110, 9.1). */
function unknownMethod(method: string): HttpError {
  return new HttpError(501, "E_METHOD_UNKNOWN", `The method ${method} is not known here.`, { expose: true });
}

function reasonOf(context: Context): string {
  const { match } = context as RequestContext; // the dispatcher makes RequestContexts only
  return match.kind === "bad-target" ? match.reason : "The request target does not fit its method.";
}

function compileFallback(
  name: string,
  handler: Next,
  { module, stages, runtime }: FallbackSettings,
): CompiledRoute {
  const { middleware = [], filters = [] } = stages;
  const levels = [{ stages: { middleware, filters }, module, declaredBy: "the application" }];
  const route = compileRoute(
    {
      info: fallbackInfo(name, levels),
      maxBodyBytes: undefined,
      priority: "normal",
      etag: false,
      handler,
      stages: resolveStages(levels),
      module,
    },
    runtime,
  );
  return { ...route, isFallback: true };
}

function fallbackInfo(name: string, levels: readonly StageLevel[]): RouteInfo {
  return {
    method: "*",
    path: `(${name})`,
    name,
    module: "",
    controller: null,
    schemas: {},
    docs: { hidden: true },
    meta: {},
    maxBodyBytes: null,
    hosts: null,
    versions: null,
    stages: describeStages(levels),
    errors: [],
    constant: null,
  };
}
