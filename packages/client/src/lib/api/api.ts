import type { DeclaredErrors, ProblemOf, RouteProblem } from "@armature/http";
import type { JoinPaths } from "@armature/router";

/** A route as a type: what applications in the function style carry for each of theirs. */
export interface ApiRoute<
  TMethod extends string = string,
  TPath extends string = string,
  TOptions = unknown,
  TResult = unknown,
> {
  readonly method: TMethod;
  readonly path: TPath;
  readonly options: TOptions;
  readonly result: TResult;
  /** The problems that it is known to answer; see `RouteProblem`. */
  readonly problem?: unknown;
}

/** A route field as a route; its problems are looked up where it is called. */
interface FieldApiRoute<
  TMethod extends string,
  TPath extends string,
  TOptions,
  TResult,
  TAround,
> extends ApiRoute<TMethod, TPath, TOptions, TResult> {
  readonly problem: RouteProblem<TOptions> | ProblemOf<TAround>;
}

/** A route of a generated API: everything is said in plain types. */
export interface GeneratedRoute<TMethod extends string = string> {
  readonly method: TMethod;
  /** What a call sends, by part. */
  readonly input: unknown;
  /** What it is answered, by status. */
  readonly answers: unknown;
  /** The codes of its problems, by status. */
  readonly errors?: unknown;
  /** What problems have beside the standard members, by code. */
  readonly details?: unknown;
  /** The data of the events that it streams, by their names. */
  readonly events?: unknown;
}

/** An API that `generateApi` wrote: its routes by path. */
export interface GeneratedApi<TTable = unknown> {
  readonly __table?: readonly [TTable];
}

/**
 * The routes that something carries: an application in the function style, a module of `defineModule`, a controller class with
 * route fields, a generated API, or a union of them.
 *
 * Modules behind a function, as in `imports: [() => Other]`, are not followed: name them beside.
 * @example
 * export type Api = ApiOf<typeof app | typeof UserModule | typeof EventController>;
 */
export type ApiOf<TSource> = TSource extends ApiRoute
  ? TSource
  : Carries<TSource, "__routes"> extends true
    ? RoutesOfBuilder<TSource>
    : Carries<TSource, "__module"> extends true
      ? RoutesOfModule<TSource>
      : TSource extends abstract new () => infer TInstance
        ? ControllerRoutes<TInstance, StaticPath<TSource>, ErrorsAround<TSource>>
        : Carries<TSource, "__table"> extends true
          ? TSource
          : never;

/** Whether a type names an optional member; without this, every object type would fit one. */
type Carries<TSource, TName extends string> = TName extends keyof TSource ? true : false;

type RoutesOfBuilder<TBuilder> = TBuilder extends { readonly __routes?: infer TRoutes }
  ? Exclude<TRoutes, undefined>
  : never;

type RoutesOfModule<TRef> = TRef extends { readonly __module?: infer TModule }
  ? ModuleRoutes<Exclude<TModule, undefined>>
  : never;

/** A controller without a path is at the root; the path of one that does not say it literally is a message. */
type StaticPath<TClass> = TClass extends { readonly path: infer TPath extends string }
  ? string extends TPath
    ? "(write `static readonly path`, so that its type is known)"
    : TPath
  : "/";

/** What a controller declares for all its routes. */
type ErrorsAround<TClass> = TClass extends { readonly options: infer TOptions }
  ? DeclaredErrors<TOptions>
  : never;

type ControllerRoutes<TInstance, TPrefix extends string, TAround> = {
  [K in keyof TInstance]: FieldRoute<TInstance[K], TPrefix, TAround>;
}[keyof TInstance];

/** What a route field of a controller looks like. */
interface Field<TMethod, TPath, TOptions, TResult> {
  readonly method: TMethod;
  readonly path: TPath;
  readonly options: TOptions;
  readonly __result?: readonly [TResult];
}

type FieldRoute<TField, TPrefix extends string, TAround = never> =
  TField extends Field<
    infer TMethod extends string,
    infer TPath extends string,
    infer TOptions,
    infer TResult
  >
    ? FieldApiRoute<TMethod, JoinPaths<TPrefix, TPath>, TOptions, TResult, TAround>
    : never;

/** What a module of `defineModule` carries. */
interface ModuleType<TControllers, TRoutes, TImports, TPrefix> {
  readonly controllers: TControllers;
  readonly routes: TRoutes;
  readonly imports: TImports;
  readonly prefix: TPrefix;
}

type ModuleRoutes<TModule> =
  TModule extends ModuleType<
    infer TControllers extends readonly unknown[],
    infer TRoutes extends readonly unknown[],
    infer TImports extends readonly unknown[],
    infer TPrefix extends string
  >
    ? | Prefixed<ApiOf<TControllers[number]>, TPrefix>
      | FieldRoute<TRoutes[number], TPrefix>
      | ImportedRoutes<TImports[number]>
    : never;

type Prefixed<TRoute, TPrefix extends string> = "" extends TPrefix
  ? TRoute
  : TRoute extends FieldApiRoute<infer TMethod, infer TPath, infer TOptions, infer TResult, infer TAround>
    ? FieldApiRoute<TMethod, JoinPaths<TPrefix, TPath>, TOptions, TResult, TAround>
    : never;

/** Functions stand where modules import each other; following them would never end. */
type ImportedRoutes<TImport> = TImport extends unknown
  ? Carries<TImport, "__module"> extends true
    ? RoutesOfModule<TImport>
    : never
  : never;

/** The routes of an API by path; several methods of one path are a union. */
export type RoutesByPath<TApi> = ByPath<ApiOf<TApi>> & TableOf<Exclude<ApiOf<TApi>, ApiRoute>>;

type ByPath<TRoute> = { [R in Extract<TRoute, ApiRoute> as R["path"]]: R };

type TableOf<TApi> = [TApi] extends [never]
  ? unknown
  : TApi extends { readonly __table?: readonly [infer TTable] }
    ? TTable
    : never;
