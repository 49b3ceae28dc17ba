import { HttpError, isHttpError, toProblem } from "@armature/http";
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
  const status = isHttpError(error) ? error.status : 500;
  if (status >= 500 && !isClientsLeaving(context, error)) logFailure(context, error);
  if (!context.exchange.answered) answerError(context, error);
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

/** Logs an error that came too late to be answered. */
export function logFailure(context: RequestContext, error: unknown): void {
  const { method, path, name } = context.route;
  context.log.error({ err: error, method, route: path, handler: name }, "request failed");
}

function answerError(context: RequestContext, error: unknown): void {
  const { runtime } = context.compiled;
  const problem = toProblem(error, { requestId: context.id, debug: runtime.debug });
  keepFields(context);
  const fields = isHttpError(error) ? Object.entries(error.headers).flat() : [];
  try {
    context.exchange.respond(
      answerHead(context, problem.status, BLOCKS.problem, fields),
      JSON.stringify(problem),
    );
  } catch (failure) {
    // Fields or extensions of the error that cannot be sent must not leave the client without an answer.
    logFailure(context, failure);
    context.fields = null;
    const plain = toProblem(new HttpError(500, "E_INTERNAL"), { requestId: context.id });
    context.exchange.respond(answerHead(context, 500, BLOCKS.problem, null), JSON.stringify(plain));
  }
}

/** What stages set for every answer stays (CORS, security, cookies); what describes the body that failed goes. */
function keepFields(context: RequestContext): void {
  const fields = context.fields;
  if (fields === null) return;
  const kept: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] as string; // at + 1 < length
    if (!ENTITY_FIELDS.has(name) && name !== "x-request-id") kept.push(name, fields[at + 1] as string);
  }
  context.fields = kept.length === 0 ? null : kept;
}
