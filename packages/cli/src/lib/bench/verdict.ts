import type { Figure } from "./statistics.ts";

/** Whether something costs more than before. */
export interface Verdict {
  /** What it costs now, of what it cost: 1.1 is a tenth more. */
  readonly ratio: number;
  /** "unclear" where the medians are apart, and the rounds lie among each other. */
  readonly kind: "slower" | "faster" | "same" | "unclear";
}

/**
 * Compares two figures of which less is better. They differ only where the ratio is beyond the threshold and no round of one lies within
 * those of the other: a noisy run finds nothing rather than something that is not there.
 */
export function verdictOf(base: Figure, now: Figure, threshold: number): Verdict {
  const ratio = now.median === base.median ? 1 : now.median / base.median;
  if (ratio <= threshold && ratio >= 1 / threshold) return { ratio, kind: "same" };
  if (ratio > threshold && now.min > base.max) return { ratio, kind: "slower" };
  if (ratio < 1 / threshold && now.max < base.min) return { ratio, kind: "faster" };
  return { ratio, kind: "unclear" };
}
