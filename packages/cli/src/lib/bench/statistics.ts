/** What was measured several times: the middle, and how far the rounds lie apart. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The value in the middle; the mean of the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The smallest value that is not below `share` of all (nearest rank); `share` is from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Median and spread of rounds, rounded to four digits: more would be noise in a result file. */
export function toFigure(values: readonly number[]): Figure {
  return {
    median: toFourDigits(median(values)),
    min: toFourDigits(Math.min(...values)),
    max: toFourDigits(Math.max(...values)),
  };
}

function toFourDigits(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

/** Half of the way from the lowest to the highest round, as a share of the median: 0.05 is "plus or minus 5 %". */
export function spreadOf({ median: middle, min, max }: Figure): number {
  return middle === 0 ? 0 : (max - min) / 2 / Math.abs(middle);
}
