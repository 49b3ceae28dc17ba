import type { ByteRange } from "@armature/http";
import type { RequestContext } from "../context/request-context.ts";
import { StreamBody, type StreamSource } from "../context/stream-body.ts";
import { answerHead, BLOCKS, joinFields } from "../pipeline/answer-head.ts";
import { discardResult } from "../pipeline/discard-result.ts";
import { openPieces } from "../pipeline/stream-pieces.ts";
import { layOutParts, typeOf, type ByteParts, type WholeAnswer } from "./byte-parts.ts";
import { conditionalAnswer, type ConditionalAnswer } from "./conditional-answer.ts";
import { respondOtherwise } from "./respond-otherwise.ts";
import { isConditional } from "./send-whole.ts";
import { fieldsOf, versionOf } from "./version-fields.ts";

/** What is sent of a stream. */
export interface StreamAnswer {
  readonly status: number;
  readonly body: StreamBody;
  readonly fields: readonly string[] | null;
}

/**
 * Looks at the conditions and the range of a request for a stream, where it has a version or parts.
 * @returns what to send; `null` where the request was answered
 * @throws HttpError 412 `E_PRECONDITION_FAILED`, 416 `E_RANGE_NOT_SATISFIABLE`
 */
export function choosePart(context: RequestContext, whole: StreamAnswer): StreamAnswer | null {
  const { ranges, length } = whole.body.options;
  const size = length === undefined || (ranges ?? false) === false ? null : length;
  const hasVersion = context.isVersioned || context.compiled.tagBody !== null;
  if ((size === null && !hasVersion) || !isConditional(context, whole.status)) return whole;
  return chooseOf(context, size === null ? whole : announced(whole), size);
}

/** The fields of a stream and of its reply, of which those of the reply win. */
export function streamFields({ body, fields }: StreamAnswer): readonly string[] {
  const { type } = body.options;
  return type === undefined ? (fields ?? []) : joinFields(["content-type", type], fields ?? []);
}

function announced({ status, body, fields }: StreamAnswer): StreamAnswer {
  return { status, body, fields: [...(fields ?? []), "accept-ranges", "bytes"] };
}

function chooseOf(context: RequestContext, whole: StreamAnswer, size: number | null): StreamAnswer | null {
  const { body } = whole;
  const given = streamFields(whole);
  const fields = fieldsOf(answerHead(context, whole.status, BLOCKS.bytes, given));
  let isUsed = false;
  try {
    const answer = conditionalAnswer(context.exchange, { ...versionOf(fields), size });
    if (respondOtherwise(context, answer, fields, size)) return null;
    const part = partOf(whole, answer, { fields: given, size: size ?? 0, type: typeOf(fields) });
    isUsed = part === whole || body.options.ranges === true;
    return part;
  } finally {
    // The source is not asked for what nobody is sent.
    if (!isUsed) void discardResult(body);
  }
}

function partOf(whole: StreamAnswer, answer: ConditionalAnswer, about: WholeAnswer): StreamAnswer {
  if (answer.kind !== "parts") return whole;
  const open = openerOf(whole.body, answer.ranges.length);
  if (open === null) return whole;
  const parts = layOutParts(answer.ranges, about);
  const { trailers: _whole, ranges: _ranges, type: _type, ...options } = whole.body.options;
  const body = new StreamBody(piecesOf(parts, open), { ...options, length: parts.length });
  return { status: 206, body, fields: parts.fields };
}

/** Opens a part of a body. */
type PartOpener = (first: number, last: number) => StreamSource;

/** A stream that can only be cut gives one part; `null` where that is not enough. */
function openerOf({ source, options }: StreamBody, count: number): PartOpener | null {
  if (typeof options.ranges === "function") return options.ranges;
  return count === 1 ? (first, last) => cut(source, { first, last }) : null;
}

async function* piecesOf({ parts, end }: ByteParts, open: PartOpener): AsyncGenerator<string | Uint8Array> {
  for (const { preamble, range } of parts) {
    if (preamble.length > 0) yield preamble;
    yield* eachPiece(open(range.first, range.last));
  }
  if (end.length > 0) yield end;
}

async function* eachPiece(source: StreamSource): AsyncGenerator<string | Uint8Array> {
  const pieces = openPieces(source);
  try {
    for (let piece = await pieces.next(); piece !== null; piece = await pieces.next()) yield piece;
  } finally {
    await pieces.leave();
  }
}

/** Reads a stream up to the end of a range, and drops what lies in front of it. */
async function* cut(source: StreamSource, { first, last }: ByteRange): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  for await (const piece of eachPiece(source)) {
    const bytes = typeof piece === "string" ? encoder.encode(piece) : piece;
    const part = bytes.subarray(Math.max(0, first - at), Math.max(0, last + 1 - at));
    if (part.length > 0) yield part;
    at += bytes.length;
    if (at > last) return;
  }
}
