import type { ModuleSpec } from "./module-spec.ts";

/** A module of which a test says only what matters. */
export function makeModule(name: string, parts: Partial<ModuleSpec> = {}): ModuleSpec {
  return { name, imports: [], providers: [], exports: [], ...parts };
}
