/**
 * A key for a value that a middleware or guard leaves in the context for those behind it.
 *
 * @example
 * const CurrentUser = contextKey<User>("current user");
 * context.set(CurrentUser, user);
 * context.get(CurrentUser); // User, or an error that says that nobody set it
 */
export interface ContextKey<T> {
  readonly description: string;
  /** The type of the value; never there at run time. */
  readonly __type?: T;
}

/** Makes a key for {@link Context.set} and {@link Context.get}; each call makes another key. */
export function contextKey<T>(description: string): ContextKey<T> {
  return Object.freeze({ description });
}
