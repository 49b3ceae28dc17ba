import { bestOffer, mostSpecific, type Fit } from "./best-offer.ts";
import { HttpError } from "./http-error.ts";
import { parseMediaType, type MediaType } from "./media-type.ts";
import type { Parameter } from "./parse-parameters.ts";
import { parseWeighted, type Weighted } from "./parse-weighted.ts";
import { isToken } from "./token.ts";

/** A media range of an `accept` field, e.g. `text/*;q=0.5`. */
export interface MediaRange {
  /** In lower case; "*" for all types. */
  readonly type: string;
  /** In lower case; "*" for all subtypes. */
  readonly subtype: string;
  /** What an offer must have too; names in lower case. */
  readonly parameters: readonly Parameter[];
  /** 0 (not acceptable) to 1. */
  readonly weight: number;
}

/**
 * Reads an `accept` field (RFC 9110, 12.5.1), in order of arrival; ranges that are malformed are left out.
 *
 * @example
 * parseAccept("text/html, application/*;q=0.5").map((range) => range.weight); // [1, 0.5]
 */
export function parseAccept(header: string): MediaRange[] {
  const ranges: MediaRange[] = [];
  for (const member of parseWeighted(header)) {
    const range = toMediaRange(member);
    if (range !== null) ranges.push(range);
  }
  return ranges;
}

/**
 * Chooses the media type of an answer; `null` where the client accepts none of the offers (406).
 *
 * The most specific range counts for each offer. Of equal weights the offer that was named more specifically wins, then the
 * first one offered. Without the field, or where nothing in it can be read, everything is acceptable.
 *
 * @param header the value of the `accept` field
 * @param offers media types, the preferred one first
 * @throws HttpError 500 `E_MEDIA_TYPE_INVALID` for an offer that is no media type
 * @example
 * negotiateMediaType("text/*, application/json;q=0.5", ["application/json", "text/html"]); // "text/html"
 */
export function negotiateMediaType<TOffer extends string>(
  header: string | undefined,
  offers: readonly TOffer[],
): TOffer | null {
  const ranges = parseAccept(header ?? "");
  if (ranges.length === 0) return offers[0] ?? null;
  return bestOffer(offers, (offer) => {
    const mediaType = toOffer(offer);
    return mostSpecific(ranges.map((range) => fitOf(range, mediaType)));
  });
}

function toMediaRange({ value, parameters, weight }: Weighted): MediaRange | null {
  // Old Java clients send "*" for "*/*".
  const [type = "", subtype = "", ...rest] = (value === "*" ? "*/*" : value).split("/");
  if (!isToken(type) || !isToken(subtype) || rest.length > 0) return null;
  return type === "*" && subtype !== "*" ? null : { type, subtype, parameters, weight };
}

function toOffer(offer: string): MediaType {
  const mediaType = parseMediaType(offer);
  if (mediaType !== null) return mediaType;
  throw new HttpError(
    500,
    "E_MEDIA_TYPE_INVALID",
    `An offer must be a media type such as "application/json" (got ${JSON.stringify(offer)}).`,
  );
}

function fitOf(range: MediaRange, offer: MediaType): Fit | null {
  const { weight, parameters } = range;
  if (range.type === "*") return { tier: 0, exactness: 0, weight };
  if (range.type !== offer.type) return null;
  if (range.subtype === "*") return { tier: 1, exactness: 0, weight };
  if (range.subtype !== offer.subtype) return null;
  if (!parameters.every((parameter) => hasParameter(offer, parameter))) return null;
  return { tier: parameters.length === 0 ? 2 : 3, exactness: parameters.length, weight };
}

/** Values are compared without regard to case, as the one that matters most, `charset`, is (RFC 9110, 8.3.2). */
function hasParameter(offer: MediaType, { name, value }: Parameter): boolean {
  return offer.parameters[name]?.toLowerCase() === value.toLowerCase();
}
