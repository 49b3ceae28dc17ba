import type { Logger } from "../application/logger.ts";
import type { AnswerListener } from "../pipeline/answer-listener.ts";

/** Writes one line for each request: method, path without query, route, status, milliseconds, client. */
export function requestLog(logger: Logger): AnswerListener {
  return ({ context, status, durationMs }) => {
    const { request, route } = context;
    const fields = {
      requestId: context.id,
      method: request.method,
      path: request.path,
      route: route.path,
      status,
      durationMs: Math.round(durationMs * 1000) / 1000,
      client: request.peer.address,
    };
    if (status >= 500) logger.error(fields, "request");
    else logger.info(fields, "request");
  };
}
