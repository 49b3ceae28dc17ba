import { ArmatureError } from "@armature/http";
import type { RequestContext } from "../context/request-context.ts";
import type { Context } from "../context/context.ts";
import { whenReady } from "../maybe-promise.ts";
import type { ModuleRuntime } from "../module/module-runtime.ts";
import type { Constructor, Filter, Guard, Interceptor, Middleware } from "../pipeline/stages.ts";
import type { ResolvedStages } from "./route-definition.ts";
import type { ErrorOptions, StageOptions } from "./route-options.ts";

/** Stages of one level, with the module whose providers their classes see. */
export interface StageLevel {
  readonly stages: StageOptions & ErrorOptions;
  readonly module: ModuleRuntime;
  /** What declares them, as messages and tools name it. */
  readonly declaredBy: string;
}

/** Turns the stages of all levels, the outermost first, into functions; classes become calls of their instance. */
export function resolveStages(levels: readonly StageLevel[]): ResolvedStages {
  return {
    middleware: levels.flatMap((level) =>
      resolveAll(level.stages.middleware, "use", level.module),
    ) as Middleware[],
    guards: levels.flatMap((level) =>
      resolveAll(level.stages.guards, "canActivate", level.module),
    ) as Guard[],
    interceptors: levels.flatMap((level) =>
      resolveAll(level.stages.interceptors, "intercept", level.module),
    ) as Interceptor[],
    // The innermost level is asked first.
    filters: levels
      .toReversed()
      .flatMap((level) => resolveAll(level.stages.filters, "catch", level.module)) as Filter[],
  };
}

/** The method that a class of each kind of stage has. */
export type StageVerb = "use" | "canActivate" | "intercept" | "catch";

/** The method of each kind of stage. */
export const STAGE_VERBS: Readonly<Record<keyof StageOptions, StageVerb>> = {
  middleware: "use",
  guards: "canActivate",
  interceptors: "intercept",
  filters: "catch",
};

type StageFunction = (...args: unknown[]) => unknown;

function resolveAll(
  refs: readonly unknown[] | undefined,
  verb: StageVerb,
  module: ModuleRuntime,
): StageFunction[] {
  return (refs ?? []).map((ref) => {
    if (isStageClass(ref, verb)) return bindClass(ref, verb, module);
    if (!isStageFunction(ref)) throw notAStage(ref, verb, module.name);
    return ref as StageFunction; // a function is called with what its kind of stage is called with
  });
}

/** What is wrong with stages, before anything looks at their modules. */
export function stageFaults(stages: StageOptions, where: string): ArmatureError[] {
  return Object.entries(STAGE_VERBS).flatMap(([kind, verb]) => {
    const refs: readonly unknown[] = stages[kind as keyof StageOptions] ?? []; // the keys of STAGE_VERBS
    const wrong = refs.filter((ref) => !isStageClass(ref, verb) && !isStageFunction(ref));
    return wrong.map((ref) => notAStage(ref, verb, where));
  });
}

function notAStage(ref: unknown, verb: StageVerb, where: string): ArmatureError {
  const got = typeof ref === "function" ? `the class ${ref.name}, which has none` : String(ref);
  return new ArmatureError(
    "E_STAGE_INVALID",
    `A stage of ${where} must be a function or a class with ${verb}() (got ${got}); an undefined one comes from files that import each other.`,
  );
}

/** A class without the stage's method is none: called as a function it would throw with every request. */
function isStageFunction(ref: unknown): boolean {
  return typeof ref === "function" && !/^class\b/.test(Function.prototype.toString.call(ref));
}

/** Whether a stage is given as the class of one: a function whose instances have the stage's method. */
export function isStageClass(ref: unknown, verb: StageVerb): ref is Constructor<object> {
  if (typeof ref !== "function") return false;
  const prototype: unknown = ref.prototype;
  return typeof prototype === "object" && prototype !== null && verb in prototype;
}

function bindClass(type: Constructor<object>, verb: StageVerb, module: ModuleRuntime): StageFunction {
  if (module.isPerRequest(type)) return perRequest(type, verb, module);
  const instance = module.instanceOf(type) as Record<StageVerb, StageFunction>; // isStageClass found the method
  return (...args) => instance[verb](...args);
}

function perRequest(type: Constructor<object>, verb: StageVerb, module: ModuleRuntime): StageFunction {
  return (...args) => {
    // Filters take the error first; every other stage takes the context first.
    const context = args[verb === "catch" ? 1 : 0] as Context as RequestContext;
    const made = context.resolve(type, module);
    return whenReady<object>(made, (instance) => callStage(instance, verb, args));
  };
}

function callStage(instance: object, verb: StageVerb, args: readonly unknown[]): unknown {
  return (instance as Record<StageVerb, StageFunction>)[verb](...args); // isStageClass found the method
}
