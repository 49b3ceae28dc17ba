import { readMetadata } from "@armature/di";
import { ArmatureError, type RequestPriority } from "@armature/http";
import type { EtagMode } from "../conditional/body-tag.ts";
import type { RouteDocs } from "./route-docs.ts";
import type { ErrorOptions, RouteOptions, StageOptions } from "./route-options.ts";

/** A route that a decorator declared on a method. */
export interface MethodRoute {
  readonly method: string;
  readonly path: string;
  readonly options: RouteOptions;
}

/** What can be said of a controller beside its path. */
export interface ControllerOptions extends StageOptions, ErrorOptions {
  /** Serve the routes only for these hosts. Default: all. */
  readonly host?: string | readonly string[];
  /** Serve the routes only for these versions. Default: all. */
  readonly version?: string | readonly string[];
  /** What documents of the API say of all its routes, e.g. `{ tags: ["users"] }`. */
  readonly docs?: RouteDocs;
  /**
   * How much requests of the routes matter when there is no time for all: "high" is never shed for lack of time and goes first,
   * "low" is shed first. Default "normal".
   */
  readonly priority?: RequestPriority;
  /** Whether answers of its routes get an `etag` of their bytes, see {@link RouteOptions}. Default that of the application. */
  readonly etag?: EtagMode;
}

/** What decorators leave on a controller class. */
export interface ControllerMetadata {
  path: string | null;
  options: ControllerOptions;
  /** Stages added by `@UseGuards` and the like on the class. */
  stages: StageOptions[];
  /** Routes by name of their method; a method may have several. */
  readonly routes: Map<string, MethodRoute[]>;
  /** Stages by name of their method. */
  readonly methodStages: Map<string, StageOptions[]>;
}

const KEY = Symbol.for("armature.controller");

type DecoratorContext = ClassDecoratorContext | ClassMethodDecoratorContext;

/** The metadata object that the class of a decorator context will have; a subclass starts with an own one. */
export function controllerMetadata(metadata: DecoratorMetadataObject | undefined): ControllerMetadata {
  if (metadata === undefined) {
    throw new ArmatureError(
      "E_DECORATOR_METADATA",
      "Decorators need Symbol.metadata before the first decorated class; import armature before your own modules, and compile decorators with tsc, esbuild or swc (2022-03).",
    );
  }
  // Only this function writes under the key.
  const own = Object.hasOwn(metadata, KEY) ? (metadata[KEY] as ControllerMetadata) : undefined;
  if (own !== undefined) return own;
  const made: ControllerMetadata = {
    path: null,
    options: {},
    stages: [],
    routes: new Map(),
    methodStages: new Map(),
  };
  metadata[KEY] = made;
  return made;
}

/** The metadata of a class and of the classes that it extends, the base class first. */
export function metadataChain(type: new () => object): ControllerMetadata[] {
  const chain: ControllerMetadata[] = [];
  let metadata = readMetadata(type);
  while (metadata !== null) {
    if (Object.hasOwn(metadata, KEY)) chain.unshift(metadata[KEY] as ControllerMetadata); // as in controllerMetadata
    metadata = Object.getPrototypeOf(metadata) as DecoratorMetadataObject | null; // its prototype is the base class's
  }
  return chain;
}

/** A method with the routes that lead to it. */
export interface RoutedMethod {
  readonly name: string;
  readonly routes: readonly MethodRoute[];
  /** From the outside in. */
  readonly stages: readonly StageOptions[];
}

/**
 * The methods of a class that have routes. Where a class overrides a method, routes that it declares stand in place of those of
 * the base class, and stages that it adds stand behind those of the base class: what guarded the method guards it still.
 */
export function routedMethods(type: new () => object): RoutedMethod[] {
  const chain = metadataChain(type);
  const names = new Set(chain.flatMap((metadata) => [...metadata.routes.keys()]));
  return Array.from(names, (name) => ({
    name,
    routes: chain.findLast((metadata) => metadata.routes.has(name))?.routes.get(name) ?? [],
    stages: chain.flatMap((metadata) => metadata.methodStages.get(name) ?? []),
  }));
}

/** Records a route for the method that is being decorated. */
export function addMethodRoute(context: ClassMethodDecoratorContext, route: MethodRoute): void {
  const name = methodName(context);
  append(controllerMetadata(context.metadata).routes, name, route);
}

/** Records stages for the class or method that is being decorated. */
export function addMethodStages(context: DecoratorContext, stages: StageOptions): void {
  const metadata = controllerMetadata(context.metadata);
  // Decorators run from the inside out, and the first written is meant to be the outermost.
  if (context.kind === "class") metadata.stages.unshift(stages);
  else append(metadata.methodStages, methodName(context), stages, "first");
}

function methodName(context: ClassMethodDecoratorContext): string {
  if (typeof context.name === "string" && !context.static && !context.private) return context.name;
  throw new ArmatureError(
    "E_ROUTE_METHOD",
    `A route must be a public method with a name, not static (got ${context.static ? "static " : ""}${String(context.name)}).`,
  );
}

function append<T>(map: Map<string, T[]>, key: string, value: T, where: "first" | "last" = "last"): void {
  const list = map.get(key) ?? [];
  map.set(key, where === "first" ? [value, ...list] : [...list, value]);
}
