import { Reply, type AnyReply } from "../context/reply.ts";
import type { Next } from "../pipeline/stages.ts";
import type { AnyResult } from "./handler.ts";

/** What is known of a handler whose answer is constant. */
export interface ConstantHandler {
  readonly answer: unknown;
  /** Whether its controller is made for each request first, which may refuse some. */
  readonly isMadePerRequest: boolean;
}

/** The answers of the handlers that {@link constant} has made. */
const answers = new WeakMap<Next, ConstantHandler>();

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
  answers.set(handler, { answer, isMadePerRequest: false });
  return handler;
}

/** What a handler answers always; `null` where it is not constant. */
export function constantOf(handler: Next): ConstantHandler | null {
  return answers.get(handler) ?? null;
}

/** A handler that makes a controller, and calls what is found there; that answers always what this one's sample answers. */
export function behindController(handler: Next, sample: Next): Next {
  const known = constantOf(sample);
  if (known !== null) answers.set(handler, { ...known, isMadePerRequest: true });
  return handler;
}

/** A route of a function without a name is called by its method and path. */
function nameless<TAnswer>(answer: TAnswer): () => TAnswer {
  // What a stage changes must not be there for the next request; a copy is of the same type.
  return () => (answer instanceof Reply ? answer.copy(copyOf(answer.body)) : copyOf(answer)) as TAnswer;
}

/** Arrays and plain objects are copied all the way down; whatever else there is, is as it was. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}
