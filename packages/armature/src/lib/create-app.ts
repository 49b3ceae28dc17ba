import {
  AppBuilder,
  createApp as createCoreApp,
  type AppOptions,
  type Application,
  type ModuleRef,
} from "@armature/core";
import { createEngine } from "@armature/engine";
import { createLogger } from "./create-logger.ts";

/**
 * Builds an application from its root module, with the TypeScript engine and a JSON logger unless the options say otherwise.
 *
 * @throws BootError with every mistake of options, modules, providers and routes; nothing was started then
 * @example
 * const app = await createApp(AppModule);
 * const { url } = await app.listen({ port: 3000 });
 */
export async function createApp(root: ModuleRef, options: AppOptions = {}): Promise<Application> {
  return await createCoreApp(root, { engine: createEngine(), logger: createLogger(), ...options });
}

/**
 * Starts an application that is written as functions.
 *
 * @example
 * const app = armature().get("/hello/:name", ({ params }) => ({ hello: params.name }));
 * await app.listen({ port: 3000 });
 */
export function armature(options: AppOptions = {}): AppBuilder {
  return new AppBuilder(options, createApp);
}
