import { type Exchange, type ExchangeHandler, HeaderBlock } from "@armature/http";

/** The port that https URLs need not name. */
const HTTPS_PORT = 443;

const BAD_REQUEST = { status: 400, block: HeaderBlock.empty, fields: null };

/**
 * Answers every request with 308 to the https URL of the same host and target, so that methods and bodies stay what they are
 * (RFC 9110, 15.4.9). Requests that name no host, or no path, get 400.
 */
export function redirectTo(httpsPort: number): ExchangeHandler {
  const port = httpsPort === HTTPS_PORT ? "" : `:${httpsPort}`;
  return (exchange) => {
    const url = urlOf(exchange, port);
    if (url === null) return exchange.respond(BAD_REQUEST, null);
    exchange.respond({ status: 308, block: HeaderBlock.empty, fields: ["location", url] }, null);
  };
}

function urlOf({ target, headers }: Exchange, port: string): string | null {
  const [, authority = headers.get("host") ?? "", path = ""] = ABSOLUTE.exec(target) ?? [
    null,
    undefined,
    target,
  ];
  const host = authority.replace(/:\d*$/, "");
  if (host === "" || (path !== "" && path[0] !== "/" && path[0] !== "?")) return null;
  return `https://${host}${port}${path[0] === "/" ? path : `/${path}`}`;
}

const ABSOLUTE = /^https?:\/\/([^/?]+)(.*)$/i;
