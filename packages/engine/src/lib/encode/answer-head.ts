import {
  encodeFields,
  hasCloseOption,
  hasField,
  type HeaderBlock,
  isNullBodyStatus,
  type ResponseHead,
} from "@armature/http";
import { dateLine } from "./date-line.ts";
import { statusLine, SWITCHING_PROTOCOLS } from "./status-line.ts";

/** Whether an answer says `connection: close`, in the block of its route or in its own fields. */
export function saysClose(head: ResponseHead): boolean {
  return head.block.closes || (head.fields !== null && hasCloseOption(head.fields));
}

/** Whether an answer to this method with this status has a body (RFC 9110, 6.4.1). */
export function hasContent(method: string, status: number): boolean {
  return method !== "HEAD" && !isNullBodyStatus(status);
}

/**
 * The head of a final answer as it is written, one character per byte.
 *
 * @param engineLines the field lines that the engine adds: framing and connection, each with its CRLF
 * @throws HttpError for a status or a field that must not be written
 */
export function encodeHead(head: ResponseHead, engineLines: string, nowMs: number): string {
  const { block, fields } = head;
  const start = startOf(head.status, block);
  if (fields !== null)
    return (
      start +
      encodeFields(fields) +
      date(block.hasDate || hasField(fields, "date"), nowMs) +
      engineLines +
      "\r\n"
    );
  return block.hasDate ? start + engineLines + "\r\n" : start + dateLine(nowMs) + engineLines + "\r\n";
}

/** What the last answer began with: the next one mostly begins alike. */
let last: { readonly status: number; readonly block: HeaderBlock; readonly text: string } | null = null;

/** The status line and the fields of a block. */
function startOf(status: number, block: HeaderBlock): string {
  if (last !== null && last.block === block && last.status === status) return last.text;
  const text = statusLine(status) + block.wire;
  last = { status, block, text };
  return text;
}

/** The head of 101, which has no framing. */
export function encodeUpgrade({ block, fields }: ResponseHead, nowMs: number): string {
  const own = fields ?? [];
  return (
    SWITCHING_PROTOCOLS +
    block.wire +
    encodeFields(own) +
    date(block.hasDate || hasField(own, "date"), nowMs) +
    "\r\n"
  );
}

function date(present: boolean, nowMs: number): string {
  return present ? "" : dateLine(nowMs);
}
