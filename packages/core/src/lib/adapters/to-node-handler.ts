import type { IncomingMessage, ServerResponse } from "node:http";
import type { Application } from "../application/application.ts";
import { NodeExchange } from "./node-exchange.ts";

/**
 * Makes a listener for a `node:http` server, to serve an application inside an existing one.
 *
 * The server's own limits apply before the application's. Close the server first and then the application, which waits for the
 * requests in work; those that come later are answered with 503.
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
    if (app.closing) return refuse(response);
    app.bootstrap().then(
      () => app.serve(new NodeExchange(request, response, app.maxBodyBytes)),
      () => refuse(response),
    );
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, { connection: "close" }).end();
}
