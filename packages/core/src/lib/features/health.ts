import type { JsonSchema } from "@armature/schema";
import { reply } from "../context/reply-factory.ts";
import type { AnyReply } from "../context/reply.ts";
import type { Context } from "../context/context.ts";
import { constant } from "../route/constant.ts";
import { get, type RouteField } from "../route/route-field.ts";
import type { RouteOptions } from "../route/route-options.ts";
import { toErrorMessage } from "../application/error-message.ts";
import { logSafely } from "../application/logger.ts";

/** What an indicator says of its part: up where it returns, down where it throws or returns `false`. */
export type HealthIndicator = (context: Context) => unknown;

/** Which indicators stand behind which endpoint. */
export interface HealthOptions {
  /** Whether the process itself works; a failure asks for a restart. */
  readonly live?: Readonly<Record<string, HealthIndicator>>;
  /** Whether requests can be served: databases, caches; a failure asks for patience. */
  readonly ready?: Readonly<Record<string, HealthIndicator>>;
  /** Milliseconds that one indicator may take before it counts as down. Default 5 000. */
  readonly timeoutMs?: number;
}

/** The state of one part. */
export interface HealthCheck {
  readonly status: "up" | "down";
  /** What the indicator returned, where it is an object. */
  readonly details?: object;
}

/** The answer of a health endpoint; 200 where all parts are up, else 503. */
export interface HealthReport {
  readonly status: "up" | "down";
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

const UP_OR_DOWN: JsonSchema = { type: "string", enum: ["up", "down"] };

/** {@link HealthReport} for documents. */
const REPORT: JsonSchema = {
  type: "object",
  title: "HealthReport",
  properties: {
    status: UP_OR_DOWN,
    checks: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: { status: UP_OR_DOWN, details: { type: "object" } },
        required: ["status"],
      },
    },
  },
  required: ["status", "checks"],
};

/** A server that has too much to do must not look like one that is dead. */
function healthOptions(summary: string): RouteOptions {
  const json = { "application/json": REPORT };
  return { priority: "high", docs: { summary, tags: ["Health"], contents: { 200: json, 503: json } } };
}

/** Makes the routes `/health` (everything), `/health/live` and `/health/ready`; what went wrong is logged, not answered. */
export function healthRoutes(options: HealthOptions, isDraining: () => boolean): RouteField[] {
  const { live = {}, ready = {}, timeoutMs = 5_000 } = options;
  const withDrain = { ...ready, application: unlessDraining(ready["application"], isDraining) };
  const handler = (indicators: Indicators) => async (context: Context) =>
    answer(await runChecks(indicators, context, timeoutMs));
  return [
    get("/health", healthOptions("Whether everything is well"), handler({ ...live, ...withDrain })),
    get(
      "/health/live",
      healthOptions("Whether the process works"),
      Object.keys(live).length === 0 ? ALIVE : handler(live),
    ),
    get("/health/ready", healthOptions("Whether requests can be served"), handler(withDrain)),
  ];
}

/** The application itself is not ready while it stops, whatever an indicator of that name says. */
function unlessDraining(indicator: HealthIndicator | undefined, isDraining: () => boolean): HealthIndicator {
  return (context) => !isDraining() && (indicator === undefined || indicator(context));
}

/** A process that can answer works, where nobody says how else to tell. */
const ALIVE = constant(answer({ status: "up", checks: {} }));

type Indicators = Readonly<Record<string, HealthIndicator>>;

function answer(report: HealthReport): AnyReply {
  return reply(report.status === "up" ? 200 : 503, report).header("cache-control", "no-store");
}

async function runChecks(indicators: Indicators, context: Context, timeoutMs: number): Promise<HealthReport> {
  const names = Object.keys(indicators);
  const results = await Promise.all(
    names.map(async (name) => await runCheck(name, indicators[name] as HealthIndicator, context, timeoutMs)), // own keys
  );
  const isUp = results.every((check) => check.status === "up");
  return {
    status: isUp ? "up" : "down",
    checks: Object.fromEntries(names.map((name, at) => [name, results[at] as HealthCheck])),
  };
}

async function runCheck(
  name: string,
  indicator: HealthIndicator,
  context: Context,
  timeoutMs: number,
): Promise<HealthCheck> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer after ${timeoutMs} ms`)), timeoutMs);
  try {
    const details = await Promise.race([Promise.resolve().then(() => indicator(context)), late]);
    if (details === false) return { status: "down" };
    return typeof details === "object" && details !== null ? { status: "up", details } : { status: "up" };
  } catch (error) {
    logSafely(() =>
      context.log.warn(
        { err: error, indicator: name },
        `health indicator "${name}" is down: ${toErrorMessage(error)}`,
      ),
    );
    return { status: "down" };
  } finally {
    clearTimeout(timer);
  }
}
