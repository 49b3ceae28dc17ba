import type { RoutesByPath } from "./api/api.ts";
import { PathCaller, type PathCalls } from "./call/path-calls.ts";
import type { CallOptions } from "./call/call-options.ts";
import {
  checkBaseUrl,
  checkTimeout,
  DEFAULT_TIMEOUT_MS,
  type ClientOptions,
  type SendRequest,
} from "./client-options.ts";
import { toRetryPlan, type RetryOptions, type RetryPlan } from "./request/retry.ts";
import { mayRetry, type CallPlan, type ClientSettings } from "./request/send-call.ts";

/** Finds the calls of a path, which is spelled as the server declares it: `client("/users/:id").get({ params: { id: 7 } })`. */
export interface Client<TApi> {
  <const TPath extends keyof RoutesByPath<TApi> & string>(path: TPath): PathCalls<RoutesByPath<TApi>[TPath]>;
}

/**
 * Makes a client of an API that runs wherever `fetch` does.
 *
 * @param baseUrl in front of all paths, e.g. "https://example.com/api"; in browsers it may be relative to the page
 * @throws ClientError `E_CLIENT_BASE_URL`, `E_CLIENT_OPTION`
 * @example
 * const client = createClient<typeof app>("http://127.0.0.1:3000");
 * const answer = await client("/users/:id").get({ params: { id: 7 } });
 * if (answer.status === 200) console.log(answer.data.name);
 */
export function createClient<TApi>(baseUrl: string | URL, options: ClientOptions = {}): Client<TApi> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, retry = {} } = options;
  const defaults: CallDefaults = {
    settings: toSettings(checkBaseUrl(baseUrl), options),
    timeoutMs: checkTimeout(timeoutMs),
    retry: retry === null ? null : toRetryPlan(retry),
  };
  const client = (path: string): PathCaller =>
    new PathCaller((method, callOptions) => toPlan(defaults, method, path, callOptions));
  return client as unknown as Client<TApi>; // the types say which paths and options there are, and what comes back
}

/** What a call falls back on. */
interface CallDefaults {
  readonly settings: ClientSettings;
  readonly timeoutMs: number | null;
  readonly retry: RetryPlan | null;
}

function toSettings(baseUrl: string, options: ClientOptions): ClientSettings {
  const { headers, interceptors = [], credentials } = options;
  return { baseUrl, send: options.fetch ?? defaultFetch, headers, interceptors, credentials };
}

/** Looked up at every call, so that whoever replaces it later is heard; browsers want it called without a receiver. */
const defaultFetch: SendRequest = (request) => fetch(request);

function toPlan(defaults: CallDefaults, method: string, pattern: string, options: CallOptions): CallPlan {
  const { settings, timeoutMs, retry } = defaults;
  return {
    settings,
    method,
    pattern,
    route: `${method} ${pattern}`,
    options,
    timeoutMs: options.timeoutMs === undefined ? timeoutMs : checkTimeout(options.timeoutMs),
    retry: mayRetry(method, options) ? retryOf(options.retry, retry) : null,
  };
}

function retryOf(own: RetryOptions | null | undefined, byDefault: RetryPlan | null): RetryPlan | null {
  if (own === undefined) return byDefault;
  return own === null ? null : toRetryPlan({ ...byDefault, ...own });
}
