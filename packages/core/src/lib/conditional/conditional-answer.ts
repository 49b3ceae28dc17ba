import {
  isIfMatchMet,
  isIfNoneMatchMet,
  isSameEtag,
  parseEtag,
  parseEtagList,
  parseHttpDate,
  parseRange,
  type ByteRange,
  type Etag,
  type Exchange,
  type HeaderList,
} from "@armature/http";

/** What identifies one version of a representation. */
export interface Version {
  /** Its entity tag; `null` where it has none. */
  readonly etag: Etag | null;
  /** When it was modified, in milliseconds since 1970; `null` where nobody knows. */
  readonly modifiedMs: number | null;
}

/** A representation that is about to be sent. */
export interface Representation extends Version {
  /** Bytes; `null` where no part of it can be sent alone. */
  readonly size: number | null;
}

/** What a request gets by its conditions. */
export type Verdict = "go-on" | "not-modified" | "precondition-failed";

/** What a request gets of a representation. */
export type ConditionalAnswer =
  | { readonly kind: "whole" }
  | { readonly kind: "parts"; readonly ranges: readonly ByteRange[] }
  | { readonly kind: "not-modified" | "precondition-failed" | "range-not-satisfiable" };

/** What is looked at of a request. */
export type ConditionalRequest = Pick<Exchange, "method" | "headers">;

/**
 * Evaluates the conditions of a request in the order of RFC 9110, 13.2.2.
 * @param current the present version; `null` where there is no representation
 */
export function judge({ method, headers }: ConditionalRequest, current: Version | null): Verdict {
  const reads = method === "GET" || method === "HEAD";
  if (!isStillWanted(headers, current)) return "precondition-failed";
  if (isKnown(headers, current, reads)) return reads ? "not-modified" : "precondition-failed";
  return "go-on";
}

/** Evaluates the conditions of a request, then its range. */
export function conditionalAnswer(request: ConditionalRequest, current: Representation): ConditionalAnswer {
  const verdict = judge(request, current);
  if (verdict !== "go-on") return { kind: verdict };
  // Only GET has ranges (RFC 9110, 14.2).
  const range = request.method === "GET" && current.size !== null ? request.headers.get("range") : undefined;
  if (range === undefined || current.size === null || !isRangeCurrent(request.headers, current))
    return { kind: "whole" };
  return rangeAnswer(range, current.size);
}

/** Dates have whole seconds. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function isStillWanted(headers: HeaderList, current: Version | null): boolean {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== undefined) return isMatched(ifMatch, current);
  const since = dateOf(headers, "if-unmodified-since");
  if (since === null || current === null || current.modifiedMs === null) return true;
  return seconds(current.modifiedMs) <= seconds(since);
}

/** A representation without a tag is matched by "*" alone. */
function isMatched(ifMatch: string, current: Version | null): boolean {
  if (current === null) return false;
  return current.etag === null ? parseEtagList(ifMatch) === "*" : isIfMatchMet(ifMatch, current.etag);
}

/** Only what reads can be told that it has the date's version already; a tag holds for every method. */
function isKnown(headers: HeaderList, current: Version | null, reads: boolean): boolean {
  if (current === null) return false;
  const { etag, modifiedMs } = current;
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined)
    return etag === null ? parseEtagList(ifNoneMatch) === "*" : !isIfNoneMatchMet(ifNoneMatch, etag);
  const since = reads && modifiedMs !== null ? dateOf(headers, "if-modified-since") : null;
  return since !== null && modifiedMs !== null && seconds(modifiedMs) <= seconds(since);
}

/** `if-range` asks for the whole where the part would belong to another version. */
function isRangeCurrent(headers: HeaderList, { etag, modifiedMs }: Version): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === undefined) return true;
  const wanted = parseEtag(ifRange);
  if (wanted !== null) return etag !== null && isSameEtag(wanted, etag);
  const date = parseHttpDate(ifRange);
  return date !== null && modifiedMs !== null && seconds(date.getTime()) === seconds(modifiedMs);
}

function rangeAnswer(header: string, size: number): ConditionalAnswer {
  const ranges = parseRange(header, size);
  if (ranges === null) return { kind: "whole" };
  return ranges.length === 0 ? { kind: "range-not-satisfiable" } : { kind: "parts", ranges };
}

function dateOf(headers: HeaderList, name: string): number | null {
  const value = headers.get(name);
  return value === undefined ? null : (parseHttpDate(value)?.getTime() ?? null);
}
