import { bestOffer, type Fit } from "./best-offer.ts";
import { parseWeighted } from "./parse-weighted.ts";

/**
 * Chooses the content coding of an answer (RFC 9110, 12.5.3): one of the offers, "identity" for none, or `null` where the
 * client accepts neither.
 *
 * "identity" need not be offered. It is chosen where the client weighs it highest, where it accepts no offer, and where there
 * is no field. Of equal weights the first offer wins.
 *
 * @param header the value of the `accept-encoding` field
 * @param offers content codings, the preferred one first
 * @example
 * negotiateEncoding("gzip, br;q=0.9", ["br", "gzip"]); // "gzip"
 * negotiateEncoding("identity;q=0", ["gzip"]); // null
 */
export function negotiateEncoding<TOffer extends string>(
  header: string | undefined,
  offers: readonly TOffer[],
): TOffer | "identity" | null {
  if (header === undefined) return "identity";
  const weights = toWeights(header);
  const identity = weights.get("identity");
  const named: readonly (TOffer | "identity")[] = identity === undefined ? offers : [...offers, "identity"];
  const best = bestOffer(named, (offer) => fitOf(offer, weights));
  if (best !== null) return best;
  // Not named, it is acceptable unless "*" excludes it, but after everything that is named.
  return identity === undefined && weights.get("*") !== 0 ? "identity" : null;
}

/** The first weight of each coding. */
function toWeights(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const { value, weight } of parseWeighted(header)) {
    const coding = withoutAlias(value);
    if (!weights.has(coding)) weights.set(coding, weight);
  }
  return weights;
}

/** "*" stands for the codings that are not named; identity keeps its own rules. */
function fitOf(offer: string, weights: ReadonlyMap<string, number>): Fit | null {
  const coding = withoutAlias(offer.toLowerCase());
  const own = weights.get(coding);
  if (own !== undefined) return { tier: 1, exactness: 0, weight: own };
  const others = coding === "identity" ? undefined : weights.get("*");
  return others === undefined ? null : { tier: 0, exactness: 0, weight: others };
}

/** RFC 9110, 8.4.1: a recipient takes "x-gzip" for "gzip", and "x-compress" for "compress". */
function withoutAlias(coding: string): string {
  return coding === "x-gzip" || coding === "x-compress" ? coding.slice(2) : coding;
}
