/**
 * What a value is after it was written as JSON and read again: dates are strings, methods are gone, and what has a `toJSON` is
 * what that gives.
 *
 * @example
 * type Sent = JsonType<{ at: Date; tags: Set<string> }>; // { at: string; tags: {} }
 */
export type JsonType<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends { toJSON(...args: never): infer TJson }
      ? JsonType<TJson>
      : T extends Unwritable
        ? never
        : T extends readonly unknown[]
          ? { [K in keyof T]: JsonType<T[K]> }
          : { [K in keyof T as T[K] extends Unwritable ? never : K]: JsonType<T[K]> };

/** JSON has no form for these. */
type Unwritable = bigint | symbol | ((...args: never) => unknown);
