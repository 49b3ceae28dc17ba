import { type FieldList, HeaderBlock, statusText } from "@armature/http";
import type { Fault } from "../parse/fault.ts";
import { encodeHead } from "./answer-head.ts";
import { headEnd } from "./framing-lines.ts";

/** The fields of every answer that the engine makes itself. */
const PROBLEM_BLOCK: HeaderBlock = new HeaderBlock([
  "content-type",
  "application/problem+json",
  "connection",
  "close",
]);

/** The answer that refuses a request, as problem details (RFC 9457); HEAD is answered without them. */
export function encodeProblem(
  fault: Fault,
  method: string,
  nowMs: number,
  fields: FieldList | null = null,
): string {
  const body = problemBody(fault);
  const head = { status: fault.status, block: PROBLEM_BLOCK, fields };
  const text = encodeHead(head, headEnd(`content-length: ${body.length}\r\n`), nowMs);
  return method === "HEAD" ? text : text + body;
}

/** The body of the answer that refuses a request; ASCII, so that it has as many bytes as characters. */
export function problemBody(fault: Fault): string {
  return JSON.stringify({
    type: "about:blank",
    title: statusText(fault.status),
    status: fault.status,
    detail: fault.detail,
    code: fault.code,
  });
}
