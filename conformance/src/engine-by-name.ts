import { createEngine, createNativeEngine, nativeEngineFault } from "armature";
import type { Engine } from "@armature/http";

/** The engines that run in processes of their own, by the word that these get in ENGINE. */
export const ENGINE_NAMES = ["ts", "native"] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** Why tests of an engine are skipped on this machine; `false` where they are not. */
export function skippedOn(name: EngineName): string | false {
  return name === "native" ? (nativeEngineFault() ?? false) : false;
}

/** The engine that ENGINE names; the TypeScript engine where it names none. */
export function engineOfEnvironment(): Engine {
  return process.env["ENGINE"] === "native" ? createNativeEngine() : createEngine();
}
