import type { Provider, Token } from "@armature/di";
import type {
  CloseReport,
  DeclaredErrors,
  ErrorRef,
  ErrorsOfGuard,
  ErrorsOfStage,
  ListenAddress,
  ProblemOf,
  RouteProblem,
  TlsOptions,
} from "@armature/http";
import type { JoinPaths } from "@armature/router";
import { defineModule, type ModuleRef } from "../module/module-definition.ts";
import type { FilterRef, GuardRef, InterceptorRef, MiddlewareRef } from "../pipeline/stages.ts";
import type { ControllerOptions } from "../route/controller-metadata.ts";
import type { CheckedPathOptions } from "../route/checked-options.ts";
import type { InferredHandler, RouteResult } from "../route/handler.ts";
import { defineMethod, type RouteField } from "../route/route-field.ts";
import { RouteGroup, type RouteEntry } from "../route/route-group.ts";
import type { NoOptions, RouteOptions } from "../route/route-options.ts";
import type { AppOptions } from "./app-options.ts";
import { NOTHING_CUT } from "./close-report.ts";
import type { Application, AppCloseOptions, AppListenOptions } from "./application.ts";

/** A route of an application at type level; what a typed client is made from. */
export interface RouteType<TMethod extends string, TPath extends string, TOptions, TResult> {
  readonly method: TMethod;
  readonly path: TPath;
  readonly options: TOptions;
  readonly result: TResult;
  /** The problems that it is known to answer, beside those that its surroundings declare. */
  readonly problem: RouteProblem<TOptions>;
}

/**
 * Adds a route of one method; with options or without.
 *
 * Each call reads the types of its builder from `this`. As parameters of this interface they would be instantiated with every
 * route of the chain at every call, and a long chain would cost the square of its length.
 */
export interface AddRoute<TMethod extends string> {
  /** A route that declares nothing. */
  <TRoutes, TPrefix extends string, TErrors, const TPath extends string, TReturn>(
    this: AppBuilder<TRoutes, TPrefix, TErrors>,
    path: TPath,
    handler: InferredHandler<JoinPaths<TPrefix, TPath>, NoOptions, TReturn>,
  ): AppBuilder<
    TRoutes | RouteType<TMethod, JoinPaths<TPrefix, TPath>, NoOptions, Awaited<TReturn>>,
    TPrefix,
    TErrors
  >;
  /** A route with schemas, stages or limits. */
  <
    TRoutes,
    TPrefix extends string,
    TErrors,
    const TPath extends string,
    const TOptions extends RouteOptions,
    TReturn,
  >(
    this: AppBuilder<TRoutes, TPrefix, TErrors>,
    path: TPath,
    options: CheckedPathOptions<JoinPaths<TPrefix, TPath>, TOptions>,
    handler: InferredHandler<JoinPaths<TPrefix, TPath>, TOptions, TReturn>,
  ): AppBuilder<
    TRoutes | RouteType<TMethod, JoinPaths<TPrefix, TPath>, TOptions, RouteResult<TOptions, TReturn>>,
    TPrefix,
    TErrors
  >;
}

/** Routes that may also answer what is declared around them. */
export type RoutesWithin<TRoutes, TErrors> = [TErrors] extends [never]
  ? TRoutes
  : TRoutes extends { readonly problem: unknown }
    ? {
        readonly [K in keyof TRoutes]: K extends "problem" ? TRoutes[K] | ProblemOf<TErrors> : TRoutes[K];
      }
    : TRoutes;

/** Starts the application that a builder describes. */
export type Boot = (root: ModuleRef, options: AppOptions) => Promise<Application>;

/** What an application is built from. */
export interface AppPlan {
  readonly root: ModuleRef;
  readonly options: AppOptions;
}

interface Parts {
  readonly entries: RouteEntry[];
  readonly middleware: MiddlewareRef[];
  readonly guards: GuardRef[];
  readonly interceptors: InterceptorRef[];
  readonly filters: FilterRef[];
  readonly errors: ErrorRef[];
  readonly providers: Provider[];
  readonly imports: ModuleRef[];
}

