import type { BodyWriter } from "@armature/http";
import type { RequestContext } from "../context/request-context.ts";

/** Cuts an answer that has begun and cannot be completed, so that the client does not take it for a whole one. */
export function cutAnswer(context: RequestContext, writer: BodyWriter, error: unknown): void {
  context.trace?.failed(error, context.status);
  writer.abort();
}
