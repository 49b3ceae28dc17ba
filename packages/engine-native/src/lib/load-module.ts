import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { LAYOUT, type NativeBinding } from "./binding.ts";

/** What the Rust module is for, and where it may be. */
export interface ModulePlace {
  /** As `process.platform` and `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  readonly cLibrary: "gnu" | "musl";
  /** The folder of this package: `npm run build:native` puts the module there, and packages are looked for from there. */
  readonly folder: string;
  /** A file to take in place of all others. */
  readonly file: string | undefined;
}

/** The module, or why there is none, in one sentence. */
export type LoadedModule = { readonly binding: NativeBinding } | { readonly fault: string };

const BUILD = `"npm run build:native", which needs cargo`;

/** Loads the module: the one that is named, else the one that was built here, else that of the package for this platform. */
export function loadModule({ platform, arch, cLibrary, folder, file }: ModulePlace): LoadedModule {
  if (platform !== "linux") return { fault: `it runs on Linux alone (this is ${platform}).` };
  const require = createRequire(join(folder, "package.json"));
  if (file !== undefined) return loadFile(require, file, "name another one with ARMATURE_NATIVE_MODULE");
  const built = join(folder, `armature.${platform}-${arch}.node`);
  if (existsSync(built)) return loadFile(require, built, `build it again with "npm run build:native"`);
  const packaged = `@armature/engine-native-${platform}-${arch}-${cLibrary}`;
  const found = resolve(require, packaged);
  if (found !== null) return loadFile(require, found, `install the ${packaged} of this version`);
  return {
    fault: `there is no package ${packaged} (npm leaves it out with --omit=optional, and where there is none for this platform), and it was not built with ${BUILD}.`,
  };
}

function resolve(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}

function loadFile(require: NodeJS.Require, path: string, mend: string): LoadedModule {
  try {
    const found: unknown = require(path);
    if (isBinding(found)) return { binding: found };
    return { fault: `${path} has the layout ${String(layoutOf(found))} and not ${LAYOUT}; ${mend}.` };
  } catch (error) {
    return { fault: `${path} cannot be loaded (${firstLine(error)}); ${mend}.` };
  }
}

function isBinding(value: unknown): value is NativeBinding {
  return layoutOf(value) === LAYOUT;
}

function layoutOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "layout" in value ? value.layout : undefined;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? text;
}
