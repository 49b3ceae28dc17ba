import { Readable } from "node:stream";
import { toMultipartError } from "./multipart-error.ts";

/** A field or a file of a multipart body; `kind` tells which. */
export type MultipartPart = MultipartField | MultipartFile;

/** A field of a multipart body, held whole. */
export class MultipartField {
  readonly kind = "field";
  readonly name: string;
  readonly value: string;
  /** Media type, "text/plain" where the client names none. */
  readonly type: string;

  constructor(name: string, value: string, type: string) {
    this.name = name;
    this.value = value;
    this.type = type;
  }

  /** Nothing to let go of. */
  leave(): void {}
}

/**
 * A file of a multipart body, read as it arrives; iterate over it, or take `bytes()`. What is not read is skipped when the next
 * part is asked for.
 */
export class MultipartFile implements AsyncIterable<Uint8Array> {
  readonly kind = "file";
  readonly name: string;
  /** The client's name for the file, without folders, "" where it gives none; never use it as a path without checking it. */
  readonly filename: string;
  readonly type: string;
  readonly #source: Readable;
  #stream: Readable | null = null;

  constructor(name: string, filename: string, type: string, source: Readable) {
    this.name = name;
    this.filename = filename;
    this.type = type;
    this.#source = source;
  }

  /** The file as a Node stream, e.g. for `pipeline` to disk; the same one each time. */
  stream(): Readable {
    return (this.#stream ??= toStream(this));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    // The parser goes on only when its own stream has ended, so a reader that stops or fails half-way must not destroy it;
    // `yield*` would pass the reader's failure on.
    try {
      for await (const chunk of this.#source.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array; // no encoding is set
    } catch (error) {
      // The parser fails its files with errors of its own.
      throw toMultipartError(error);
    }
  }

  /** The whole file in memory. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Skips what was not read, so that the next part can come. */
  leave(): void {
    void skip(this);
  }
}

/** A stream of its own: destroying it stops the reading and leaves the parser's stream as it is. */
function toStream(chunks: AsyncIterable<Uint8Array>): Readable {
  // Who reads the stream sees the error; nobody reading it is no reason to end the process.
  return Readable.from(chunks, { objectMode: false }).on("error", ignore);
}

/** Read like everything else here: a stream that flows does not get along with an iterator that still waits for it. */
async function skip(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _chunk of chunks);
  } catch {
    // Who iterates over the parts sees it.
  }
}

function ignore(): void {}
