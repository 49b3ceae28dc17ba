import { bestOffer, mostSpecific, type Fit } from "./best-offer.ts";
import { parseWeighted, type Weighted } from "./parse-weighted.ts";

/**
 * Chooses the language of an answer (RFC 9110, 12.5.4); `null` where the client wants none of the offers.
 *
 * A range fits the tag that it names, tags below it ("en" fits "en-GB"; RFC 4647, 3.3.1), and tags above it ("de-CH" fits "de";
 * RFC 4647, 3.4). Of equal weights the closer fit wins, then the first one offered. Without the field, or where nothing in
 * it can be read, everything is acceptable.
 *
 * @param header the value of the `accept-language` field
 * @param offers language tags (BCP 47), the preferred one first
 * @example
 * negotiateLanguage("de-CH, en;q=0.9", ["en", "de"]); // "de"
 */
export function negotiateLanguage<TOffer extends string>(
  header: string | undefined,
  offers: readonly TOffer[],
): TOffer | null {
  const ranges = parseWeighted(header ?? "");
  if (ranges.length === 0) return offers[0] ?? null;
  return bestOffer(offers, (offer) => {
    const tag = offer.toLowerCase();
    return mostSpecific(ranges.map((range) => fitOf(range, tag)));
  });
}

function fitOf({ value: range, weight }: Weighted, tag: string): Fit | null {
  if (range === tag) return { tier: 3, exactness: 0, weight };
  if (tag.startsWith(`${range}-`)) return { tier: 2, exactness: range.length, weight };
  if (range.startsWith(`${tag}-`)) return { tier: 1, exactness: 0, weight };
  return range === "*" ? { tier: 0, exactness: 0, weight } : null;
}
