import { ClientError } from "../client-error.ts";

/**
 * When a call is sent again: where it failed on its way or was answered with one of the statuses, its method is idempotent
 * (RFC 9110, 9.2.2) or the call says `idempotent: true`, and its body is no stream.
 */
export interface RetryOptions {
  /** How often at most, after the first attempt. Default 2. */
  readonly limit?: number;
  /** Statuses of answers that are worth another attempt. Default 408, 425, 429, 502, 503, 504. */
  readonly statuses?: readonly number[];
  /** Milliseconds that the first pause is at most; it doubles each time. Default 300. */
  readonly baseMs?: number;
  /** Milliseconds that any pause is at most; an answer whose `retry-after` is longer is final. Default 10 000. */
  readonly maxMs?: number;
}

/** Retry options with nothing left open. */
export type RetryPlan = Required<RetryOptions>;

const DEFAULTS: RetryPlan = {
  limit: 2,
  statuses: [408, 425, 429, 502, 503, 504],
  baseMs: 300,
  maxMs: 10_000,
};

/** Fills in the defaults. @throws ClientError `E_CLIENT_OPTION` for numbers that cannot be used */
export function toRetryPlan(options: RetryOptions): RetryPlan {
  const plan = { ...DEFAULTS, ...options };
  if (!Number.isInteger(plan.limit) || plan.limit < 0)
    throw badOption("limit", "a whole number from 0", plan.limit);
  for (const name of ["baseMs", "maxMs"] as const) {
    if (!(plan[name] >= 0 && plan[name] <= MAX_PAUSE_MS))
      throw badOption(name, `a number from 0 to ${MAX_PAUSE_MS}`, plan[name]);
  }
  return plan;
}

/** Longer than a day nobody waits, and timers stay far from their limit. */
const MAX_PAUSE_MS = 86_400_000;

function badOption(name: string, wanted: string, got: number): ClientError {
  return new ClientError("E_CLIENT_OPTION", `retry.${name} must be ${wanted} (got ${got}).`);
}

const NOT_IDEMPOTENT = new Set(["POST", "PATCH", "CONNECT", "LOCK"]);

/** Whether a request of this method may be sent twice without a further effect. */
export function isIdempotent(method: string): boolean {
  return !NOT_IDEMPOTENT.has(method);
}

/**
 * Milliseconds until the next attempt: between nothing and an upper bound that doubles, so that many clients that failed
 * together do not come back together.
 * @param attempt 0 for the pause behind the first attempt
 * @param random from 0 up to 1
 */
export function backoffMs({ baseMs, maxMs }: RetryPlan, attempt: number, random: number): number {
  return random * Math.min(maxMs, baseMs * 2 ** attempt);
}

/**
 * Milliseconds that an answer asks to wait (RFC 9110, 10.2.3), `null` where it asks for nothing that can be read.
 * @param now milliseconds since 1970
 */
export function retryAfterMs(value: string | null, now: number): number | null {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
