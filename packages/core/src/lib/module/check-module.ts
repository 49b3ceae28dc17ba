import { ArmatureError } from "@armature/http";
import { RouteField } from "../route/route-field.ts";
import { RouteGroup } from "../route/route-group.ts";
import type { ModuleDefinition } from "./module-definition.ts";

/** What is wrong with the lists of a module that nothing else could be read from. */
export function moduleFaults({ name, options }: ModuleDefinition): ArmatureError[] {
  const controllers = [...(options.controllers ?? []).entries()].filter(([, type]) => !isClass(type));
  const routes = [...(options.routes ?? []).entries()].filter(([, entry]) => !isEntry(entry));
  return [
    ...controllers.map(([at, got]) => notAController(`Controller ${at + 1} of ${name}`, got)),
    ...routes.map(([at, got]) => notARoute(`Route ${at + 1} of ${name}`, got)),
  ];
}

/** Arrow functions have no prototype; classes do. */
function isClass(value: unknown): boolean {
  return typeof value === "function" && value.prototype !== undefined;
}

function isEntry(value: unknown): boolean {
  return value instanceof RouteField || value instanceof RouteGroup;
}

function notAController(where: string, got: unknown): ArmatureError {
  return new ArmatureError(
    "E_CONTROLLER_INVALID",
    `${where} must be a class (got ${describe(got)}).${hintFor(got)}`,
  );
}

function notARoute(where: string, got: unknown): ArmatureError {
  return new ArmatureError(
    "E_ROUTE_INVALID",
    `${where} must be a route, as get(path, handler) makes it (got ${describe(got)}).${hintFor(got)}`,
  );
}

function describe(value: unknown): string {
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  return value === undefined ? "undefined" : (JSON.stringify(value) ?? typeof value);
}

function hintFor(got: unknown): string {
  return got === undefined
    ? " Two files probably import each other: move what both need into a third file."
    : "";
}
