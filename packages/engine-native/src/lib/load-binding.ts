import { join } from "node:path";
import { ArmatureError } from "@armature/http";
import type { NativeBinding } from "./binding.ts";
import { cLibrary } from "./c-library.ts";
import { type LoadedModule, loadModule } from "./load-module.ts";

let loaded: LoadedModule | null = null;

/**
 * Why the native engine cannot be used here, in one sentence; `null` where it can.
 *
 * @example
 * const engine = nativeEngineFault() === null ? createNativeEngine() : createEngine();
 */
export function nativeEngineFault(): string | null {
  loaded ??= load();
  return "fault" in loaded ? loaded.fault : null;
}

/**
 * The Rust module, loaded once for each thread.
 * @throws ArmatureError `E_NATIVE_ENGINE_MISSING`
 */
export function loadBinding(): NativeBinding {
  loaded ??= load();
  if ("binding" in loaded) return loaded.binding;
  throw new ArmatureError("E_NATIVE_ENGINE_MISSING", `The native engine cannot be used: ${loaded.fault}`);
}

function load(): LoadedModule {
  return loadModule({
    platform: process.platform,
    arch: process.arch,
    cLibrary: process.platform === "linux" ? cLibrary() : "gnu",
    folder: join(import.meta.dirname, "..", ".."),
    file: process.env["ARMATURE_NATIVE_MODULE"],
  });
}