/**
 * An application written as functions; its type knows every route.
 *
 * The order of `use`, `guard` and the like among the routes does not matter: they stand around all routes of the
 * application, or of the group.
 */
export class AppBuilder<TRoutes = never, TPrefix extends string = "", TErrors = never> {
  /** Every route as a type, with what is declared around all of them; never there at run time. */
  declare readonly __routes?: RoutesWithin<TRoutes, TErrors>;
  /** The path in front of its routes as a type; never there at run time. */
  declare readonly __prefix?: TPrefix;
  /** Adds a GET route; it answers HEAD too. */
  readonly get: AddRoute<"GET"> = this.#adder("GET");
  /** Adds a POST route. */
  readonly post: AddRoute<"POST"> = this.#adder("POST");
  /** Adds a PUT route. */
  readonly put: AddRoute<"PUT"> = this.#adder("PUT");
  /** Adds a PATCH route. */
  readonly patch: AddRoute<"PATCH"> = this.#adder("PATCH");
  /** Adds a DELETE route. */
  readonly delete: AddRoute<"DELETE"> = this.#adder("DELETE");
  /** Adds a HEAD route, where HEAD is to differ from GET. */
  readonly head: AddRoute<"HEAD"> = this.#adder("HEAD");
  /** Adds an OPTIONS route, in place of the automatic answer. */
  readonly options: AddRoute<"OPTIONS"> = this.#adder("OPTIONS");

