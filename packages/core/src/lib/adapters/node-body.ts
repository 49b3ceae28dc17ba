import type { IncomingMessage } from "node:http";
import { HttpError, type RequestBody } from "@armature/http";
import { collectBytes, limitBytes } from "./limit-bytes.ts";

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
