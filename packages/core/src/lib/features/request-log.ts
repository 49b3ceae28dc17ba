import type { Logger } from "../application/logger.ts";
import type { AnswerListener, RefusalListener } from "../pipeline/answer-listener.ts";

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
      client: request.ip,
    };
    if (status >= 500) logger.error(fields, "request");
    else logger.info(fields, "request");
  };
}

/** Writes the same line for requests that the engine refused, with the code in place of a route. */
export function refusalLog(logger: Logger): RefusalListener {
  return ({ method, target, status, code, peer }, requestId) => {
    const path = target.split("?", 1)[0];
    const fields = { requestId, method, path, status, code, client: peer.address };
    if (status >= 500) logger.error(fields, "request refused");
    else logger.info(fields, "request refused");
  };
}
