import { trimOws } from "./trim-ows.ts";

/** The cookies of a request, without a prototype: `cookies["constructor"]` is `undefined` unless the client sent one. */
export type Cookies = Readonly<Record<string, string | undefined>>;

/**
 * Reads a `cookie` field as leniently as browsers write it (RFC 6265bis, 4.2).
 *
 * Of two cookies of one name the first wins: browsers send the more specific path first. Quotes around a value are dropped;
 * `%XX` is decoded as UTF-8, and escapes that are broken or no UTF-8 are left as they are. Pairs without "=" or without a name are left out.
 *
 * @example
 * parseCookies("sid=abc; theme=dark%20blue").theme; // "dark blue"
 */
export function parseCookies(header: string): Cookies {
  const cookies = Object.create(null) as Record<string, string>; // no prototype: a cookie may be called "__proto__"
  for (let start = 0; start < header.length;) {
    const semicolon = header.indexOf(";", start);
    const end = semicolon === -1 ? header.length : semicolon;
    addCookie(cookies, header.slice(start, end));
    start = end + 1;
  }
  return cookies;
}

function addCookie(cookies: Record<string, string>, pair: string): void {
  const equals = pair.indexOf("=");
  if (equals === -1) return;
  const name = trimOws(pair.slice(0, equals));
  if (name === "" || name in cookies) return;
  cookies[name] = decodeCookie(unquote(trimOws(pair.slice(equals + 1))));
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function decodeCookie(value: string): string {
  if (!value.includes("%")) return value;
  return decodeEscapes(value) ?? value.replace(ESCAPES, (run) => decodeEscapes(run) ?? run);
}

const ESCAPES = /(?:%[0-9A-Fa-f]{2})+/g;

function decodeEscapes(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
