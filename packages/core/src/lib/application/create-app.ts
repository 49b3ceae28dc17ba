import { refusalHandler } from "../diagnostics/refusals.ts";
import type { ModuleRef } from "../module/module-definition.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import { versionField, versionReader } from "../route/conditions.ts";
import { AppContainer } from "./app-container.ts";
import type { AppOptions } from "./app-options.ts";
import { planOf, type Plan } from "./app-plan.ts";
import { Application } from "./application.ts";
import { BootError, toFaults } from "./boot-error.ts";
import { buildRoutes, checkApp, rootOf } from "./check-app.ts";
import { constantAnswers } from "./constant-answers.ts";
import { Dispatcher } from "./dispatcher.ts";
import { fallbackRoutes } from "./fallback-routes.ts";
import { initModules } from "./lifecycle.ts";
import { RouteRegistry } from "./route-registry.ts";

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
  const { tree, graph, faults } = checkApp(root, options, registry);
  if (tree === null || graph === null || faults.length > 0) throw new BootError(faults);
  const container = new AppContainer(tree, graph);
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

async function start(container: AppContainer): Promise<ModuleRuntime[]> {
  try {
    return await container.start();
  } catch (error) {
    throw new BootError(toFaults(error), error);
  }
}

function assemble(container: AppContainer, modules: readonly ModuleRuntime[], plan: Plan): Application {
  const { options, runtime, state, stop } = plan;
  const { router, compiled } = buildRoutes(modules, plan);
  const fallbacks = fallbackRoutes(router, { module: rootOf(modules), stages: options, runtime });
  const dispatcher = new Dispatcher(
    router,
    fallbacks,
    versionReader(options.versioning),
    versionField(options.versioning),
  );
  return new Application({
    handle: dispatcher.handle,
    onRefusal: refusalHandler(runtime),
    routes: compiled.map((route) => route.info),
    container,
    engine: options.engine,
    limits: options.limits ?? {},
    priorityOf: compiled.some(({ priority }) => priority !== "normal") ? dispatcher.priorityOf : null,
    constants: constantAnswers(router, compiled),
    maxBodyBytes: runtime.maxBodyBytes,
    logger: runtime.logger,
    onDraining: () => void (state.draining = true),
    stop,
  });
}
