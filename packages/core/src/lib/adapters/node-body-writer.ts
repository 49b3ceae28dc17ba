import type { ServerResponse } from "node:http";
import { encodeTrailers, type BodyWriter, type FieldList } from "@armature/http";
import { AnnouncedLength } from "./announced-length.ts";
import { rawPairs } from "./raw-pairs.ts";

/** Writes a streamed answer to a `node:http` response. */
export class NodeBodyWriter implements BodyWriter {
  readonly #response: ServerResponse;
  readonly #length: AnnouncedLength;
  #ended = false;
  readonly #takesTrailers: boolean;
  /** Told of the bytes of each piece; `null` where nobody asked. */
  onPiece: ((bytes: number) => void) | null = null;

  /** @param takesTrailers whether the client and the framing have a place for trailer fields */
  constructor(
    response: ServerResponse,
    length: AnnouncedLength = new AnnouncedLength(null),
    takesTrailers = false,
  ) {
    this.#response = response;
    this.#length = length;
    this.#takesTrailers = takesTrailers;
  }

  get closed(): boolean {
    return this.#ended || this.#response.writableEnded || this.#response.destroyed;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.closed) return true;
    this.#check(() => this.#length.take(chunk));
    this.onPiece?.(Buffer.byteLength(chunk));
    // A copy: the writer's caller may use its buffer again.
    return this.#response.write(typeof chunk === "string" ? chunk : Buffer.from(chunk));
  }

  drained(): Promise<void> {
    const response = this.#response;
    if (this.closed || !response.writableNeedDrain) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.once("drain", done).once("close", done);
    return promise;
  }

  end(trailers: FieldList | null = null): void {
    if (this.closed) return;
    if (trailers !== null) encodeTrailers(trailers);
    this.#check(() => this.#length.end());
    if (trailers !== null && this.#takesTrailers)
      this.#response.addTrailers(
        Array.from(rawPairs(trailers), ([name, value]): [string, string] => [name, value]),
      );
    this.#ended = true;
    this.#response.end();
  }

  abort(): void {
    if (this.closed) return;
    this.#ended = true;
    this.#response.destroy();
  }

  /** Node goes on with the next answer, which the client would take for the rest of this one. */
  #check(hold: () => void): void {
    try {
      hold();
    } catch (error) {
      this.abort();
      throw error;
    }
  }
}
