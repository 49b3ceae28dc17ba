import { HttpError, type Exchange, type HeaderList, type RequestBody } from "@armature/http";
import type { MultipartOptions, MultipartPart } from "./multipart.ts";
import { readJson, readText, readValue } from "./read-body.ts";

/** Gives the body to the first who reads it, and knows its limit. */
export interface BodyOwner {
  /** Bytes that the body may have. */
  readonly maxBodyBytes: number;
  /**
   * The body without its content codings.
   * @throws HttpError 500 `E_BODY_USED` on a second reading; 415 `E_UNSUPPORTED_CONTENT_ENCODING`
   */
  takeBody(): RequestBody;
}

/**
 * Reads the body of a request that has no `body` schema; each body can be read once.
 *
 * Every method takes no more than `maxBodyBytes` of the route or application and fails with 413 `E_BODY_TOO_LARGE` beyond it;
 * with 400 `E_BODY_INCOMPLETE` where the client leaves half-way, and 500 `E_BODY_USED` on a second reading.
 *
 * A body with a `content-encoding` is decompressed as it is read, and the limit holds for what comes out. It fails with 415
 * `E_UNSUPPORTED_CONTENT_ENCODING`, 400 `E_BODY_CODING`, and 413 `E_BODY_RATIO`. `context.exchange.body` has it as it was sent.
 */
export class BodyReader {
  readonly #exchange: Exchange;
  readonly #owner: BodyOwner;

  constructor(exchange: Exchange, owner: BodyOwner) {
    this.#exchange = exchange;
    this.#owner = owner;
  }

  /** Bytes that the client announced; 0 where there is no body, `null` where it is chunked. */
  get length(): number | null {
    return this.#exchange.body.length;
  }

  /**
   * The fields behind the body (RFC 9110, 6.5), never merged into the headers: `null` until the body has arrived whole, an empty list
   * where there are none.
   */
  get trailers(): HeaderList | null {
    return this.#exchange.body.trailers;
  }

  /** The body as text. @throws HttpError 400 `E_BODY_ENCODING` where it is not UTF-8 */
  async text(): Promise<string> {
    return await readText(this.#owner.takeBody(), this.#owner.maxBodyBytes);
  }

  /** The body as JSON, whatever its content type. @throws HttpError 400 `E_JSON_INVALID`, `E_JSON_PROTOTYPE` */
  async json(): Promise<unknown> {
    return await readJson(this.#owner.takeBody(), this.#owner.maxBodyBytes);
  }

  /** The body by its content type: JSON, urlencoded form or text. @throws HttpError 415 `E_UNSUPPORTED_MEDIA_TYPE` */
  async value(): Promise<unknown> {
    return await readValue(this.#owner.takeBody(), this.#exchange.headers, this.#owner.maxBodyBytes);
  }

  /** The body as bytes. */
  async bytes(): Promise<Uint8Array> {
    return await this.#owner.takeBody().bytes(this.#owner.maxBodyBytes);
  }

  /** The body piece by piece, with back-pressure to the client. */
  stream(): AsyncIterable<Uint8Array> {
    return this.#owner.takeBody().chunks(this.#owner.maxBodyBytes);
  }

  /**
   * The parts of a `multipart/form-data` body (RFC 7578) as they arrive; files are streams and must be read or left before
   * the next part comes.
   * @throws HttpError 415 `E_UNSUPPORTED_MEDIA_TYPE`, 400 `E_MULTIPART_INVALID`, 413 `E_MULTIPART_TOO_LARGE`
   */
  async *multipart(options: MultipartOptions = {}): AsyncGenerator<MultipartPart, void, undefined> {
    const contentType = this.#exchange.headers.get("content-type");
    if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType))
      throw notMultipart(contentType);
    // Loaded on first use: applications without uploads pay nothing, and runtimes without Node's streams can do without.
    const { parseMultipart } = await import("./multipart.ts");
    const chunks = this.#owner.takeBody().chunks(options.maxBytes ?? this.#owner.maxBodyBytes);
    yield* parseMultipart(chunks, contentType, options);
  }
}

function notMultipart(contentType: string | undefined): HttpError {
  const got = contentType === undefined ? "no content-type" : JSON.stringify(contentType);
  return new HttpError(
    415,
    "E_UNSUPPORTED_MEDIA_TYPE",
    `The body must be multipart/form-data (got ${got}).`,
    {
      headers: { accept: "multipart/form-data" },
    },
  );
}
