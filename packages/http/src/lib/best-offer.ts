/** How a preference of the client fits an offer of the server. */
export interface Fit {
  /** The kind of match; a higher one is more specific. */
  readonly tier: number;
  /** How exact it is among matches of its tier. */
  readonly exactness: number;
  /** The weight that the client gave it, 0 to 1. */
  readonly weight: number;
}

/** The preference that counts for an offer: the most specific one, whatever its weight (RFC 9110, 12.5.1). */
export function mostSpecific(fits: readonly (Fit | null)[]): Fit | null {
  let best: Fit | null = null;
  for (const fit of fits) {
    if (fit !== null && (best === null || isMoreSpecific(fit, best))) best = fit;
  }
  return best;
}

/**
 * The offer that the client likes most; `null` where it accepts none.
 * Of equal weights the one that was named more specifically wins, then the first one offered.
 */
export function bestOffer<TOffer extends string>(
  offers: readonly TOffer[],
  fitOf: (offer: TOffer) => Fit | null,
): TOffer | null {
  let best: { readonly offer: TOffer; readonly fit: Fit } | null = null;
  for (const offer of offers) {
    const fit = fitOf(offer);
    if (fit !== null && fit.weight > 0 && (best === null || isLiked(fit, best.fit))) best = { offer, fit };
  }
  return best === null ? null : best.offer;
}

function isMoreSpecific(a: Fit, b: Fit): boolean {
  if (a.tier !== b.tier) return a.tier > b.tier;
  return a.exactness === b.exactness ? a.weight > b.weight : a.exactness > b.exactness;
}

function isLiked(a: Fit, b: Fit): boolean {
  return a.weight === b.weight ? a.tier > b.tier : a.weight > b.weight;
}
