import { ArmatureError } from "@armature/http";
import type { AnyToken, Provider } from "@armature/di";
import type { Constructor } from "../pipeline/stages.ts";
import type { RouteEntry } from "../route/route-group.ts";
import type { ErrorOptions, StageOptions } from "../route/route-options.ts";
import type { ControllerClass } from "./controller.ts";

/** What a module is made of, as types; those of what carries routes are kept as they are. */
export interface ModuleOptions<
  TControllers extends readonly ControllerClass[] = readonly ControllerClass[],
  TRoutes extends readonly RouteEntry[] = readonly RouteEntry[],
  TImports extends readonly ModuleRef[] = readonly ModuleRef[],
  TPrefix extends string = string,
>
  extends StageOptions, ErrorOptions {
  /** For messages. Default: the name of the decorated class, else "Module". */
  readonly name?: string;
  /** Modules whose exports this one sees; a function where two modules import each other. */
  readonly imports?: TImports;
  readonly providers?: readonly Provider[];
  /** Classes with routes; they are providers of this module as well. */
  readonly controllers?: TControllers;
  /** Routes without a class. */
  readonly routes?: TRoutes;
  /** What modules that import this one see: own providers, tokens or whole modules that it imports. */
  readonly exports?: readonly (AnyToken | ModuleRef)[];
  /** Whether every module sees the exports without importing this one. Default false. */
  readonly global?: boolean;
  /** In front of the paths of all its routes, not of those of the modules it imports. */
  readonly prefix?: TPrefix;
}

/** What a module carries to a typed client. */
export interface ModuleType<TControllers, TRoutes, TImports, TPrefix extends string> {
  readonly controllers: TControllers;
  readonly routes: TRoutes;
  readonly imports: TImports;
  readonly prefix: TPrefix;
}

/** A module as a value; its type knows what routes it has. */
export class ModuleDefinition<TModule = unknown> {
  /** Its controllers, routes and imports as types; never there at run time. */
  declare readonly __module?: TModule;
  readonly options: ModuleOptions;
  readonly name: string;

  constructor(options: ModuleOptions, name: string) {
    this.options = options;
    this.name = options.name ?? name;
  }
}

/** A module: a definition, a decorated class, or a function that gives one of them later. */
export type ModuleRef =
  | ModuleDefinition
  | Constructor<object>
  | (() => ModuleDefinition | Constructor<object>);

const definitions = new WeakMap<object, ModuleDefinition>();

/**
 * Makes a module without a decorator. A function that returns one with other providers is a dynamic module.
 *
 * @example
 * export const UserModule = defineModule({ name: "UserModule", providers: [UserService], controllers: [UserController] });
 */
export function defineModule<
  const TControllers extends readonly ControllerClass[] = readonly [],
  const TRoutes extends readonly RouteEntry[] = readonly [],
  const TImports extends readonly ModuleRef[] = readonly [],
  const TPrefix extends string = "",
>(
  options: ModuleOptions<TControllers, TRoutes, TImports, TPrefix>,
): ModuleDefinition<ModuleType<TControllers, TRoutes, TImports, TPrefix>> {
  return new ModuleDefinition(options, "Module");
}

/**
 * Makes a class a module; the class itself becomes a provider of the module, so it may inject and have lifecycle hooks.
 *
 * @example
 * @Module({ providers: [UserService], controllers: [UserController], exports: [UserService] })
 * export class UserModule {}
 */
export function Module(
  options: ModuleOptions,
): <T extends Constructor<object>>(type: T, context: ClassDecoratorContext<T>) => void {
  return (type, context) => {
    const providers: readonly Provider[] = [type, ...(options.providers ?? [])];
    definitions.set(type, new ModuleDefinition({ ...options, providers }, context.name ?? "Module"));
  };
}

/** Follows a reference to its definition. @throws ArmatureError `E_MODULE_INVALID` for anything that is no module */
export function resolveModule(ref: unknown, where: string): ModuleDefinition {
  if (ref instanceof ModuleDefinition) return ref;
  const decorated = typeof ref === "function" ? definitions.get(ref) : undefined;
  if (decorated !== undefined) return decorated;
  if (isThunk(ref)) return resolveModule(ref(), where);
  throw notAModule(ref, where);
}

/** Arrow functions have no prototype; classes do. */
function isThunk(ref: unknown): ref is () => unknown {
  return typeof ref === "function" && ref.prototype === undefined;
}

/** Whether a value of an `exports` list is a module and not a token. */
export function isModuleRef(ref: unknown): boolean {
  return (
    ref instanceof ModuleDefinition || (typeof ref === "function" && definitions.has(ref)) || isThunk(ref)
  );
}

function notAModule(ref: unknown, where: string): ArmatureError {
  if (ref === undefined) {
    return new ArmatureError(
      "E_MODULE_INVALID",
      `${where} is undefined; two files probably import each other: write () => TheModule instead of TheModule.`,
    );
  }
  const got = typeof ref === "function" ? `the class ${ref.name}` : `a value of type ${typeof ref}`;
  return new ArmatureError(
    "E_MODULE_INVALID",
    `${where} is not a module (got ${got}); decorate the class with @Module or use defineModule().`,
  );
}
