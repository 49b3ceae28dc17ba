import type { Exchange, HeaderList, RequestBody } from "@armature/http";
import { collectBytes, limitBytes } from "../adapters/limit-bytes.ts";
import { readCodings, type ContentCoding, type Decompression } from "./content-codings.ts";

/**
 * The body of a request without its content codings; the body itself where it has none.
 * @throws HttpError 415 `E_UNSUPPORTED_CONTENT_ENCODING`
 */
export function decodedBody(
  { body, headers }: Exchange,
  settings: Decompression,
  maxBodyBytes: number,
): RequestBody {
  if (body.length === 0) return body;
  const contentEncoding = headers.get("content-encoding");
  const codings = contentEncoding === undefined ? [] : readCodings(contentEncoding, settings);
  return codings.length === 0
    ? body
    : new DecodedBody(body, codings, { maxRatio: settings.maxRatio, maxBodyBytes });
}

interface DecodedLimits {
  readonly maxRatio: number;
  readonly maxBodyBytes: number;
}

/** A compressed body as it was before; nothing is known of it until it is read. */
class DecodedBody implements RequestBody {
  readonly length = null;
  readonly #body: RequestBody;
  readonly #codings: readonly ContentCoding[];
  readonly #limits: DecodedLimits;

  constructor(body: RequestBody, codings: readonly ContentCoding[], limits: DecodedLimits) {
    this.#body = body;
    this.#codings = codings;
    this.#limits = limits;
  }

  get trailers(): HeaderList | null {
    return this.#body.trailers;
  }

  peek(): null {
    return null;
  }

  async bytes(maxBytes?: number): Promise<Uint8Array> {
    return await collectBytes(this.chunks(maxBytes));
  }

  /** The limit holds for what comes in as well as for what comes out. */
  chunks(maxBytes: number = this.#limits.maxBodyBytes): AsyncIterable<Uint8Array> {
    return limitBytes(this.#decode(this.#body.chunks(maxBytes)), null, maxBytes);
  }

  async *#decode(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    // Loaded on first use: most applications never get a compressed body.
    const { decompress } = await import("./decompress.ts");
    yield* decompress(source, this.#codings, this.#limits.maxRatio);
  }
}
