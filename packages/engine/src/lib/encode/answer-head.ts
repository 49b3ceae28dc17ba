import {
  assertValue,
  encodeFields,
  type FieldList,
  fieldStart,
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
 * The head of a final answer as it is written, one character per byte, in as few pieces as possible: each one costs when it is added,
 * and when the text is written.
 *
 * @param end what {@link headEnd} makes of the lines that the engine adds
 * @throws HttpError for a status or a field that must not be written
 */
export function encodeHead(head: ResponseHead, end: string, nowMs: number): string {
  const { fields } = head;
  if (fields === null) return beginningOf(head, null, nowMs) + end;
  if (fields.length !== 2) return severalFields(head, fields, nowMs) + end;
  const beginning = beginningOf(head, fields, nowMs);
  const value = fields[1] as string; // there are two
  assertValue(fields[0] as string, value);
  return beginning + value + end;
}

/** The same up to the end of the last of the answer's own fields. */
function severalFields({ status, block }: ResponseHead, fields: FieldList, nowMs: number): string {
  const own = encodeFields(fields).slice(0, -2);
  const start = `${statusLine(status)}${block.wire}${date(block.hasDate || hasField(fields, "date"), nowMs)}`;
  return own === "" ? start.slice(0, -2) : start + own;
}

/** What answers begin with, up to the value of the only field that is their own; without the end of the line where there is none. */
interface Beginning {
  readonly status: number;
  readonly block: HeaderBlock;
  /** The name of that field; `null` where there is none. */
  readonly name: string | null;
  /** The one that the date says. */
  readonly second: number;
  readonly text: string;
}

/** The last ones: answers mostly begin alike. */
const beginnings: Beginning[] = [];
const MAX_BEGINNINGS = 16;
let oldest = 0;
let last: Beginning | null = null;

function beginningOf(head: ResponseHead, fields: FieldList | null, nowMs: number): string {
  const name = fields === null ? null : (fields[0] as string); // there is one
  const second = Math.floor(nowMs / 1000);
  if (last === null || !isOf(last, head, name, second)) {
    last = beginnings.find((one) => isOf(one, head, name, second)) ?? begin(head, fields, nowMs);
  }
  return last.text;
}

function isOf(one: Beginning, head: ResponseHead, name: string | null, second: number): boolean {
  return one.block === head.block && one.status === head.status && one.name === name && one.second === second;
}

function begin({ status, block }: ResponseHead, fields: FieldList | null, nowMs: number): Beginning {
  const [name = "", value = ""] = fields ?? [];
  const hasDate = block.hasDate || (fields !== null && hasField(fields, "date"));
  const lines = [statusLine(status), block.wire, date(hasDate, nowMs)].join(""); // `join` leaves no rope
  const text = fields === null ? lines.slice(0, -2) : [lines, fieldStart(name, value)].join("");
  const second = Math.floor(nowMs / 1000);
  const made: Beginning = { status, block, name: fields === null ? null : name, second, text };
  beginnings[oldest] = made;
  oldest = (oldest + 1) % MAX_BEGINNINGS;
  return made;
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
