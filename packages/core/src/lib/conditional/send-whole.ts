import type { ResponseHead } from "@armature/http";
import type { RequestContext } from "../context/request-context.ts";
import { BLOCKS } from "../pipeline/answer-head.ts";
import { layOutParts, typeOf, type ByteParts } from "./byte-parts.ts";
import { conditionalAnswer } from "./conditional-answer.ts";
import { findField } from "./find-field.ts";
import { respondOtherwise } from "./respond-otherwise.ts";
import { fieldsOf, versionOf } from "./version-fields.ts";

const encoder = new TextEncoder();

/** Sends an answer that is there as a whole; where it has a version, as far as the conditions of the request ask for it. */
export function sendWhole(
  context: RequestContext,
  head: ResponseHead,
  body: string | Uint8Array | null,
): void {
  if (context.compiled.tagBody === null && !context.isVersioned) context.exchange.respond(head, body);
  else if (body !== null && isConditional(context, head.status)) sendVersion(context, head, body);
  else context.exchange.respond(head, body);
}

/**
 * Whether conditions have a say in an answer: they are about what a plain 200 would give (RFC 9110, 13.2.1), and behind a
 * handler that has changed something it is too late for them.
 */
export function isConditional({ exchange: { method } }: RequestContext, status: number): boolean {
  return status === 200 && (method === "GET" || method === "HEAD");
}

function sendVersion(context: RequestContext, head: ResponseHead, body: string | Uint8Array): void {
  const whole = context.takesRanges && typeof body === "string" ? encoder.encode(body) : body;
  sendDescribed(
    context,
    { status: head.status, block: BLOCKS.none, fields: describe(context, head, whole) },
    whole,
  );
}

/** Sends as much of an answer as the conditions of the request ask for; its head has all that there is to say of its version. */
export function sendDescribed(context: RequestContext, head: ResponseHead, whole: string | Uint8Array): void {
  const { exchange, takesRanges } = context;
  const size = takesRanges ? whole.length : null;
  const fields = fieldsOf(head);
  const answer = conditionalAnswer(exchange, { ...versionOf(fields), size });
  if (respondOtherwise(context, answer, fields, size)) return;
  if (answer.kind === "parts" && typeof whole !== "string") {
    const parts = layOutParts(answer.ranges, { fields, size: whole.length, type: typeOf(fields) });
    context.status = 206;
    return exchange.respond({ status: 206, block: BLOCKS.none, fields: parts.fields }, gather(whole, parts));
  }
  exchange.respond(head, whole);
}

/** The fields of the whole answer: its own tag stays, and where it has none it gets one. */
function describe(
  { compiled: { tagBody }, takesRanges }: RequestContext,
  head: ResponseHead,
  body: string | Uint8Array,
): readonly string[] {
  const fields = [...fieldsOf(head)];
  if (tagBody !== null && findField(fields, "etag") === undefined) fields.push("etag", tagBody(body));
  if (takesRanges) fields.push("accept-ranges", "bytes");
  return fields;
}

/** A single part needs no copy. */
function gather(whole: Uint8Array, { parts, end, length }: ByteParts): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return whole.subarray(only.range.first, only.range.last + 1);
  const body = new Uint8Array(length);
  let at = 0;
  const add = (bytes: Uint8Array): void => {
    body.set(bytes, at);
    at += bytes.length;
  };
  for (const { preamble, range } of parts) {
    add(preamble);
    add(whole.subarray(range.first, range.last + 1));
  }
  add(end);
  return body;
}
