import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import { HttpError, isHttpError } from "@armature/http";
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
  // Fails the parts as well, so nothing is lost by not awaiting it here.
  const feeding = pipeline(Readable.from(chunks), parser).then(
    () => parts.push(null),
    (error: unknown) => parts.destroy(toMultipartError(error)),
  );
  try {
    for await (const part of parts as AsyncIterable<MultipartPart>) {
      yield part;
      part.leave();
    }
  } catch (error) {
    throw toMultipartError(error);
  } finally {
    parser.destroy();
    await feeding;
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
  const fail = (what: string): void => {
    parser.destroy(tooLarge(what));
  };
  // oxlint-disable-next-line max-params -- the parser's own signature
  parser.on("field", (name, value, _nameCut, valueCut, _encoding, type) => {
    if (valueCut || Buffer.byteLength(value) > maxFieldBytes)
      fail(`the field "${name}" has more than ${maxFieldBytes} bytes`);
    else parts.push(new MultipartField(name, value, type));
  });
  // oxlint-disable-next-line max-params -- the parser's own signature
  parser.on("file", (name, stream, filename, _encoding, type) => {
    stream.once("limit", () => fail(`the file "${filename}" has more than ${options.maxFileBytes} bytes`));
    failWith(parser, stream);
    parts.push(new MultipartFile(name, filename, type, stream));
  });
  parser.once("filesLimit", () => fail(`it has more than ${options.maxFiles ?? 10} files`));
  parser.once("fieldsLimit", () => fail(`it has more than ${options.maxFields ?? 100} fields`));
}

/** A file that is being read must fail with its parser, or its reader would wait for ever. */
function failWith(parser: BusboyInstance, stream: BusboyFileStream): void {
  const onError = (error: Error): void => void stream.destroy(toMultipartError(error));
  const onClose = (): void => void (stream.readableEnded || stream.destroy());
  parser.once("error", onError);
  parser.once("close", onClose);
  stream.once("close", () => {
    parser.off("error", onError);
    parser.off("close", onClose);
  });
  // Who reads the stream sees the error; nobody reading it is no reason to end the process.
  stream.on("error", () => {});
}

function toMultipartError(error: unknown): Error {
  return isHttpError(error) ? error : invalidMultipart("it ends early or is malformed", error);
}

function invalidMultipart(why: string, cause: unknown): HttpError {
  return new HttpError(400, "E_MULTIPART_INVALID", `The multipart body cannot be read: ${why}.`, { cause });
}

function tooLarge(what: string): HttpError {
  return new HttpError(413, "E_MULTIPART_TOO_LARGE", `The multipart body is too large: ${what}.`);
}
