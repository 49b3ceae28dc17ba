import { HttpError } from "@armature/http";

/** A content coding that request bodies may have (RFC 9110, 8.4.1; RFC 7932; RFC 8878). */
export type ContentCoding = "gzip" | "deflate" | "br" | "zstd";

/** Every content coding that can be undone. */
export const CONTENT_CODINGS: readonly ContentCoding[] = ["gzip", "deflate", "br", "zstd"];

/** Which compressed request bodies are taken, and how far they may expand. */
export interface DecompressOptions {
  /** Codings that are undone. Default: gzip, deflate, br and zstd, but for those whose decoder in this runtime is not safe. */
  readonly codings?: readonly ContentCoding[];
  /** Codings that one body may have on top of each other. Default 1. */
  readonly maxCodings?: number;
  /**
   * Bytes that one compressed byte may become, over the whole of a body and beyond its first 64 KiB; `Infinity` for no limit. Default
   * 100.
   */
  readonly maxRatio?: number;
}

/** The same with nothing left out. */
export type Decompression = Required<DecompressOptions>;

/** Fills in what an application does not say; `false` takes no compressed bodies. */
export function resolveDecompression(
  given: boolean | DecompressOptions,
  brotli: string | undefined,
): Decompression {
  const {
    codings = CONTENT_CODINGS,
    maxCodings = 1,
    maxRatio = 100,
  } = typeof given === "object" ? given : {};
  const wanted = given === false ? [] : codings;
  return {
    codings: wanted.filter((coding) => coding !== "br" || !isVulnerableBrotli(brotli)),
    maxCodings,
    maxRatio,
  };
}

/**
 * Whether a version of Google's brotli has a decoder that a request can crash: before 1.0.8 (CVE-2020-8927, an overflow with inputs
 * over 2 GiB; https://nvd.nist.gov/vuln/detail/CVE-2020-8927). CVE-2025-6176 is about callers that put no limit on what comes out,
 * which a limit mends and no version does. Runtimes without such a version have another decoder.
 */
export function isVulnerableBrotli(version: string | undefined): boolean {
  if (version === undefined) return false;
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return true;
  return Number(major) < 1 || (Number(major) === 1 && Number(minor) === 0 && Number(patch) < 8);
}

/**
 * The codings of a body in the order in which they were applied; "identity" is none.
 * @throws HttpError 415 `E_UNSUPPORTED_CONTENT_ENCODING` for codings that are not taken, and too many of them
 */
export function readCodings(contentEncoding: string, settings: Decompression): readonly ContentCoding[] {
  const codings: ContentCoding[] = [];
  for (const member of contentEncoding.split(",")) {
    const name = withoutAlias(member.trim().toLowerCase());
    if (name === "" || name === "identity") continue;
    const coding = settings.codings.find((known) => known === name);
    if (coding === undefined || codings.push(coding) > settings.maxCodings)
      throw unsupported(contentEncoding, settings);
  }
  return codings;
}

/** RFC 9110, 8.4.1.3. */
function withoutAlias(name: string): string {
  return name === "x-gzip" ? "gzip" : name;
}

/** The answer says what is taken (RFC 9110, 12.5.3 and 15.5.16). */
function unsupported(contentEncoding: string, { codings, maxCodings }: Decompression): HttpError {
  const most = maxCodings === 1 ? "one coding" : `${maxCodings} codings`;
  const taken = codings.length === 0 ? "not be compressed" : `have ${most} at most, of ${codings.join(", ")}`;
  return new HttpError(
    415,
    "E_UNSUPPORTED_CONTENT_ENCODING",
    `The body must ${taken} (got ${JSON.stringify(contentEncoding)}).`,
    { headers: { "accept-encoding": codings.length === 0 ? "identity" : codings.join(", ") } },
  );
}
