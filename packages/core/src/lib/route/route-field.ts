import type { Next } from "../pipeline/stages.ts";
import type { CheckedOptions } from "./checked-options.ts";
import type { InferredHandler, RouteResult } from "./handler.ts";
import type { NoOptions, RouteOptions } from "./route-options.ts";

/**
 * A route as a value: method, path, options and handler, with their types.
 *
 * As a field of a controller it is one of its routes; the class's own type then carries the route to a typed client.
 */
export class RouteField<
  TMethod extends string = string,
  TPath extends string = string,
  TOptions extends RouteOptions = RouteOptions,
  TResult = unknown,
> {
  readonly method: TMethod;
  readonly path: TPath;
  readonly options: TOptions;
  /** The handler as the pipeline calls it. */
  readonly handler: Next;
  /**
   * The type of what is declared as its answers, else of its handler's result; never there at run time. In a tuple, as no
   * compiler option then adds `undefined` to it.
   */
  declare readonly __result?: readonly [TResult];

  constructor(method: TMethod, path: TPath, options: TOptions, handler: Next) {
    this.method = method;
    this.path = path;
    this.options = options;
    this.handler = handler;
  }
}

/** Makes routes of one method; with options or without. */
export interface RouteFunction<TMethod extends string> {
  /** A route that declares nothing. */
  <const TPath extends string, TReturn>(
    path: TPath,
    handler: InferredHandler<TPath, NoOptions, TReturn>,
  ): RouteField<TMethod, TPath, NoOptions, Awaited<TReturn>>;
  /** A route with schemas, stages or limits. */
  <const TPath extends string, const TOptions extends RouteOptions, TReturn>(
    path: TPath,
    options: CheckedOptions<TOptions>,
    handler: InferredHandler<TPath, TOptions, TReturn>,
  ): RouteField<TMethod, TPath, TOptions, RouteResult<TOptions, TReturn>>;
}

/**
 * Makes the function that declares routes of a method, also of one that is not among the exported ones.
 *
 * @example
 * const report = defineMethod("REPORT");
 */
export function defineMethod<const TMethod extends string>(method: TMethod): RouteFunction<TMethod> {
  const define = (path: string, second: RouteOptions | Next, third?: Next): RouteField =>
    typeof second === "function"
      ? new RouteField(method, path, {}, second)
      : new RouteField(method, path, second, third as Next); // the second signature has a handler in third place
  // The implementation keeps its arguments as they are; the signatures above give them their types.
  return define as unknown as RouteFunction<TMethod>;
}

/** Declares a GET route; it answers HEAD too. */
export const get: RouteFunction<"GET"> = defineMethod("GET");
/** Declares a POST route. */
export const post: RouteFunction<"POST"> = defineMethod("POST");
/** Declares a PUT route. */
export const put: RouteFunction<"PUT"> = defineMethod("PUT");
/** Declares a PATCH route. */
export const patch: RouteFunction<"PATCH"> = defineMethod("PATCH");
/** Declares a DELETE route. */
export const del: RouteFunction<"DELETE"> = defineMethod("DELETE");
/** Declares a HEAD route, where HEAD is to differ from GET. */
export const head: RouteFunction<"HEAD"> = defineMethod("HEAD");
/** Declares an OPTIONS route, in place of the automatic answer. */
export const options: RouteFunction<"OPTIONS"> = defineMethod("OPTIONS");
