import { compileGraph, provide, type Graph, type ModuleSpec, type Provider } from "@armature/di";
import { DEFAULT_LIMITS, resolveLimits } from "@armature/http";
import { refusalHandler } from "../diagnostics/refusals.ts";
import { flatMapAll } from "../flat-map-all.ts";
import { resolveDecompression } from "../context/content-codings.ts";
import { healthRoutes } from "../features/health.ts";
import { refusalLog, requestLog } from "../features/request-log.ts";
import type { ModuleRef } from "../module/module-definition.ts";
import { DraftModule } from "../module/draft-module.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import { readModules, type ModuleTree } from "../module/module-tree.ts";
import type { Runtime } from "../pipeline/compiled-route.ts";
import { collectEntries, collectRoutes, type CollectedRoute } from "../route/collect-routes.ts";
import { versionReader } from "../route/conditions.ts";
import { AppContainer, CURRENT_CONTEXT } from "./app-container.ts";
import type { AppOptions } from "./app-options.ts";
import { Application } from "./application.ts";
import { BootError, toFaults, withoutRepeats, type BootFault } from "./boot-error.ts";
import { buildRouter, type BuiltRoutes } from "./build-router.ts";
import { checkOptions } from "./check-options.ts";
import { Dispatcher } from "./dispatcher.ts";
import { fallbackRoutes } from "./fallback-routes.ts";
import { initModules } from "./lifecycle.ts";
import { silentLogger } from "./logger.ts";
import { createRequestIds } from "./request-id.ts";
import { RouteRegistry } from "./route-registry.ts";

/** What is known of an application before its providers exist. */
interface Plan {
  readonly options: AppOptions;
  readonly runtime: Runtime;
  /** Turned on when the application begins to stop. */
  readonly state: { draining: boolean };
}

/**
 * Builds an application from its root module: checks everything, starts the providers, compiles the routes.
 *
 * @throws BootError with every mistake of options, modules, providers and routes; nothing was started then
 * @example
 * const app = await createApp(AppModule, { engine: createEngine() });
 * const { url } = await app.listen({ port: 3000 });
 */
export async function createApp(root: ModuleRef, options: AppOptions = {}): Promise<Application> {
  const registry = new RouteRegistry(options.versioning, options.constraints);
  const container = checkAll(root, options, registry);
  const plan = planOf(options);
  const modules = await start(container);
  try {
    await initModules(container.instances);
    const app = assemble(container, modules, plan);
    registry.fill(app.routes);
    return app;
  } catch (error) {
    await container.dispose();
    throw error;
  }
}

function planOf(options: AppOptions): Plan {
  return { options, runtime: createRuntime(options), state: { draining: false } };
}

function createRuntime({
  logger = silentLogger,
  debug = false,
  requestId = true,
  checkAnswers = !isProduction(),
  jsonSchema = {},
  requestLog: logs = false,
  limits = {},
  decompress = true,
}: AppOptions): Runtime {
  return {
    logger,
    debug,
    maxBodyBytes: limits.maxBodyBytes ?? DEFAULT_LIMITS.maxBodyBytes,
    checksAnswers: checkAnswers,
    jsonSchema,
    decompression: resolveDecompression(decompress, brotliVersion()),
    sendsRequestId: requestId !== false,
    requestIdOf: createRequestIds(requestId === "trust"),
    onAnswer: logs ? requestLog(logger) : null,
    onRefusal: logs ? refusalLog(logger) : null,
  };
}

/** Not every runtime has a process. */
function isProduction(): boolean {
  return typeof process !== "undefined" && process.env["NODE_ENV"] === "production";
}

/** Other runtimes than Node need not have a `process`. */
function brotliVersion(): string | undefined {
  return typeof process === "undefined" ? undefined : process.versions["brotli"];
}

/** The checks that run no factory and no hook; all of them run, whatever the others find. */
function checkAll(root: ModuleRef, given: AppOptions, registry: RouteRegistry): AppContainer {
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
  if (tree !== null) attempt(() => buildRoutes(draftsOf(tree, graph), planOf(options)));
  if (tree === null || graph === null || faults.length > 0) throw new BootError(withoutRepeats(faults));
  return new AppContainer(tree, graph);
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

async function start(container: AppContainer): Promise<ModuleRuntime[]> {
  try {
    return await container.start();
  } catch (error) {
    throw new BootError(toFaults(error), error);
  }
}

function buildRoutes(modules: readonly ModuleRuntime[], plan: Plan): BuiltRoutes {
  const { versioning, constraints = {} } = plan.options;
  return buildRouter(() => routesOf(modules, plan), plan.runtime, { versioning, constraints });
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

/** Every module comes after those that it imports. */
function rootOf(modules: readonly ModuleRuntime[]): ModuleRuntime {
  return modules.at(-1) as ModuleRuntime; // there is always the root
}

function assemble(container: AppContainer, modules: readonly ModuleRuntime[], plan: Plan): Application {
  const { options, runtime, state } = plan;
  const { router, compiled } = buildRoutes(modules, plan);
  const fallbacks = fallbackRoutes(router, { module: rootOf(modules), stages: options, runtime });
  const dispatcher = new Dispatcher(router, fallbacks, versionReader(options.versioning));
  return new Application({
    handle: dispatcher.handle,
    onRefusal: refusalHandler(runtime),
    routes: compiled.map((route) => route.info),
    container,
    engine: options.engine,
    limits: options.limits ?? {},
    priorityOf: compiled.some(({ priority }) => priority !== "normal") ? dispatcher.priorityOf : null,
    maxBodyBytes: runtime.maxBodyBytes,
    logger: runtime.logger,
    onDraining: () => void (state.draining = true),
  });
}
