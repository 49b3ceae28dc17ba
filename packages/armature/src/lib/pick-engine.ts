import type { Logger } from "@armature/core";
import { createEngine } from "@armature/engine";
import { createNativeEngine, nativeEngineFault } from "@armature/engine-native";
import type { Engine } from "@armature/http";

/** The engines that come with Armature: "native" is Rust inside the event loop, "ts" is TypeScript and runs everywhere. */
export type EngineName = "native" | "ts";

/**
 * The engine that options choose; without a choice the native one where it is built.
 * @param faultOf tells why the native engine cannot be used, `null` where it can; not called, and nothing native loaded, where
 *   another one is chosen
 */
export function pickEngine(
  choice: Engine | EngineName | undefined,
  logger: Logger,
  faultOf: () => string | null = nativeEngineFault,
): Engine {
  if (choice !== undefined && choice !== "native" && choice !== "ts") return choice;
  if (choice === "ts") return createEngine();
  const fault = faultOf();
  if (fault === null) return createNativeEngine();
  if (choice === "native") sayFallback(logger, fault);
  return createEngine();
}

function sayFallback(logger: Logger, fault: string): void {
  try {
    logger.warn(
      { code: "E_NATIVE_ENGINE_MISSING" },
      `The TypeScript engine serves in place of the native one: ${fault}`,
    );
  } catch {
    // A logger that fails is reported where options are checked, and no reason not to serve.
  }
}
