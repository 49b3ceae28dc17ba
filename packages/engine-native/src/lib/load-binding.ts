import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ArmatureError } from "@armature/http";
import { cLibrary } from "./c-library.ts";
import { LAYOUT, type NativeBinding } from "./binding.ts";

const PLATFORM = `${process.platform}-${process.arch}`;

/** Where `npm run build:native` puts the module. */
const BUILT = join(import.meta.dirname, "..", "..", `armature.${PLATFORM}.node`);

const require = createRequire(import.meta.url);

type Loaded = { readonly binding: NativeBinding } | { readonly fault: string };

let loaded: Loaded | null = null;

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

function load(): Loaded {
  if (process.platform !== "linux") return { fault: `it runs on Linux alone (this is ${process.platform}).` };
  if (existsSync(BUILT)) return loadFrom(BUILT);
  try {
    return loadFrom(require.resolve(prebuiltPackage()));
  } catch {
    return {
      fault: `it is not built for ${PLATFORM}; build it with "npm run build:native", which needs cargo.`,
    };
  }
}

/** The package that has the module ready for this platform; a module is made for one C library. */
function prebuiltPackage(): string {
  return `@armature/engine-native-${PLATFORM}-${cLibrary()}`;
}

function loadFrom(path: string): Loaded {
  try {
    const binding: unknown = require(path);
    if (isBinding(binding)) return { binding };
    return {
      fault: `${path} was built from other sources; build it again with "npm run build:native".`,
    };
  } catch (error) {
    return { fault: `${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function isBinding(value: unknown): value is NativeBinding {
  return typeof value === "object" && value !== null && "layout" in value && value.layout === LAYOUT;
}
