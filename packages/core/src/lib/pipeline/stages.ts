import type { Context } from "../context/context.ts";
import type { MaybePromise } from "../maybe-promise.ts";

/** A class without constructor parameters, as the container makes them. */
export type Constructor<T> = new () => T;

/** Runs everything behind a stage and gives its result. */
export type Next = (context: Context) => unknown;

/**
 * Runs around everything behind it; answers itself by not calling `next`.
 *
 * @example
 * const timing: Middleware = (context, next) => {
 *   context.setHeader("x-served-by", "a");
 *   return next(context);
 * };
 */
export type Middleware = (context: Context, next: Next) => unknown;

/** A middleware that is a class and may inject. */
export interface MiddlewareClass {
  use(context: Context, next: Next): unknown;
}

/**
 * Decides whether a request may pass: `false` answers 403, a thrown HttpError answers as it says. Returning nothing lets it pass,
 * so that a guard may be one that only throws: make sure that what may be `undefined` is compared, as in `user?.isAdmin === true`.
 */
export type Guard = (context: Context) => MaybePromise<boolean | void>;

/** A guard that is a class and may inject. */
export interface GuardClass {
  canActivate(context: Context): MaybePromise<boolean | void>;
}

/** Runs around the handler, behind validation; may change its result. */
export type Interceptor = (context: Context, next: Next) => unknown;

/** An interceptor that is a class and may inject. */
export interface InterceptorClass {
  intercept(context: Context, next: Next): unknown;
}

/** Turns an error into a result; `undefined` leaves it to the next filter, as throwing another error does. */
export type Filter = (error: unknown, context: Context) => unknown;

/** A filter that is a class and may inject. */
export interface FilterClass {
  catch(error: unknown, context: Context): unknown;
}

/** A middleware, or the class of one. */
export type MiddlewareRef = Middleware | Constructor<MiddlewareClass>;
/** A guard, or the class of one. */
export type GuardRef = Guard | Constructor<GuardClass>;
/** An interceptor, or the class of one. */
export type InterceptorRef = Interceptor | Constructor<InterceptorClass>;
/** A filter, or the class of one. */
export type FilterRef = Filter | Constructor<FilterClass>;

/**
 * Narrows a filter to one class of errors.
 *
 * @example
 * const notThere = filterOf(RangeError, (error) => reply(400, { message: error.message }));
 */
export function filterOf<T>(
  type: abstract new (...args: never[]) => T,
  filter: (error: T, context: Context) => unknown,
): Filter {
  return (error, context) => (error instanceof type ? filter(error, context) : undefined);
}
