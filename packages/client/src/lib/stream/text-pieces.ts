/**
 * The text of a body as it arrives; what is no UTF-8 becomes U+FFFD, and a byte order mark is left out.
 * @param signal ends the reading with its reason, also where the body does not heed it
 */
export async function* textPieces(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  // A read that waits then ends, as if the body had.
  const stop = (): void => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      if (text !== "") yield text;
      if (done) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Who leaves early wants no more of it; a body that failed has nothing to cancel.
    await reader.cancel().catch(() => {});
  }
}
