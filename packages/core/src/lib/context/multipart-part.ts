import type { Readable } from "node:stream";

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

/** A file of a multipart body, read as it arrives; iterate over it, or take `bytes()`. */
export class MultipartFile implements AsyncIterable<Uint8Array> {
  readonly kind = "file";
  readonly name: string;
  /** The client's name for the file, without folders; never use it as a path without checking it. */
  readonly filename: string;
  readonly type: string;
  readonly #stream: Readable;

  constructor(name: string, filename: string, type: string, stream: Readable) {
    this.name = name;
    this.filename = filename;
    this.type = type;
    this.#stream = stream;
  }

  /** The file as a Node stream, e.g. for `pipeline` to disk. */
  stream(): Readable {
    return this.#stream;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#stream[Symbol.asyncIterator]();
  }

  /** The whole file in memory. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Skips what was not read, so that the next part can come. */
  leave(): void {
    if (!this.#stream.destroyed) this.#stream.resume();
  }
}
