import { readController } from "../module/controller.ts";
import type { ModuleDefinition } from "../module/module-definition.ts";
import type { Constructor } from "../pipeline/stages.ts";
import { metadataChain } from "./controller-metadata.ts";
import { isStageClass, STAGE_VERBS } from "./resolve-stages.ts";
import type { RouteEntry } from "./route-group.ts";
import { RouteGroup } from "./route-group.ts";
import type { StageOptions } from "./route-options.ts";

/** The classes of all stages that a module's declarations name, each once; route fields are known only when they exist. */
export function stageClassesOf({ options }: ModuleDefinition): Constructor<object>[] {
  const levels = [
    options,
    ...(options.controllers ?? []).flatMap(controllerLevels),
    ...(options.routes ?? []).flatMap(entryLevels),
  ];
  return [...new Set(levels.flatMap(classesOf))];
}

function controllerLevels(type: Parameters<typeof readController>[0]): StageOptions[] {
  const decorated = metadataChain(type).flatMap((metadata) => [
    ...[...metadata.methodStages.values()].flat(),
    ...[...metadata.routes.values()].flat().map((route) => route.options),
  ]);
  return [...readController(type).options, ...decorated];
}

function entryLevels(entry: RouteEntry): StageOptions[] {
  return entry instanceof RouteGroup
    ? [entry.options, ...entry.routes.flatMap(entryLevels)]
    : [entry.options];
}

function classesOf(stages: StageOptions): Constructor<object>[] {
  return Object.entries(STAGE_VERBS).flatMap(([kind, verb]) => {
    const refs: readonly unknown[] = stages[kind as keyof StageOptions] ?? []; // the keys of STAGE_VERBS
    return refs.filter((ref) => isStageClass(ref, verb));
  });
}
