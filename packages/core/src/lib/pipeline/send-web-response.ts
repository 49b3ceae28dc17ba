import type { RequestContext } from "../context/request-context.ts";
import { StreamBody } from "../context/stream-body.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { answerHead, BLOCKS } from "./answer-head.ts";
import { sendStream } from "./send-stream.ts";

/** Sends a Web `Response`; framing fields are left to the engine. */
export function sendWebResponse(context: RequestContext, response: Response): MaybePromise<void> {
  const fields: string[] = [];
  for (const [name, value] of response.headers) {
    if (name !== "content-length" && name !== "transfer-encoding" && name !== "connection")
      fields.push(name, value);
  }
  if (response.body === null) {
    return context.exchange.respond(answerHead(context, response.status, BLOCKS.none, fields), null);
  }
  return sendStream(context, response.status, new StreamBody(response.body, lengthOf(response)), fields);
}

function lengthOf(response: Response): { length?: number } {
  const length = response.headers.get("content-length");
  return length !== null && /^\d+$/.test(length) && response.headers.get("content-encoding") === null
    ? { length: Number(length) }
    : {};
}
