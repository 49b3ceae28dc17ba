import { Reply } from "../context/reply.ts";
import { StreamBody, type StreamSource } from "../context/stream-body.ts";
import { leaveQuietly, openPieces } from "./stream-pieces.ts";

/** Lets go of a result that nobody is sent: what streams hold (sockets, files, other servers) would stay open. */
export async function discardResult(result: unknown): Promise<void> {
  const source = sourceOf(result instanceof Reply ? result.body : result);
  if (source !== null) await leaveQuietly(openPieces(source));
}

function sourceOf(body: unknown): StreamSource | null {
  if (typeof body !== "object" || body === null) return null;
  if (body instanceof StreamBody) return body.source;
  if (body instanceof Response) return body.body;
  // What a stream gives is of no interest any more.
  return body instanceof ReadableStream || Symbol.asyncIterator in body ? (body as StreamSource) : null;
}
