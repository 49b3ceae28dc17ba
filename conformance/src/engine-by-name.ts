import { createEngine, createNativeEngine, ioUringFault, nativeEngineFault } from "armature";
import type { Engine } from "@armature/http";

/** The engines that run in processes of their own, by the word that these get in ENGINE. */
export const ENGINE_NAMES = ["ts", "native", "native-uring"] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** Why tests of an engine are skipped on this machine; `false` where they are not. */
export function skippedOn(name: EngineName): string | false {
  if (name === "ts") return false;
  return (name === "native" ? nativeEngineFault() : ioUringFault()) ?? false;
}

/** The engine that ENGINE names; the TypeScript engine where it names none. */
export function engineOfEnvironment(): Engine {
  const name = process.env["ENGINE"];
  if (name === "native-uring") return createNativeEngine({ io: "io_uring" });
  return name === "native" ? createNativeEngine({ io: "epoll" }) : createEngine();
}
