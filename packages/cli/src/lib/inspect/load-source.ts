import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspectApp, type AppOptions, type AppPlan, type Inspection, type ModuleRef } from "@armature/core";
import { CliError } from "../cli-error.ts";

/** Where an application stands. */
export interface SourcePlace {
  readonly folder: string;
  /** The compiled file, or one that Node can run as it is. */
  readonly file: string;
  /** The export that is the application. Default: `app`, `default`, or the only one that can be it. */
  readonly exportName: string | undefined;
}

/** An application that was not started. */
export interface LoadedSource {
  /** What is no module is reported as one of the mistakes. */
  readonly root: ModuleRef;
  readonly options: AppOptions;
}

/**
 * Imports a file and finds the application that it exports, without starting it: a builder (`armature()`), a module, or a function
 * that gives one of them. The options of a module are what the file exports as `appOptions`.
 * @throws CliError `E_CLI_FILE`, `E_CLI_EXPORT`
 */
export async function loadSource({ folder, file, exportName }: SourcePlace): Promise<LoadedSource> {
  const exports = await importFile(resolve(folder, file), file);
  const source = await settle(pick(exports, exportName, file));
  if (isBuilder(source)) return source.plan();
  return { root: source as ModuleRef, options: optionsOf(exports) }; // the check of the application proves it
}

/** Looks at the application that a file exports. @throws CliError `E_CLI_FILE`, `E_CLI_EXPORT` */
export async function inspectSource(place: SourcePlace): Promise<Inspection> {
  const { root, options } = await loadSource(place);
  return inspectApp(root, options);
}

type Exports = Readonly<Record<string, unknown>>;

async function importFile(path: string, shown: string): Promise<Exports> {
  if (!existsSync(path))
    throw new CliError("E_CLI_FILE", `There is no file ${shown}; name the compiled file of the application.`);
  try {
    return (await import(pathToFileURL(path).href)) as Exports; // a module is an object
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new CliError(
      "E_CLI_FILE",
      `${shown} could not be imported (${reason}); files with decorators have to be compiled first, and what listens has to stand in another file.`,
      { cause: error },
    );
  }
}

function pick(exports: Exports, name: string | undefined, file: string): unknown {
  if (name !== undefined) {
    if (Object.hasOwn(exports, name)) return exports[name];
    throw new CliError(
      "E_CLI_EXPORT",
      `${file} exports no "${name}"; it exports ${listed(Object.keys(exports))}.`,
    );
  }
  for (const usual of ["app", "default"]) if (isSource(exports[usual])) return exports[usual];
  const able = Object.keys(exports).filter((key) => isSource(exports[key]));
  if (able.length === 1) return exports[able[0] ?? ""];
  throw new CliError(
    "E_CLI_EXPORT",
    able.length === 0
      ? `${file} exports neither a builder nor a module; it exports ${listed(Object.keys(exports))}.`
      : `${file} exports several things that may be the application (${able.join(", ")}); choose one with --export NAME.`,
  );
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}

/** A function may be a class that is a module, or give one; only calling arrow functions tells. */
async function settle(source: unknown): Promise<unknown> {
  const isArrow = typeof source === "function" && source.prototype === undefined;
  return isArrow ? await (source as () => unknown)() : await source;
}

interface Builder {
  plan(): AppPlan;
}

function isBuilder(value: unknown): value is Builder {
  return typeof value === "object" && value !== null && "plan" in value && typeof value.plan === "function";
}

function isSource(value: unknown): boolean {
  return isBuilder(value) || typeof value === "function" || isDefinition(value);
}

function isDefinition(value: unknown): boolean {
  return typeof value === "object" && value !== null && "options" in value && "name" in value;
}

function optionsOf({ appOptions = {} }: Exports): AppOptions {
  return appOptions as AppOptions; // its mistakes are reported with those of the application
}
