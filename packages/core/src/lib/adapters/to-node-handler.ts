import type { IncomingMessage, ServerResponse } from "node:http";
import { HeaderBlock, HttpError, PROBLEM_MEDIA_TYPE, toProblem } from "@armature/http";
import type { Application } from "../application/application.ts";
import { NodeExchange } from "./node-exchange.ts";

/**
 * Makes a listener for a `node:http` server, to serve an application inside an existing one.
 *
 * The server's own limits apply before the application's. Close the server first and then the application, which waits for the
 * requests in work; those that come later are answered with 503 `E_APP_CLOSED`, and all with 503 `E_APP_NOT_STARTED` where a hook of the
 * start threw.
 * @example
 * const server = http.createServer(toNodeHandler(app));
 */
export function toNodeHandler(
  app: Application,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    // An abort of the client shows in `exchange.answered`; without a listener it would end the process.
    request.on("error", () => {});
    response.on("error", () => {});
    const exchange = new NodeExchange(request, response, app.maxBodyBytes);
    if (app.closing) return refuse(app, exchange, STOPPED);
    app.bootstrap().then(
      () => app.serve(exchange),
      (error: unknown) => {
        app.notStarted(error);
        refuse(app, exchange, NOT_STARTED);
      },
    );
  };
}

const STOPPED = new HttpError(503, "E_APP_CLOSED", "The application takes no more requests; send it again.", {
  expose: true,
});

const NOT_STARTED = new HttpError(503, "E_APP_NOT_STARTED", "The application could not start.", {
  expose: true,
});

function refuse(app: Application, exchange: NodeExchange, error: HttpError): void {
  const { method, target, peer } = exchange;
  const { status, code, message: detail } = error;
  const body = JSON.stringify(toProblem(error));
  const bodyBytes = method === "HEAD" ? 0 : Buffer.byteLength(body);
  const added = app.refused({ status, code, detail, bodyBytes, method, target, peer }) ?? [];
  const fields = ["content-type", PROBLEM_MEDIA_TYPE, "connection", "close", ...added];
  exchange.respond({ status, block: HeaderBlock.empty, fields }, body);
}
