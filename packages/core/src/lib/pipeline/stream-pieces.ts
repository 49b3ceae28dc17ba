import { HttpError } from "@armature/http";
import type { StreamSource } from "../context/stream-body.ts";

/** Takes the pieces of a source one after the other. */
export interface StreamPieces {
  /** The next piece, `null` at the end. @throws HttpError 500 `E_STREAM_CHUNK`, and what the source throws */
  next(): Promise<string | Uint8Array | null>;
  /**
   * Tells the source that nobody wants more; it ends a pending `next` too, as far as the source can. A generator ends at the
   * piece that it is busy with.
   */
  leave(): Promise<void>;
}

/** Opens a source of any kind; from here on an error of it is the reader's. */
export function openPieces(source: StreamSource): StreamPieces {
  if (source instanceof ReadableStream) return new WebPieces(source);
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return isNodeStream(source) ? new NodePieces(source, iterator) : new IteratedPieces(iterator);
}

/** Lets go of a source; what goes wrong with that is nobody's to answer. */
export async function leaveQuietly(pieces: StreamPieces): Promise<void> {
  try {
    await pieces.leave();
  } catch {
    // as said
  }
}

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

class IteratedPieces implements StreamPieces {
  readonly #iterator: AnyIterator;
  #ended = false;

  constructor(iterator: AnyIterator) {
    this.#iterator = iterator;
  }

  async next(): Promise<string | Uint8Array | null> {
    const { done, value } = await this.#step();
    return done === true ? null : toPiece(value);
  }

  /** As the language does it, an iterator that has ended or failed is not told. */
  async leave(): Promise<void> {
    if (!this.#ended) await this.#iterator.return?.();
  }

  async #step(): Promise<IteratorResult<unknown, unknown>> {
    try {
      const step = await this.#iterator.next();
      this.#ended = step.done === true;
      return step;
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }
}

class WebPieces implements StreamPieces {
  readonly #reader: ReadableStreamDefaultReader<unknown>;

  constructor(source: ReadableStream<unknown>) {
    this.#reader = source.getReader();
  }

  async next(): Promise<string | Uint8Array | null> {
    const { done, value } = await this.#reader.read();
    return done ? null : toPiece(value);
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}

/** Iterating alone would let go of a Node stream only with its next piece. */
class NodePieces extends IteratedPieces {
  readonly #stream: NodeStream;

  constructor(stream: NodeStream, iterator: AnyIterator) {
    super(iterator);
    this.#stream = stream;
    // Its reader sees an error; without a listener it would end the process where nobody reads.
    stream.on("error", () => {});
  }

  override leave(): Promise<void> {
    this.#stream.destroy();
    return Promise.resolve();
  }
}

interface NodeStream {
  destroy(): unknown;
  on(event: "error", listener: () => void): unknown;
}

function isNodeStream(source: object): source is NodeStream {
  return "destroy" in source && typeof source.destroy === "function" && "on" in source && "pipe" in source;
}

function toPiece(value: unknown): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new HttpError(500, "E_STREAM_CHUNK", `A stream must give strings or bytes (got ${typeof value}).`);
}
