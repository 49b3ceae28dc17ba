import type { RequestContext } from "../context/request-context.ts";
import { StreamBody } from "../context/stream-body.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { answerHead, BLOCKS } from "./answer-head.ts";
import { sendStream } from "./send-stream.ts";

/** Fields of one connection, which an answer of another server must leave behind (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Sends a Web `Response`, perhaps one of another server; framing fields are left to the engine. */
export function sendWebResponse(context: RequestContext, response: Response): MaybePromise<void> {
  const fields = fieldsOf(response);
  if (response.body === null) {
    return context.exchange.respond(answerHead(context, response.status, BLOCKS.none, fields), null);
  }
  return sendStream(context, response.status, new StreamBody(response.body, lengthOf(response)), fields);
}

function fieldsOf(response: Response): string[] {
  const { headers } = response;
  const named = (headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const left = new Set(["content-length", ...HOP_BY_HOP, ...named]);
  if (isUnpacked(response)) left.add("content-encoding");
  return [...headers].filter(([name]) => !left.has(name)).flat();
}

/** What `fetch` can unpack it has unpacked, and it leaves the field as it was; a Response that is made by hand has another type. */
function isUnpacked({ type, headers }: Response): boolean {
  const codings = (headers.get("content-encoding") ?? "").split(",").map((coding) => coding.trim());
  return type !== "default" && codings.every((coding) => /^(?:x-)?(?:gzip|deflate|br)$/i.test(coding));
}

function lengthOf({ headers }: Response): { length?: number } {
  const length = headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) && headers.get("content-encoding") === null
    ? { length: Number(length) }
    : {};
}
