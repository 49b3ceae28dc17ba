/** What came of a list whose members may fail: what there is, and what was thrown, in order. */
export interface Partly<T> {
  readonly results: readonly T[];
  readonly errors: readonly unknown[];
}

class PartlyFailed extends AggregateError implements Partly<unknown> {
  readonly results: readonly unknown[];

  constructor({ results, errors }: Partly<unknown>) {
    super(errors, `${errors.length} failed.`);
    this.results = results;
  }
}

/**
 * Maps a list to its end, whatever is thrown on the way, and puts the results together.
 * @throws AggregateError with all that was thrown; {@link partly} takes the results out of it
 */
export function flatMapAll<T, R>(values: readonly T[], map: (value: T) => readonly R[]): R[] {
  const results: R[] = [];
  const errors: unknown[] = [];
  for (const value of values) {
    const part = partly(() => map(value));
    results.push(...part.results);
    errors.push(...part.errors);
  }
  if (errors.length > 0) throw new PartlyFailed({ results, errors });
  return results;
}

/** Runs something that maps lists with {@link flatMapAll}, and goes on with what there is. */
export function partly<R>(run: () => readonly R[]): Partly<R> {
  try {
    return { results: run(), errors: [] };
  } catch (error) {
    // Within `run` only lists of R are mapped.
    if (error instanceof PartlyFailed) return error as Partly<R>;
    return { results: [], errors: [error] };
  }
}
