import { HttpError, isHttpError, toProblem, type ProblemDetails } from "@armature/http";
import { logSafely } from "../application/logger.ts";
import type { RequestContext } from "../context/request-context.ts";
import { answerHead, BLOCKS } from "./answer-head.ts";

/** Fields that describe a body which an error answer does not have. */
const ENTITY_FIELDS = new Set([
  "content-type",
  "content-encoding",
  "content-disposition",
  "content-language",
  "content-range",
  "etag",
  "last-modified",
  "cache-control",
  "accept-ranges",
]);

/** Answers an error that no filter took, as problem details (RFC 9457), and logs it where it is the server's own. */
export function sendError(context: RequestContext, error: unknown): void {
  const { problem, fields, isFailure } = examine(context, error);
  if (isFailure) logFailure(context, error);
  context.trace?.failed(error, context.exchange.answered ? context.status : problem.status);
  if (!context.exchange.answered) answerError(context, problem, fields);
}

interface Examined {
  readonly problem: ProblemDetails;
  readonly fields: readonly string[];
  /** Whether something of the server's own went wrong. */
  readonly isFailure: boolean;
}

/** Anything may be thrown, also what throws when it is looked at. */
function examine(context: RequestContext, error: unknown): Examined {
  try {
    const problem = toProblem(error, { requestId: context.id, debug: context.compiled.runtime.debug });
    const fields = isHttpError(error) ? Object.entries(error.headers).flat() : [];
    return { problem, fields, isFailure: isOurs(problem) && !isClientsLeaving(context, error) };
  } catch {
    return { problem: plainProblem(context), fields: [], isFailure: true };
  }
}

/** A client that asks with a method of its own invention shall not fill the log with errors. */
function isOurs({ status, code }: ProblemDetails): boolean {
  return status >= 500 && code !== "E_METHOD_UNKNOWN";
}

function plainProblem(context: RequestContext): ProblemDetails {
  return toProblem(new HttpError(500, "E_INTERNAL"), { requestId: context.id });
}

/** Whether an error only passes on that the client left, or did not send the whole request: nobody's fault here. */
function isClientsLeaving({ exchange: { signal } }: RequestContext, error: unknown): boolean {
  if (!signal.aborted) return false;
  const reason: unknown = signal.reason;
  // A handler that took too long is the server's own.
  if (isHttpError(reason) && reason.status >= 500) return false;
  return (
    error === reason || (error instanceof Error && (error.cause === reason || error.name === "AbortError"))
  );
}

/** Logs an error that no answer, or a bare one, tells of. */
export function logFailure(context: RequestContext, error: unknown): void {
  const { method, path, name } = context.route;
  logSafely(() => context.log.error({ err: error, method, route: path, handler: name }, "request failed"));
}

function answerError(context: RequestContext, problem: ProblemDetails, fields: readonly string[]): void {
  keepFields(context);
  try {
    context.exchange.respond(
      answerHead(context, problem.status, BLOCKS.problem, fields),
      JSON.stringify(problem),
    );
  } catch (failure) {
    // Fields or extensions of the error that cannot be sent must not leave the client without an answer.
    logFailure(context, failure);
    context.fields = null;
    const plain = JSON.stringify(plainProblem(context));
    context.exchange.respond(answerHead(context, 500, BLOCKS.problem, null), plain);
  }
}

/** What stages set for every answer stays (CORS, security, cookies); what describes the body that failed goes. */
function keepFields(context: RequestContext): void {
  const fields = context.fields;
  if (fields === null) return;
  const kept: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] as string; // at + 1 < length
    if (!ENTITY_FIELDS.has(name)) kept.push(name, fields[at + 1] as string);
  }
  context.fields = kept.length === 0 ? null : kept;
}
