import { Reply, type AnyReply } from "../context/reply.ts";
import type { Next } from "../pipeline/stages.ts";
import type { AnyResult } from "./handler.ts";

/** The answers of the handlers that {@link constant} has made. */
const answers = new WeakMap<Next, unknown>();

/**
 * Makes a handler whose answer is the same for every request: a JSON value, a text, bytes, or a reply with a status and fields.
 *
 * It is serialised and checked at boot. Where nothing stands around the route that would see its requests, an engine may answer them without
 * calling the application at all, and the answer has no `x-request-id`. Its type is that of the very answer, unless it is named: `constant<Version>(...)`.
 *
 * @throws ArmatureError `E_CONSTANT_ANSWER` at boot for what is not whole then: a stream, a file, a Blob, a Response, a promise
 * @example
 * const robots = get("/robots.txt", constant(reply.text("User-agent: *\nDisallow: /\n").header("cache-control", "max-age=86400")));
 */
export function constant<const TAnswer extends AnyReply | AnyResult>(answer: TAnswer): () => TAnswer {
  const handler = nameless(answer);
  answers.set(handler, answer);
  return handler;
}

/** What a handler answers always; `null` where it is not constant. */
export function constantOf(handler: Next): { readonly answer: unknown } | null {
  return answers.has(handler) ? { answer: answers.get(handler) } : null;
}

/** A route of a function without a name is called by its method and path. */
function nameless<TAnswer>(answer: TAnswer): () => TAnswer {
  // What a stage adds to a reply must not be there for the next request; a copy is of the same type.
  return answer instanceof Reply ? () => answer.copy() as TAnswer : () => answer;
}
