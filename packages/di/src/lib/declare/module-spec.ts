import type { Provider } from "./provider.ts";
import type { AnyToken } from "./token.ts";

/** A module as plain data. The same object is the same module, however often it is imported. */
export interface ModuleSpec {
  /** For messages and paths; need not be unique. */
  readonly name: string;
  /** Modules whose exports this one sees; a thunk where two modules import each other. */
  readonly imports: readonly ModuleImport[];
  readonly providers: readonly Provider[];
  /** Own tokens, tokens of imported modules, or imported modules with all that they export. */
  readonly exports: readonly (AnyToken | ModuleSpec)[];
  /** Whether all modules see the exports without importing this one. Default `false`. */
  readonly global?: boolean;
}

/** An entry of a module's `imports`. */
export type ModuleImport = ModuleSpec | (() => ModuleSpec);

/** Whether a value has the shape of a module. */
export function isModuleSpec(value: unknown): value is ModuleSpec {
  if (typeof value !== "object" || value === null) return false;
  const { name, imports, providers, exports } = value as Partial<ModuleSpec>;
  return typeof name === "string" && [imports, providers, exports].every(Array.isArray);
}
