import { ClientError } from "./client-error.ts";
import { pageUrl } from "./page-url.ts";
import type { RetryOptions } from "./request/retry.ts";

/** Sends a request; `fetch` is one, and so is the `fetch` of an application. */
export type SendRequest = (request: Request) => Promise<Response>;

/**
 * Stands around every attempt of a call: may change the request, answer in place of the server, or send it again.
 *
 * @example
 * const traced: ClientInterceptor = (request, next) => {
 *   request.headers.set("x-trace", crypto.randomUUID());
 *   return next(request);
 * };
 */
export type ClientInterceptor = (request: Request, next: SendRequest) => Promise<Response>;

/** Header fields for every call; what is `undefined` is left out. */
export type DefaultHeaders = Readonly<Record<string, string | undefined>>;

/** How a client calls. */
export interface ClientOptions {
  /** What sends requests, e.g. `app.fetch` in tests. Default: the `fetch` of the runtime. */
  readonly fetch?: SendRequest;
  /** Header fields for every call; a function is asked before every attempt, and may be asynchronous. Default: none. */
  readonly headers?: DefaultHeaders | (() => DefaultHeaders | Promise<DefaultHeaders>);
  /** Around every attempt, the first one outermost. Default: none. */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Milliseconds that an attempt may take until its body is read, streams until their head; `null` for no limit. Default 30 000. */
  readonly timeoutMs?: number | null;
  /** When calls that failed are sent again; `null` for never. Default: see {@link RetryOptions}. */
  readonly retry?: RetryOptions | null;
  /** Whether browsers send cookies: also to other origins ("include"). Default: what `fetch` does, "same-origin". */
  readonly credentials?: "include" | "same-origin" | "omit" | undefined;
}

/** How long an attempt may take where nothing else is said. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** The longest that timers of JavaScript can wait. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** @throws ClientError `E_CLIENT_OPTION` where a number cannot be used */
export function checkTimeout(timeoutMs: number | null): number | null {
  if (timeoutMs === null || (timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) return timeoutMs;
  throw new ClientError(
    "E_CLIENT_OPTION",
    `timeoutMs must be a number above 0 and at most ${MAX_TIMEOUT_MS}, or null for no limit (got ${timeoutMs}).`,
  );
}

/**
 * The URL in front of all paths, without a slash at its end.
 * @throws ClientError `E_CLIENT_BASE_URL` for what is no URL, or has a query or fragment
 */
export function checkBaseUrl(baseUrl: string | URL): string {
  const text = String(baseUrl);
  if (!URL.canParse(text, pageUrl()) || /[?#]/.test(text)) throw badBaseUrl(text);
  return text.replace(/\/+$/, "");
}

function badBaseUrl(text: string): ClientError {
  return new ClientError(
    "E_CLIENT_BASE_URL",
    `The base URL must be absolute, or relative to the page in a browser, without query and fragment (got ${JSON.stringify(text)}).`,
  );
}
