import { HttpError } from "@armature/http";
import type { Context } from "../context/context.ts";
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

function pass(verdict: boolean | void, context: Context, next: Next): unknown {
  if (verdict === false) throw new HttpError(403, "E_FORBIDDEN", "You may not do this.");
  return next(context);
}

/** Catches what `inner` throws and asks the filters, the first of the list first; `inner` itself where there are none. */
export function foldFilters(filters: readonly Filter[], inner: Next): Next {
  if (filters.length === 0) return inner;
  return (context) => {
    try {
      const result = inner(context);
      if (!isThenable(result)) return result;
      return Promise.resolve(result).catch((error: unknown) => askFilters(filters, 0, error, context));
    } catch (error) {
      return askFilters(filters, 0, error, context);
    }
  };
}

/** A filter that throws hands its error on: the filters behind it see that one. */
function askFilters(filters: readonly Filter[], from: number, error: unknown, context: Context): unknown {
  const filter = filters[from];
  if (filter === undefined) throw error;
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
