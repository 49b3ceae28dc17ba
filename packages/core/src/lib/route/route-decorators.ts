import { addMethodRoute, addMethodStages } from "./controller-metadata.ts";
import type { CheckedOptions } from "./checked-options.ts";
import type { Awaitable, CheckedReturn, HandlerResult } from "./handler.ts";
import type { NoOptions, RouteContext, RouteOptions, StageOptions } from "./route-options.ts";

/** A method of a controller that is a handler for a path and options. */
export type RouteMethod<TThis, TPath extends string, TOptions, TReturn> = (
  this: NoInfer<TThis>,
  context: RouteContext<TPath, TOptions>,
) => "response" extends keyof TOptions ? Awaitable<HandlerResult<TOptions>> : CheckedReturn<TReturn>;

/** Decorates a method that takes the context of this path and these options, and returns what they allow. */
export type RouteDecorator<TPath extends string, TOptions> = <TThis, TReturn>(
  method: RouteMethod<TThis, TPath, TOptions, TReturn>,
  context: PublicMethodContext<TThis>,
) => void;

/** What the compiler says of a method that can be called on an instance from outside. */
export interface PublicMethodContext<TThis> {
  readonly kind: "method";
  readonly name: string;
  readonly static: false;
  readonly private: false;
  readonly access: { readonly has: (object: TThis) => boolean };
}

/** Makes a route decorator from a path and options. */
export interface RouteDecoratorFunction {
  /** A route at the path of its controller. */
  (): RouteDecorator<"/", NoOptions>;
  /** A route that declares nothing. */
  <const TPath extends string>(path: TPath): RouteDecorator<TPath, NoOptions>;
  /** A route with schemas, stages or limits. */
  <const TPath extends string, const TOptions extends RouteOptions>(
    path: TPath,
    options: CheckedOptions<TOptions>,
  ): RouteDecorator<TPath, TOptions>;
}

/**
 * Makes the decorator of a method, also of one that is not among the exported ones.
 *
 * @example
 * const Report = defineMethodDecorator("REPORT");
 */
export function defineMethodDecorator(method: string): RouteDecoratorFunction {
  return (path = "/", options: RouteOptions = {}) =>
    (_method: unknown, context: unknown) =>
      addMethodRoute(context as ClassMethodDecoratorContext, { method, path, options });
}

/** Declares a GET route; it answers HEAD too. */
export const Get: RouteDecoratorFunction = defineMethodDecorator("GET");
/** Declares a POST route. */
export const Post: RouteDecoratorFunction = defineMethodDecorator("POST");
/** Declares a PUT route. */
export const Put: RouteDecoratorFunction = defineMethodDecorator("PUT");
/** Declares a PATCH route. */
export const Patch: RouteDecoratorFunction = defineMethodDecorator("PATCH");
/** Declares a DELETE route. */
export const Delete: RouteDecoratorFunction = defineMethodDecorator("DELETE");
/** Declares a HEAD route, where HEAD is to differ from GET. */
export const Head: RouteDecoratorFunction = defineMethodDecorator("HEAD");
/** Declares an OPTIONS route, in place of the automatic answer. */
export const Options: RouteDecoratorFunction = defineMethodDecorator("OPTIONS");

/** Decorates a controller class, or one of its routes. */
export type StageDecorator = (
  target: unknown,
  context: ClassDecoratorContext | ClassMethodDecoratorContext,
) => void;

function stageDecorator(stages: StageOptions): StageDecorator {
  return (_target, context) => addMethodStages(context, stages);
}

/** Adds guards to a controller or route. */
export function UseGuards(...guards: NonNullable<StageOptions["guards"]>): StageDecorator {
  return stageDecorator({ guards });
}

/** Adds middleware to a controller or route. */
export function UseMiddleware(...middleware: NonNullable<StageOptions["middleware"]>): StageDecorator {
  return stageDecorator({ middleware });
}

/** Adds interceptors to a controller or route. */
export function UseInterceptors(...interceptors: NonNullable<StageOptions["interceptors"]>): StageDecorator {
  return stageDecorator({ interceptors });
}

/** Adds filters to a controller or route. */
export function UseFilters(...filters: NonNullable<StageOptions["filters"]>): StageDecorator {
  return stageDecorator({ filters });
}
