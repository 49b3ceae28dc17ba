import { HttpError } from "@armature/http";
import type { Context } from "../context/context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { isThenable } from "../maybe-promise.ts";
import type { Filter, Guard, Middleware, Next } from "./stages.ts";

/** Folds middleware or interceptors around `inner` into one function; the first of the list is the outermost. */
export function foldAround(stages: readonly Middleware[], inner: Next): Next {
  return stages.reduceRight<Next>((next, stage) => (context) => stage(context, next), inner);
}

/** Folds guards in front of `inner`; each must pass before the next is asked. */
export function foldGuards(guards: readonly Guard[], inner: Next): Next {
  return guards.reduceRight<Next>((next, guard) => guardThen(guard, next), inner);
}

function guardThen(guard: Guard, next: Next): Next {
  return (context) => {
    const verdict = guard(context);
    if (isThenable(verdict)) return Promise.resolve(verdict).then((later) => pass(later, context, next));
    return pass(verdict, context, next);
  };
}

/** Code without types may hand back anything: a verdict that is not a yes is a no, unless there is none. */
function pass(verdict: unknown, context: Context, next: Next): unknown {
  if (verdict !== undefined && !verdict) throw new HttpError(403, "E_FORBIDDEN", "You may not do this.");
  return next(context);
}

/** Asks the filters about what `inner` throws, the first of the list first; `inner` itself where there are none. */
export function foldFilters(filters: readonly Filter[], inner: Next): Next {
  if (filters.length === 0) return inner;
  return catchErrors(inner, (error, context) => askFilters(filters, 0, error, context));
}

/** The same around what has asked these filters already: an error that they passed on there is not shown to them again. */
export function foldFiltersAgain(filters: readonly Filter[], inner: Next): Next {
  if (filters.length === 0) return inner;
  return catchErrors(inner, (error, context) => {
    if (isPassedOn(error, context)) throw error;
    return askFilters(filters, 0, error, context);
  });
}

function catchErrors(inner: Next, handle: Filter): Next {
  return (context) => {
    try {
      const result = inner(context);
      if (!isThenable(result)) return result;
      return Promise.resolve(result).catch((error: unknown) => handle(error, context));
    } catch (error) {
      return handle(error, context);
    }
  };
}

function isPassedOn(error: unknown, context: Context): boolean {
  const { passedOn } = context as RequestContext; // the dispatcher makes every context
  return passedOn !== null && passedOn.error === error;
}

function passOn(error: unknown, context: Context): never {
  (context as RequestContext).passedOn = { error }; // as in isPassedOn
  throw error;
}

/** A filter that throws hands its error on: the filters behind it see that one. */
function askFilters(filters: readonly Filter[], from: number, error: unknown, context: Context): unknown {
  const filter = filters[from];
  if (filter === undefined) return passOn(error, context);
  let result: unknown;
  try {
    result = filter(error, context);
  } catch (other) {
    return askFilters(filters, from + 1, other, context);
  }
  if (result === undefined) return askFilters(filters, from + 1, error, context);
  if (!isThenable(result)) return result;
  return Promise.resolve(result).then(
    (later) => (later === undefined ? askFilters(filters, from + 1, error, context) : later),
    (other: unknown) => askFilters(filters, from + 1, other, context),
  );
}
