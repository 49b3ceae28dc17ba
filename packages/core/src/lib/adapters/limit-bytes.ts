import { HttpError } from "@armature/http";

/** Passes a body on while it stays within its limit and its announced length. */
export async function* limitBytes(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  length: number | null,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (length !== null && length > maxBytes) throw tooLarge(maxBytes);
  let total = 0;
  try {
    for await (const chunk of source) {
      total += chunk.byteLength;
      if (total > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError(400, "E_BODY_INCOMPLETE", "The client left before its request body was complete.", {
      cause,
    });
  }
}

/** Puts a body together. */
export async function collectBytes(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    total += chunk.byteLength;
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, "E_BODY_TOO_LARGE", `The request body may have at most ${maxBytes} bytes.`);
}
