/** A value, or a promise of it: what is synchronous stays synchronous. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a value has to be awaited, by the standard's own measure: an object or function with a `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as Partial<PromiseLike<unknown>>).then === "function"; // any object may be asked for a member
}

/** Goes on with a value at once, or when its promise has it. */
export function whenReady<T>(value: MaybePromise<T>, next: (value: T) => unknown): unknown {
  return value instanceof Promise ? value.then(next) : next(value);
}
