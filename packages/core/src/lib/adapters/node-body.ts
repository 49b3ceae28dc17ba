import type { IncomingMessage } from "node:http";
import { HeaderList, HttpError, isTrailerName, type RequestBody } from "@armature/http";
import { collectBytes, limitBytes } from "./limit-bytes.ts";
import { rawPairs } from "./raw-pairs.ts";

/** The body of a `node:http` request. */
export class NodeBody implements RequestBody {
  readonly length: number | null;
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  #used = false;

  constructor(request: IncomingMessage, maxBytes: number) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.length = announcedLength(request);
  }

  get trailers(): HeaderList | null {
    if (!this.#request.complete) return null;
    const pairs = [...rawPairs(this.#request.rawTrailers)].filter(([name]) => isTrailerName(name));
    return HeaderList.fromPairs(pairs);
  }

  peek(): null {
    return null;
  }

  async bytes(maxBytes?: number): Promise<Uint8Array> {
    return await collectBytes(this.chunks(maxBytes));
  }

  chunks(maxBytes: number = this.#maxBytes): AsyncIterable<Uint8Array> {
    if (this.#used)
      throw new HttpError(
        500,
        "E_BODY_USED",
        "The request body was read before; read it once and keep the value.",
      );
    this.#used = true;
    return limitBytes(this.#request as AsyncIterable<Uint8Array>, this.length, maxBytes); // no encoding is set, so chunks are Buffers
  }
}

function announcedLength(request: IncomingMessage): number | null {
  if (request.headers["transfer-encoding"] !== undefined) return null;
  return Number(request.headers["content-length"] ?? 0);
}
