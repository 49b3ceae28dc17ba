import { HeaderBlock, statusText } from "@armature/http";
import type { Fault } from "../parse/fault.ts";

/** The fields of every answer that the engine makes itself. */
export const PROBLEM_BLOCK: HeaderBlock = new HeaderBlock([
  "content-type",
  "application/problem+json",
  "connection",
  "close",
]);

/** A fault as problem details (RFC 9457). */
export function problemBody(fault: Fault): string {
  return JSON.stringify({
    type: "about:blank",
    title: statusText(fault.status),
    status: fault.status,
    detail: fault.detail,
    code: fault.code,
  });
}
