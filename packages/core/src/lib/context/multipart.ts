import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { invalidMultipart, nameless, tooLarge, toMultipartError } from "./multipart-error.ts";
import { MultipartFile, MultipartField, type MultipartPart } from "./multipart-part.ts";

/** Limits of a multipart body; each answers 413 `E_MULTIPART_TOO_LARGE`. */
export interface MultipartOptions {
  /** Bytes of the whole body. Default: `maxBodyBytes` of the route or application. */
  readonly maxBytes?: number;
  /** Bytes of one file. Default: no limit but that of the body. */
  readonly maxFileBytes?: number;
  /** Bytes of one field's value. Default 64 KiB. */
  readonly maxFieldBytes?: number;
  /** Number of files. Default 10. */
  readonly maxFiles?: number;
  /** Number of fields. Default 100. */
  readonly maxFields?: number;
}

export type { MultipartPart } from "./multipart-part.ts";

/** Takes a multipart body apart as it arrives; nothing is read ahead further than the parser's own buffers. */
export async function* parseMultipart(
  chunks: AsyncIterable<Uint8Array>,
  contentType: string,
  options: MultipartOptions,
): AsyncGenerator<MultipartPart, void, undefined> {
  const parser = createParser(contentType, options);
  const parts = new Readable({ objectMode: true, read() {} });
  collectParts(parser, parts, options);
  // It fails the parts, and is not waited for: who leaves half-way must not wait for a client that is slow.
  void feed(chunks, parser, parts);
  try {
    for await (const part of parts as AsyncIterable<MultipartPart>) {
      yield part;
      part.leave();
    }
  } catch (error) {
    throw toMultipartError(error);
  } finally {
    parser.destroy();
  }
}

async function feed(
  chunks: AsyncIterable<Uint8Array>,
  parser: BusboyInstance,
  parts: Readable,
): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), parser);
    parts.push(null);
  } catch (error) {
    parts.destroy(toMultipartError(error));
  }
}

function createParser(contentType: string, options: MultipartOptions): BusboyInstance {
  const { maxFileBytes = Infinity, maxFieldBytes = 64 * 1024, maxFiles = 10, maxFields = 100 } = options;
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: {
        fileSize: maxFileBytes,
        // One more than allowed tells "exactly at the limit" from "cut off".
        fieldSize: maxFieldBytes + 1,
        files: maxFiles,
        fields: maxFields,
        fieldNameSize: 1024,
        headerPairs: 100,
      },
    });
  } catch (cause) {
    throw invalidMultipart("its content-type has no usable boundary", cause);
  }
}

function collectParts(parser: BusboyInstance, parts: Readable, options: MultipartOptions): void {
  const { maxFieldBytes = 64 * 1024 } = options;
  const files = new OpenFiles(parser);
  const fail = (what: string): void => {
    parser.destroy(tooLarge(what));
  };
  // oxlint-disable-next-line max-params -- the parser's own signature
  parser.on("field", (name: string | undefined, value, _nameCut, valueCut, _encoding, type) => {
    if (name === undefined) parser.destroy(nameless());
    else if (valueCut || Buffer.byteLength(value) > maxFieldBytes)
      fail(`the field "${name}" has more than ${maxFieldBytes} bytes`);
    else parts.push(new MultipartField(name, value, type));
  });
  // oxlint-disable-next-line max-params -- the parser's own signature
  parser.on("file", (name: string | undefined, stream, filename: string | undefined, _encoding, type) => {
    files.add(stream);
    stream.once("limit", () =>
      fail(`the file "${filename ?? ""}" has more than ${options.maxFileBytes} bytes`),
    );
    if (name === undefined) parser.destroy(nameless());
    else parts.push(new MultipartFile(name, filename ?? "", type, stream));
  });
  parser.once("filesLimit", () => fail(`it has more than ${options.maxFiles ?? 10} files`));
  parser.once("fieldsLimit", () => fail(`it has more than ${options.maxFields ?? 100} fields`));
}

/** Files that are being read must fail with their parser, or their readers would wait for ever. */
class OpenFiles {
  readonly #streams = new Set<BusboyFileStream>();

  constructor(parser: BusboyInstance) {
    parser.once("error", (error: Error) => this.#close(toMultipartError(error)));
    parser.once("close", () => this.#close());
  }

  add(stream: BusboyFileStream): void {
    this.#streams.add(stream);
    stream.once("close", () => this.#streams.delete(stream));
    // Who reads the stream sees the error; nobody reading it is no reason to end the process.
    stream.on("error", () => {});
  }

  #close(error?: Error): void {
    for (const stream of this.#streams) if (!stream.readableEnded) stream.destroy(error);
  }
}
