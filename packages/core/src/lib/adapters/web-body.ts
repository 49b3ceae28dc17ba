import { HeaderList, HttpError, type RequestBody } from "@armature/http";
import { collectBytes, limitBytes } from "./limit-bytes.ts";

const NO_TRAILERS = HeaderList.fromPairs([]);

/** The body of a Web `Request`. */
export class WebBody implements RequestBody {
  readonly length: number | null;
  /** A `Request` has no place for trailer fields. */
  readonly trailers: HeaderList = NO_TRAILERS;
  readonly #request: Request;
  readonly #maxBytes: number;

  constructor(request: Request, maxBytes: number) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.length = request.body === null ? 0 : announcedLength(request.headers.get("content-length"));
  }

  peek(): null {
    return null;
  }

  async bytes(maxBytes?: number): Promise<Uint8Array> {
    return await collectBytes(this.chunks(maxBytes));
  }

  chunks(maxBytes: number = this.#maxBytes): AsyncIterable<Uint8Array> {
    if (this.#request.bodyUsed)
      throw new HttpError(
        500,
        "E_BODY_USED",
        "The request body was read before; read it once and keep the value.",
      );
    return limitBytes(this.#request.body ?? [], this.length, maxBytes);
  }
}

function announcedLength(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
