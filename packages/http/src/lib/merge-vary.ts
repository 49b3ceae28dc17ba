import { HttpError } from "./http-error.ts";
import { isToken } from "./token.ts";
import { trimOws } from "./trim-ows.ts";

/**
 * Adds names to the value of a `vary` field (RFC 9110, 12.5.5); each is named once, and "*" stands for all.
 *
 * @throws HttpError 500 `E_HEADER_NAME_INVALID` for a name that is neither a token nor "*"
 * @example
 * mergeVary("Origin", ["accept", "origin"]); // "Origin, accept"
 */
export function mergeVary(value: string | undefined, names: readonly string[]): string {
  const known = (value ?? "")
    .split(",")
    .map(trimOws)
    .filter((name) => name !== "");
  const merged = new Map(known.map((name) => [name.toLowerCase(), name]));
  for (const name of names) {
    if (!isToken(name)) throw invalidName(name);
    if (!merged.has(name.toLowerCase())) merged.set(name.toLowerCase(), name);
  }
  return merged.has("*") ? "*" : [...merged.values()].join(", ");
}

function invalidName(name: string): HttpError {
  return new HttpError(
    500,
    "E_HEADER_NAME_INVALID",
    `The field name ${JSON.stringify(name)} for "vary" is not a token; use letters, digits and "-".`,
  );
}
