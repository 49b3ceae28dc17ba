import { parseQuotedString, splitOutsideQuotes } from "./quoted-string.ts";
import { isToken } from "./token.ts";
import { trimOws } from "./trim-ows.ts";

/** One parameter, its name in lower case. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** A value with parameters, as media types and dispositions have. */
export interface Parameterized {
  /** What stands before the first ";", without white space around it. */
  readonly value: string;
  /** In order of arrival; names may repeat. */
  readonly parameters: readonly Parameter[];
}

/** Reads `value; name=value; name="value"` (RFC 9110, 5.6.6); `null` where a parameter is malformed. Empty ones are skipped. */
export function parseParameterized(text: string): Parameterized | null {
  const [value = "", ...rest] = splitOutsideQuotes(text, ";");
  const parameters: Parameter[] = [];
  for (const part of rest) {
    const trimmed = trimOws(part);
    if (trimmed === "") continue;
    const parameter = parseParameter(trimmed);
    if (parameter === null) return null;
    parameters.push(parameter);
  }
  return { value: trimOws(value), parameters };
}

/** No white space around "=": RFC 9110 allows none. */
function parseParameter(text: string): Parameter | null {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals));
  const raw = text.slice(equals + 1);
  const value = isToken(raw) ? raw : parseQuotedString(raw);
  return isToken(name) && value !== null ? { name: name.toLowerCase(), value } : null;
}
