import { toParamText, unsendable, type PlaceText } from "./param-text.ts";

type Values = Readonly<Record<string, unknown>>;

/** Sets header fields; what is `undefined` stays as it is. @throws ClientError `E_CLIENT_PARAM` for what is no field */
export function setFields(headers: Headers, route: string, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) setField(headers, name, value, () => `headers.${name} of ${route}`);
  }
}

function setField(headers: Headers, name: string, value: unknown, place: PlaceText): void {
  const text = toParamText(value, place);
  try {
    headers.set(name, text);
  } catch {
    throw unsendable(
      place,
      "is no header field: its name or its value has characters that fields cannot have",
    );
  }
}

/** A value of a cookie as RFC 6265, 4.1.1 has it, without its escape sign. */
const COOKIE_SAFE = /[^\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/gu;
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** Writes a `cookie` field; values are percent-encoded where cookies cannot have their characters. */
export function encodeCookies(route: string, values: Values): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => encodeCookie(name, value, () => `cookies.${name} of ${route}`))
    .join("; ");
}

function encodeCookie(name: string, value: unknown, place: PlaceText): string {
  if (!TOKEN.test(name)) throw unsendable(place, "is no cookie: its name is not a token");
  const text = toParamText(value, place);
  if (!text.isWellFormed()) throw unsendable(place, "has half of a surrogate pair, which has no UTF-8");
  return `${name}=${text.replace(COOKIE_SAFE, encodeURIComponent)}`;
}
