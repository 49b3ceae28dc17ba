import { ArmatureError, HeaderBlock, type ResponseHead } from "@armature/http";
import type { Match } from "@armature/router";
import { FetchExchange } from "../adapters/fetch-exchange.ts";
import { isConditional, sendDescribed } from "../conditional/send-whole.ts";
import { fieldsOf } from "../conditional/version-fields.ts";
import { FileBody } from "../context/file-body.ts";
import { Reply } from "../context/reply.ts";
import { RequestContext } from "../context/request-context.ts";
import { StreamBody } from "../context/stream-body.ts";
import { isThenable } from "../maybe-promise.ts";
import { placeOf } from "../route/route-info.ts";
import type { CompiledRoute, ConstantAnswer } from "./compiled-route.ts";
import { sendResult } from "./send-result.ts";

/**
 * Makes the answer of a constant route as a request would get it, by what sends those of other routes.
 *
 * @throws ArmatureError `E_CONSTANT_ANSWER`, and what is wrong with the answer by its schema, status or fields
 */
export function makeConstant(route: CompiledRoute, given: unknown): ConstantAnswer {
  if (!isWhole(given instanceof Reply ? given.body : given)) throw notWhole(route);
  const exchange = new RecordingExchange(route.info.method);
  const runtime = { ...route.runtime, sendsRequestId: false };
  const context = new RequestContext(exchange, { ...route, runtime }, NO_MATCH);
  const pending = sendResult(context, given);
  if (pending !== undefined) {
    pending.catch(() => {});
    throw notWhole(route);
  }
  const { head, body } = exchange.given;
  const isVersioned = context.isVersioned || route.tagBody !== null;
  return {
    head: { status: head.status, block: new HeaderBlock(fieldsOf(head)), fields: null },
    body: typeof body === "string" ? encoded(body) : (body?.slice() ?? null),
    isVersioned: isVersioned && body !== null && isConditional(context, head.status),
    takesRanges: context.takesRanges,
  };
}

/** Text that is its own bytes stays text, which engines write as it is. */
function encoded(text: string): string | Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return bytes.length === text.length ? text : bytes;
}

/** Gives a constant answer, or what the conditions of the request make of it. */
export function sendConstant(
  context: RequestContext,
  { head: given, body, isVersioned, takesRanges }: ConstantAnswer,
): void {
  const { exchange, fields, trace } = context;
  // That the answer varies by the version asked for is said before.
  const head = fields === null ? given : { ...given, fields };
  trace?.handled();
  context.status = head.status;
  context.takesRanges = takesRanges;
  if (isVersioned && body !== null) sendDescribed(context, head, body);
  else exchange.respond(head, body);
}

/** Whether a body is all there, and will be the same when it is sent. */
function isWhole(body: unknown): boolean {
  if (typeof body !== "object" || body === null) return typeof body !== "function";
  return !(
    body instanceof FileBody ||
    body instanceof StreamBody ||
    body instanceof Response ||
    body instanceof ReadableStream ||
    body instanceof Blob ||
    Symbol.asyncIterator in body ||
    isThenable(body)
  );
}

function notWhole({ info }: CompiledRoute): ArmatureError {
  return new ArmatureError(
    "E_CONSTANT_ANSWER",
    `${placeOf(info)} is constant, but its answer is not known at boot: a stream, file, Blob, Response, promise, or a schema that answers later; ` +
      "use a handler, or a JSON value, text or bytes.",
  );
}

const NO_MATCH: Match<never> = { kind: "not-found", path: () => "", search: () => "" };

const NOTHING = { head: { status: 204, block: HeaderBlock.empty, fields: null }, body: null } as const;

/** Keeps what it is answered with. */
class RecordingExchange extends FetchExchange {
  given: Pick<ConstantAnswer, "head" | "body"> = NOTHING;

  constructor(method: string) {
    super(new Request("http://localhost/", { method }), 0);
  }

  override respond(head: ResponseHead, body: string | Uint8Array | null): void {
    this.given = { head, body };
  }
}
