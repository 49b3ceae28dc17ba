import type { StageLevel } from "./resolve-stages.ts";
import type { StageOptions } from "./route-options.ts";
import type { StageInfo } from "./stage-info.ts";

const KINDS: Readonly<Record<keyof StageOptions, StageInfo["kind"]>> = {
  middleware: "middleware",
  guards: "guard",
  interceptors: "interceptor",
  filters: "filter",
};

/** Names the stages of all levels, the outermost first, in the order in which they are entered; filters the other way round. */
export function describeStages(levels: readonly StageLevel[]): StageInfo[] {
  return Object.entries(KINDS).flatMap(([key, kind]) => {
    const ordered = kind === "filter" ? levels.toReversed() : levels;
    return ordered.flatMap(({ stages, declaredBy }) => {
      const refs: readonly unknown[] = stages[key as keyof StageOptions] ?? []; // the keys of KINDS
      return refs.map((ref) => ({ kind, name: nameOf(ref), declaredBy, ref }));
    });
  });
}

function nameOf(ref: unknown): string {
  return typeof ref === "function" && ref.name !== "" ? ref.name : "anonymous";
}
