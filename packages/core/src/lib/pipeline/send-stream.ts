import { HttpError, type BodyWriter } from "@armature/http";
import type { RequestContext } from "../context/request-context.ts";
import type { StreamBody, StreamSource } from "../context/stream-body.ts";
import { answerHead, BLOCKS } from "./answer-head.ts";

/**
 * Sends a body piece by piece with back-pressure.
 *
 * The head waits for the first piece, so that a source that fails at once is answered as any other error. A source that fails
 * later cuts the connection: the client must see that the body is not complete.
 */
export async function sendStream(
  context: RequestContext,
  status: number,
  body: StreamBody,
  replyFields: readonly string[] | null,
): Promise<void> {
  const iterator = iterate(body.source);
  const first = await iterator.next();
  if (context.exchange.answered) return await leave(iterator);
  const { type, length = null } = body.options;
  const fields = type === undefined ? replyFields : ["content-type", type, ...(replyFields ?? [])];
  const writer = context.exchange.stream(answerHead(context, status, BLOCKS.bytes, fields), length);
  try {
    if (context.exchange.method === "HEAD") return await endUnread(iterator, writer);
    await pump(iterator, first, writer);
  } catch (error) {
    writer.abort();
    await leave(iterator).catch(() => {});
    throw error;
  }
}

async function pump(
  iterator: AsyncIterator<unknown>,
  first: IteratorResult<unknown>,
  writer: BodyWriter,
): Promise<void> {
  for (let step = first; step.done !== true; step = await iterator.next()) {
    if (!writer.write(toChunk(step.value))) await writer.drained();
    // A client that left needs no more pieces, and the source has to know.
    if (writer.closed) return await leave(iterator);
  }
  writer.end();
}

/** An answer to HEAD is its head: the source is not asked for what nobody is sent. */
async function endUnread(iterator: AsyncIterator<unknown>, writer: BodyWriter): Promise<void> {
  writer.end();
  await leave(iterator);
}

async function leave(iterator: AsyncIterator<unknown>): Promise<void> {
  await iterator.return?.();
}

function toChunk(value: unknown): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new HttpError(500, "E_STREAM_CHUNK", `A stream must give strings or bytes (got ${typeof value}).`);
}

function iterate(source: StreamSource): AsyncIterator<unknown> {
  if (source instanceof ReadableStream) return source.values();
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  return toAsync(source)[Symbol.asyncIterator]();
}

async function* toAsync(source: Iterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  yield* source;
}
