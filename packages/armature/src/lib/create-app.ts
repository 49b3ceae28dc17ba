import {
  AppBuilder,
  createApp as createCoreApp,
  type AppOptions as CoreOptions,
  type Application,
  type ModuleRef,
} from "@armature/core";
import type { Engine } from "@armature/http";
import { createLogger } from "./create-logger.ts";
import { type EngineName, pickEngine } from "./pick-engine.ts";

/** Options of an application; each has a default. */
export interface AppOptions extends Omit<CoreOptions, "engine"> {
  /**
   * What turns bytes into exchanges: an engine, or the name of one of ours. "native" is Rust inside the event loop, for Linux; where it
   * is not built the TypeScript engine serves, and one line of the log says so. Default: "native" where it is built, else "ts".
   */
  readonly engine?: Engine | EngineName;
}

/**
 * Builds an application from its root module, with the engine of this machine and a JSON logger unless the options say otherwise.
 *
 * @throws BootError with every mistake of options, modules, providers and routes; nothing was started then
 * @example
 * const app = await createApp(AppModule);
 * const { url } = await app.listen({ port: 3000 });
 */
export async function createApp(root: ModuleRef, options: AppOptions = {}): Promise<Application> {
  const { engine, logger = createLogger(), ...others } = options;
  // An engine that is undefined in so many words is none.
  const isChosen = Object.hasOwn(options, "engine");
  const picked = isChosen && engine === undefined ? {} : { engine: pickEngine(engine, logger) };
  return await createCoreApp(root, { ...picked, logger, ...others });
}

/**
 * Starts an application that is written as functions.
 *
 * @example
 * const app = armature().get("/hello/:name", ({ params }) => ({ hello: params.name }));
 * await app.listen({ port: 3000 });
 */
export function armature(options: AppOptions = {}): AppBuilder {
  const { engine, ...others } = options;
  if (engine === undefined) return new AppBuilder(others, createApp);
  return new AppBuilder(others, (root, built) => createApp(root, { ...built, engine }));
}
