/** What columns of loads say, for those that are not better where they are less. */
const MORE_IS_BETTER: ReadonlySet<string> = new Set(["requests/s"]);

/** Columns that tell better from worse; the others are there to be known. */
const COMPARED: ReadonlySet<string> = new Set([
  "CPU us/request",
  "requests/s",
  "p50 ms",
  "p90 ms",
  "p99 ms",
  "RSS MB",
  "4xx/5xx",
  "no answer",
]);

/** Whether a column is better where it is higher. */
export function isMoreBetter(column: string): boolean {
  return MORE_IS_BETTER.has(column);
}

/** Whether a change of a column is a gain or a loss. */
export function isCompared(column: string): boolean {
  return COMPARED.has(column);
}
