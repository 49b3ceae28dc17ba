import { SocketError } from "./socket-error.ts";

/** Where to connect; a function is asked before every attempt, e.g. for a new token. */
export type SocketUrl = string | URL | (() => string | URL | Promise<string | URL>);

/** The page that runs it, in browsers. */
declare const location: { readonly href: string } | undefined;

const SCHEMES: Readonly<Record<string, string>> = {
  "http:": "ws:",
  "https:": "wss:",
  "ws:": "ws:",
  "wss:": "wss:",
};

/**
 * The URL of a socket; that of a page stands for the socket at the same place, and in browsers a path is enough.
 * @throws SocketError `E_SOCKET_URL`
 */
export function toSocketUrl(given: string | URL): string {
  const base = typeof location === "undefined" ? undefined : location.href;
  const text = String(given);
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  const scheme = url === null ? undefined : SCHEMES[url.protocol];
  if (url === null || scheme === undefined)
    throw new SocketError(
      "E_SOCKET_URL",
      `A socket needs a URL with ws:, wss:, http: or https:, or a path on a page (got ${JSON.stringify(text)}).`,
    );
  url.protocol = scheme;
  url.hash = "";
  return url.href;
}
