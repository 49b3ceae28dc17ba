import {
  isIfMatchMet,
  isIfNoneMatchMet,
  isSameEtag,
  parseEtag,
  parseHttpDate,
  parseRange,
  type ByteRange,
  type Etag,
  type Exchange,
  type HeaderList,
} from "@armature/http";

/** What identifies one version of a file. */
export interface FileVersion {
  readonly etag: Etag;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Bytes. */
  readonly size: number;
}

/** What a request for a file gets. */
export type FileAnswer =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly range: ByteRange }
  | { readonly kind: "not-modified" | "precondition-failed" | "range-not-satisfiable" };

/** Evaluates the conditions of a request in the order of RFC 9110, 13.2.2, then its range. */
export function fileAnswer(request: Pick<Exchange, "method" | "headers">, file: FileVersion): FileAnswer {
  const { method, headers } = request;
  const reads = method === "GET" || method === "HEAD";
  if (!isStillWanted(headers, file)) return { kind: "precondition-failed" };
  if (isKnown(headers, file, reads)) return { kind: reads ? "not-modified" : "precondition-failed" };
  // Only GET has ranges (RFC 9110, 14.2).
  const range = method === "GET" ? headers.get("range") : undefined;
  if (range === undefined || !isRangeCurrent(headers, file)) return { kind: "whole" };
  return rangeAnswer(range, file.size);
}

/** Dates have whole seconds. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function isStillWanted(headers: HeaderList, file: FileVersion): boolean {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== undefined) return isIfMatchMet(ifMatch, file.etag);
  const since = dateOf(headers, "if-unmodified-since");
  return since === null || seconds(file.modifiedMs) <= seconds(since);
}

/** Only what reads can be told that it has the date's version already; a tag holds for every method. */
function isKnown(headers: HeaderList, file: FileVersion, reads: boolean): boolean {
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== undefined) return !isIfNoneMatchMet(ifNoneMatch, file.etag);
  const since = reads ? dateOf(headers, "if-modified-since") : null;
  return since !== null && seconds(file.modifiedMs) <= seconds(since);
}

/** `if-range` asks for the whole where the part would belong to another version. */
function isRangeCurrent(headers: HeaderList, file: FileVersion): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === undefined) return true;
  const etag = parseEtag(ifRange);
  if (etag !== null) return isSameEtag(etag, file.etag);
  const date = parseHttpDate(ifRange);
  return date !== null && seconds(date.getTime()) === seconds(file.modifiedMs);
}

/** Several ranges are answered with the whole, as RFC 9110, 14.2 allows. */
function rangeAnswer(header: string, size: number): FileAnswer {
  const ranges = parseRange(header, size);
  if (ranges === null || ranges.length > 1) return { kind: "whole" };
  const range = ranges[0];
  return range === undefined ? { kind: "range-not-satisfiable" } : { kind: "part", range };
}

function dateOf(headers: HeaderList, name: string): number | null {
  const value = headers.get(name);
  return value === undefined ? null : (parseHttpDate(value)?.getTime() ?? null);
}
