import { ClientError } from "../client-error.ts";
import type { CallOptions } from "../call/call-options.ts";
import type { ClientInterceptor, ClientOptions, DefaultHeaders, SendRequest } from "../client-options.ts";
import { Deadline, pause } from "./deadline.ts";
import { encodeBody, type EncodedBody } from "./encode-body.ts";
import { encodeCookies, setFields } from "./encode-fields.ts";
import { encodePath } from "./encode-path.ts";
import { encodeQuery } from "./encode-query.ts";
import { backoffMs, isIdempotent, retryAfterMs, type RetryPlan } from "./retry.ts";
import { toUpload } from "./upload-stream.ts";

/** What all calls of a client share. */
export interface ClientSettings {
  readonly baseUrl: string;
  readonly send: SendRequest;
  readonly headers: ClientOptions["headers"];
  readonly interceptors: readonly ClientInterceptor[];
  readonly credentials: ClientOptions["credentials"];
}

/** One call, with everything settled that does not change between its attempts. */
export interface CallPlan {
  readonly settings: ClientSettings;
  readonly method: string;
  /** How messages name it, e.g. "GET /users/:id". */
  readonly route: string;
  readonly pattern: string;
  readonly options: CallOptions;
  readonly timeoutMs: number | null;
  /** `null` where it is never sent again. */
  readonly retry: RetryPlan | null;
}

/** A call written down: the same for every attempt. */
interface Draft {
  readonly url: string;
  readonly body: EncodedBody | null;
  readonly cookie: string;
}

/** An answer, and the deadline that its body is read under. */
export interface Attempt {
  readonly response: Response;
  readonly deadline: Deadline;
}

/**
 * Sends a call until it is answered, or may not be sent again, and reads the answer.
 * @throws ClientError for what cannot be sent, does not arrive or cannot be read
 */
export async function sendCall<T>(plan: CallPlan, read: (attempt: Attempt) => Promise<T>): Promise<T> {
  const draft = toDraft(plan);
  const retry = draft.body?.isStream === true ? null : plan.retry;
  for (let attempt = 0; ; attempt++) {
    const isLast = retry === null || attempt >= retry.limit;
    const outcome = await tryOnce(plan, draft, read, isLast ? null : retry);
    if (!("pauseMs" in outcome)) return outcome.value;
    // Only an attempt that is not the last one asks for a pause.
    const pauseMs = outcome.pauseMs ?? backoffMs(retry as RetryPlan, attempt, Math.random());
    await pause(pauseMs, plan.route, plan.options.signal);
  }
}

function toDraft({ settings, method, pattern, route, options }: CallPlan): Draft {
  const path = encodePath(method, pattern, options.params ?? {});
  return {
    url: `${settings.baseUrl}${path}${encodeQuery(route, options.query ?? {})}`,
    body: encodeBody(route, options.body, options.format),
    cookie: encodeCookies(route, options.cookies ?? {}),
  };
}

/** What came of an attempt: a value, or a pause before the next one; `null` leaves its length to the client. */
type Outcome<T> = { readonly value: T } | { readonly pauseMs: number | null };

async function tryOnce<T>(
  plan: CallPlan,
  draft: Draft,
  read: (attempt: Attempt) => Promise<T>,
  retry: RetryPlan | null,
): Promise<Outcome<T>> {
  const { route, timeoutMs, options } = plan;
  const deadline = new Deadline({ route, timeoutMs, signal: options.signal });
  try {
    const response = await deadline.race(exchange(plan, draft, deadline.signal));
    const pauseMs = retry === null ? undefined : pauseFor(response, retry);
    if (pauseMs === undefined) return { value: await readSafely(route, { response, deadline }, read) };
    deadline.cancel();
    return { pauseMs };
  } catch (error) {
    deadline.cancel();
    if (retry !== null && isPassing(error)) return { pauseMs: null };
    throw error;
  }
}

/** Milliseconds, or `null` for a pause of the client's own; `undefined` where the answer is final. */
function pauseFor({ status, headers }: Response, retry: RetryPlan): number | null | undefined {
  if (!retry.statuses.includes(status)) return undefined;
  const asked = retryAfterMs(headers.get("retry-after"), Date.now());
  return asked !== null && asked > retry.maxMs ? undefined : asked;
}

const PASSING = new Set(["E_CLIENT_NETWORK", "E_CLIENT_CUT", "E_CLIENT_TIMEOUT"]);

/** Whether another attempt may go better. */
function isPassing(error: unknown): boolean {
  return error instanceof ClientError && PASSING.has(error.code);
}

async function exchange(plan: CallPlan, draft: Draft, signal: AbortSignal): Promise<Response> {
  const { interceptors, send } = plan.settings;
  const request = await toRequest(plan, draft, signal);
  signal.throwIfAborted();
  const sendSafely: SendRequest = async (toSend) => {
    try {
      return await send(toSend);
    } catch (cause) {
      throw signal.aborted ? signal.reason : networkError(plan.route, cause);
    }
  };
  const around = interceptors.reduceRight<SendRequest>(
    (next, interceptor) => (toSend) => interceptor(toSend, next),
    sendSafely,
  );
  return await around(request);
}

const ACCEPT = "application/json, application/problem+json, */*;q=0.5";

async function toRequest(
  plan: CallPlan,
  { url, body, cookie }: Draft,
  signal: AbortSignal,
): Promise<Request> {
  const { settings, method, route, options } = plan;
  const upload = body === null ? null : await toUpload(body, url, options.onUploadProgress);
  const headers = new Headers({ accept: ACCEPT });
  if (typeof upload?.type === "string") headers.set("content-type", upload.type);
  setFields(headers, route, await defaultHeaders(settings.headers));
  if (cookie !== "") headers.set("cookie", cookie);
  setFields(headers, route, options.headers ?? {});
  return new Request(url, {
    method,
    headers,
    signal,
    // Some runtimes of workers refuse the very name.
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
    ...(upload === null ? {} : { body: upload.body }),
    ...(upload?.duplex === undefined ? {} : { duplex: upload.duplex }),
  });
}

async function defaultHeaders(headers: ClientOptions["headers"]): Promise<DefaultHeaders> {
  return (typeof headers === "function" ? await headers() : headers) ?? {};
}

async function readSafely<T>(
  route: string,
  attempt: Attempt,
  read: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const { response, deadline } = attempt;
  try {
    return await deadline.race(read(attempt));
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw deadline.signal.aborted ? deadline.signal.reason : cutError(route, response, cause);
  }
}

function networkError(route: string, cause: unknown): ClientError {
  const reason = cause instanceof Error ? reasonOf(cause) : String(cause);
  return new ClientError(
    "E_CLIENT_NETWORK",
    `${route} did not reach the server, or its answer did not arrive: ${reason}`,
    {
      cause,
    },
  );
}

/** Node says "fetch failed" and keeps the reason in the cause. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== "" ? `${message} (${cause.message})` : message;
}

/** The error of an answer whose body did not arrive as a whole. */
export function cutError(route: string, response: Response, cause: unknown): ClientError {
  return new ClientError(
    "E_CLIENT_CUT",
    `The answer to ${route} (${response.status}) ended before its end.`,
    {
      cause,
      response,
    },
  );
}

/** Whether a call may be sent again at all. */
export function mayRetry(method: string, { idempotent }: CallOptions): boolean {
  return idempotent ?? isIdempotent(method);
}
