import { HttpError, serializeContentRange, type FieldList } from "@armature/http";
import type { RequestContext } from "../context/request-context.ts";
import { BLOCKS } from "../pipeline/answer-head.ts";
import type { ConditionalAnswer } from "./conditional-answer.ts";
import { preconditionFailed } from "./precondition-failed.ts";
import { withoutFields } from "./version-fields.ts";

/** Fields that describe a body, which 304 does not have (RFC 9110, 15.4.5). */
const BODY_FIELDS: ReadonlySet<string> = new Set([
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-range",
  "content-type",
  "trailer",
]);

/**
 * Answers a request whose client has the representation already, or that cannot have it.
 *
 * @param fields what the whole answer would have had
 * @returns whether that was so; if not, the whole or parts are to be sent
 * @throws HttpError 412 `E_PRECONDITION_FAILED`, 416 `E_RANGE_NOT_SATISFIABLE`
 */
export function respondOtherwise(
  context: RequestContext,
  answer: ConditionalAnswer,
  fields: FieldList,
  size: number | null,
): boolean {
  switch (answer.kind) {
    case "not-modified":
      context.status = 304;
      context.exchange.respond(
        { status: 304, block: BLOCKS.none, fields: withoutFields(fields, BODY_FIELDS) },
        null,
      );
      return true;
    case "precondition-failed":
      throw preconditionFailed();
    case "range-not-satisfiable":
      throw new HttpError(416, "E_RANGE_NOT_SATISFIABLE", `There are ${size ?? 0} bytes.`, {
        headers: { "content-range": serializeContentRange(null, size ?? 0) },
      });
    default:
      return false;
  }
}
