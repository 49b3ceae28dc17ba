import { HttpError } from "./http-error.ts";

/** An entity tag (RFC 9110, 8.8.3). */
export interface Etag {
  /** What stands between the quotes. */
  readonly value: string;
  /** Whether representations with this tag are only equivalent, not the same bytes. */
  readonly weak: boolean;
}

/**
 * Reads an entity tag; `null` for text that is none.
 *
 * @example
 * parseEtag('W/"v1"'); // { value: "v1", weak: true }
 */
export function parseEtag(text: string): Etag | null {
  const match = ETAG.exec(text);
  return match === null ? null : { value: match[2] ?? "", weak: match[1] !== undefined };
}

/**
 * Writes an entity tag.
 *
 * @throws HttpError 500 `E_ETAG_INVALID` for quotes, white space, control characters, or characters above U+00FF
 * @example
 * serializeEtag({ value: "v1", weak: false }); // '"v1"'
 */
export function serializeEtag({ value, weak }: Etag): string {
  const text = `${weak ? "W/" : ""}"${value}"`;
  if (ETAG.test(text)) return text;
  throw new HttpError(
    500,
    "E_ETAG_INVALID",
    `An entity tag must be printable latin1 without spaces and quotes (got ${JSON.stringify(value)}); use a hash or a version number.`,
  );
}

/** Whether two tags stand for the same bytes: neither is weak, and they are the same (RFC 9110, 8.8.3.2). */
export function isSameEtag(a: Etag, b: Etag): boolean {
  return !a.weak && !b.weak && a.value === b.value;
}

/** Whether two tags stand for equivalent representations: they are the same, weak or not (RFC 9110, 8.8.3.2). */
export function isEquivalentEtag(a: Etag, b: Etag): boolean {
  return a.value === b.value;
}

/**
 * Reads the value of an `if-match` or `if-none-match` field: "*", or tags; `null` where it is malformed.
 *
 * @example
 * parseEtagList('"a", W/"b"'); // [{ value: "a", weak: false }, { value: "b", weak: true }]
 */
export function parseEtagList(header: string): "*" | readonly Etag[] | null {
  if (/^[ \t]*\*[ \t]*$/.test(header)) return "*";
  const tags: Etag[] = [];
  for (let at = 0; at < header.length;) {
    MEMBER.lastIndex = at;
    const match = MEMBER.exec(header);
    if (match === null) return null;
    if (match[2] !== undefined) tags.push({ value: match[2], weak: match[1] !== undefined });
    at = MEMBER.lastIndex;
  }
  return tags.length === 0 ? null : tags;
}

/**
 * Whether the condition of an `if-match` field holds (RFC 9110, 13.1.1); if not, answer 412. A malformed one does not hold.
 *
 * @param current the tag of the present representation; `null` where there is none
 */
export function isIfMatchMet(header: string, current: Etag | null): boolean {
  const wanted = parseEtagList(header);
  if (wanted === null || current === null) return false;
  return wanted === "*" || wanted.some((tag) => isSameEtag(tag, current));
}

/**
 * Whether the condition of an `if-none-match` field holds (RFC 9110, 13.1.2); if not, answer 304 to GET and HEAD, 412 to
 * other methods. A malformed one holds.
 *
 * @param current the tag of the present representation; `null` where there is none
 */
export function isIfNoneMatchMet(header: string, current: Etag | null): boolean {
  const known = parseEtagList(header);
  if (known === null || current === null) return true;
  return known !== "*" && !known.some((tag) => isEquivalentEtag(tag, current));
}

const OPAQUE = '(W/)?"([\\x21\\x23-\\x7e\\x80-\\xff]*)"';
const ETAG = new RegExp(`^${OPAQUE}$`);
/** One member of a list with its comma; members may be empty (RFC 9110, 5.6.1.2), and commas may stand inside tags. */
const MEMBER = new RegExp(`[ \\t]*(?:${OPAQUE}[ \\t]*)?(?:,|$)`, "y");