  readonly #boot: Boot;
  readonly #options: AppOptions;
  readonly #parts: Parts = {
    entries: [],
    middleware: [],
    guards: [],
    interceptors: [],
    filters: [],
    errors: [],
    providers: [],
    imports: [],
  };
  #ready: Promise<Application> | null = null;

  constructor(options: AppOptions, boot: Boot) {
    this.#options = options;
    this.#boot = boot;
  }

  /** Adds middleware around all routes. */
  use<TStages extends readonly MiddlewareRef[]>(
    ...middleware: TStages
  ): AppBuilder<TRoutes, TPrefix, TErrors | ErrorsOfStage<TStages[number]>> {
    this.#parts.middleware.push(...middleware);
    return this.#widen();
  }

  /** Adds guards in front of all routes. */
  guard<TStages extends readonly GuardRef[]>(
    ...guards: TStages
  ): AppBuilder<TRoutes, TPrefix, TErrors | ErrorsOfGuard<TStages[number]>> {
    this.#parts.guards.push(...guards);
    return this.#widen();
  }

  /** Adds interceptors around all handlers. */
  intercept<TStages extends readonly InterceptorRef[]>(
    ...interceptors: TStages
  ): AppBuilder<TRoutes, TPrefix, TErrors | ErrorsOfStage<TStages[number]>> {
    this.#parts.interceptors.push(...interceptors);
    return this.#widen();
  }

  /** Adds filters that turn errors into answers. */
  catch<TStages extends readonly FilterRef[]>(
    ...filters: TStages
  ): AppBuilder<TRoutes, TPrefix, TErrors | ErrorsOfStage<TStages[number]>> {
    this.#parts.filters.push(...filters);
    return this.#widen();
  }

  /** Declares errors that all routes may answer, beside those that their stages declare. */
  throws<const TAdded extends readonly ErrorRef[]>(
    ...errors: TAdded
  ): AppBuilder<TRoutes, TPrefix, TErrors | TAdded[number]> {
    this.#parts.errors.push(...errors);
    return this.#widen();
  }

  /** Adds providers, which handlers find with `context.inject`. */
  provide(...providers: readonly Provider[]): this {
    this.#parts.providers.push(...providers);
    return this;
  }

  /** Adds a module with its controllers. */
  module(...modules: readonly ModuleRef[]): this {
    this.#parts.imports.push(...modules);
    return this;
  }

  /** Adds routes that were declared elsewhere, e.g. by `get(path, handler)`. */
  route<TMethod extends string, TPath extends string, TOptions extends RouteOptions, TResult>(
    field: RouteField<TMethod, TPath, TOptions, TResult>,
  ): AppBuilder<
    TRoutes | RouteType<TMethod, JoinPaths<TPrefix, TPath>, TOptions, TResult>,
    TPrefix,
    TErrors
  > {
    this.#parts.entries.push(field);
    return this.#widen();
  }

  /**
   * Adds routes under a prefix, with stages and conditions of their own.
   *
   * @example
   * app.group("/admin", { guards: [isAdmin] }, (admin) => admin.get("/stats", () => stats()));
   */
  group<const TPath extends string, const TOptions extends ControllerOptions, TAdded, TGroupErrors>(
    prefix: TPath,
    options: TOptions,
    build: (
      group: AppBuilder<never, JoinPaths<TPrefix, TPath>>,
    ) => AppBuilder<TAdded, JoinPaths<TPrefix, TPath>, TGroupErrors>,
  ): AppBuilder<TRoutes | RoutesWithin<TAdded, DeclaredErrors<TOptions> | TGroupErrors>, TPrefix, TErrors> {
    const group = new AppBuilder<never, JoinPaths<TPrefix, TPath>>({}, this.#boot);
    build(group);
    this.#parts.entries.push(group.#toGroup(prefix, options));
    this.#parts.providers.push(...group.#parts.providers);
    this.#parts.imports.push(...group.#parts.imports);
    return this.#widen();
  }

  /** What the application is built from by now; for those who build it differently, as tests do. */
  plan(): AppPlan {
    const { entries, providers, imports, ...stages } = this.#parts;
    const { middleware = [], guards = [], interceptors = [], filters = [], errors = [] } = this.#options;
    const options: AppOptions = {
      ...this.#options,
      middleware: [...middleware, ...stages.middleware],
      guards: [...guards, ...stages.guards],
      interceptors: [...interceptors, ...stages.interceptors],
      filters: [...filters, ...stages.filters],
      errors: [...errors, ...stages.errors],
    };
    return {
      root: defineModule({
        name: "App",
        routes: [...entries],
        providers: [...providers],
        imports: [...imports],
      }),
      options,
    };
  }

  /** Checks and builds the application; later calls give the same one. @throws BootError with every mistake */
  ready(): Promise<Application> {
    return (this.#ready ??= this.#build());
  }

  /** Builds the application and starts to accept connections; gives where it can be reached. */
  async listen(options?: AppListenOptions): Promise<ListenAddress> {
    return await (await this.ready()).listen(options);
  }

  /** Takes other certificates, or reads the files of the present ones again, without a restart. */
  async reloadTls(options?: TlsOptions): Promise<void> {
    await (await this.ready()).reloadTls(options);
  }

  /** Answers a Web `Request`, without a socket. */
  readonly fetch = async (request: Request): Promise<Response> => await (await this.ready()).fetch(request);

  /** Stops the application; nothing happens where it was never built, or could not be. */
  async close(options?: AppCloseOptions): Promise<CloseReport> {
    // Whoever waits for it to be ready hears why it could not be built.
    const app = await this.#ready?.catch(() => null);
    return (await app?.close(options)) ?? NOTHING_CUT;
  }

  /** The instance of a provider of the application. */
  async inject<T>(token: Token<T>): Promise<T> {
    return (await this.ready()).get(token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #build(): Promise<Application> {
    const { root, options } = this.plan();
    return this.#boot(root, options);
  }

  #toGroup(prefix: string, options: ControllerOptions): RouteGroup {
    const { entries, providers: _providers, imports: _imports, ...stages } = this.#parts;
    return new RouteGroup(prefix, options, [new RouteGroup("", stages, entries)]);
  }

  #adder<TMethod extends string>(method: TMethod): AddRoute<TMethod> {
    const define = defineMethod(method) as (...args: readonly unknown[]) => RouteField;
    const add = (...args: readonly unknown[]): this => {
      this.#parts.entries.push(define(...args));
      return this;
    };
    return add;
  }

  /** Only the types of the routes and errors change. */
  #widen<TWider, TMoreErrors>(): AppBuilder<TWider, TPrefix, TMoreErrors> {
    return this as unknown as AppBuilder<TWider, TPrefix, TMoreErrors>;
  }
}
