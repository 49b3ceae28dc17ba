/**
 * Maps a list to its end, whatever is thrown on the way.
 * @throws AggregateError with all that was thrown, in order
 */
export function mapAll<T, R>(values: readonly T[], map: (value: T) => R): R[] {
  const errors: unknown[] = [];
  const results: R[] = [];
  for (const value of values) {
    try {
      results.push(map(value));
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${values.length} failed.`);
  return results;
}
