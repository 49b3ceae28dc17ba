/** A reading of a server's memory behind a collection. */
export interface Reading {
  /** Requests since the start. */
  readonly requests: number;
  readonly heapBytes: number;
}

/**
 * Bytes of heap that each request leaves behind: the slope of a line through the readings (Theil-Sen, the middle of the slopes
 * between all pairs), so that a single reading beside the others changes nothing.
 */
export function growthPerRequest(readings: readonly Reading[]): number {
  const slopes = readings.flatMap((early, at) =>
    readings
      .slice(at + 1)
      .map((late) => (late.heapBytes - early.heapBytes) / (late.requests - early.requests)),
  );
  const sorted = slopes.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
