import { hasField, HeaderBlock, HttpError, type ResponseHead } from "@armature/http";
import type { RequestContext } from "../context/request-context.ts";

/** The field blocks of the common kinds of answer; engines cache what they make of them. */
export const BLOCKS: Readonly<Record<"none" | "json" | "text" | "bytes" | "problem", HeaderBlock>> = {
  none: HeaderBlock.empty,
  json: new HeaderBlock(["content-type", "application/json"]),
  text: new HeaderBlock(["content-type", "text/plain; charset=utf-8"]),
  bytes: new HeaderBlock(["content-type", "application/octet-stream"]),
  problem: new HeaderBlock(["content-type", "application/problem+json", "cache-control", "no-store"]),
};

const OK_JSON: ResponseHead = Object.freeze({ status: 200, block: BLOCKS.json, fields: null });

/** Puts the head of an answer together: the kind's block, then the fields of the context and of the reply. */
export function answerHead(
  context: RequestContext,
  status: number,
  block: HeaderBlock,
  replyFields: readonly string[] | null,
): ResponseHead {
  context.status = status;
  const own = context.answerFields();
  const fields = own === null ? replyFields : replyFields === null ? own : joinFields(own, replyFields);
  if (fields === null)
    return status === 200 && block === BLOCKS.json ? OK_JSON : { status: checkStatus(status), block, fields };
  return replacesSome(block, fields)
    ? { status: checkStatus(status), block: BLOCKS.none, fields: joinFields(block.fields, fields) }
    : { status: checkStatus(status), block, fields };
}

function replacesSome(block: HeaderBlock, fields: readonly string[]): boolean {
  const { fields: given } = block;
  for (let at = 0; at < given.length; at += 2) if (hasField(fields, given[at] as string)) return true; // at < length
  return false;
}

/** Fields of both lists; of one name the second list's win, except cookies and `vary`, which add up. */
export function joinFields(first: readonly string[], second: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < first.length; at += 2) {
    const name = first[at] as string; // at + 1 < length
    if (name === "set-cookie" || name === "vary" || !hasField(second, name))
      kept.push(name, first[at + 1] as string);
  }
  return kept.concat(second);
}

function checkStatus(status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new HttpError(
    500,
    "E_STATUS_INVALID",
    `The status of an answer must be a whole number from 200 to 599 (got ${String(status)}).`,
  );
}
