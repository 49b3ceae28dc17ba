import { parseParameterized, type Parameter } from "./parse-parameters.ts";
import { isToken } from "./token.ts";

/** A media type such as `text/html; charset=utf-8`. */
export interface MediaType {
  /** In lower case, e.g. "text". */
  readonly type: string;
  /** In lower case, e.g. "html". */
  readonly subtype: string;
  /** Type and subtype, e.g. "text/html". */
  readonly essence: string;
  /** By name in lower case; values as they were written. Without a prototype. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Reads a media type (RFC 9110, 8.3.1); `null` for text that is none. Of two parameters of one name the first wins.
 *
 * @example
 * parseMediaType('Text/HTML; Charset="utf-8"'); // { type: "text", subtype: "html", essence: "text/html", parameters: { charset: "utf-8" } }
 */
export function parseMediaType(text: string): MediaType | null {
  const parsed = parseParameterized(text);
  if (parsed === null) return null;
  const essence = parsed.value.toLowerCase();
  const [type = "", subtype = "", ...rest] = essence.split("/");
  if (!isToken(type) || !isToken(subtype) || rest.length > 0) return null;
  return { type, subtype, essence, parameters: toRecord(parsed.parameters) };
}

/**
 * Whether content of a media type is JSON: `application/json`, or any type whose subtype ends in `+json` (RFC 6839, 3.1).
 *
 * @example
 * isJsonMediaType("application/problem+json; charset=utf-8"); // true
 */
export function isJsonMediaType(mediaType: string | MediaType): boolean {
  if (mediaType === "application/json") return true; // what nearly all clients send
  const parsed = typeof mediaType === "string" ? parseMediaType(mediaType) : mediaType;
  return parsed !== null && (parsed.essence === "application/json" || parsed.subtype.endsWith("+json"));
}

function toRecord(parameters: readonly Parameter[]): Record<string, string> {
  const record = Object.create(null) as Record<string, string>; // no prototype: names come from clients
  for (const { name, value } of parameters) record[name] ??= value;
  return record;
}
