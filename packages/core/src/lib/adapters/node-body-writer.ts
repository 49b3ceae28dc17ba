import type { ServerResponse } from "node:http";
import type { BodyWriter } from "@armature/http";
import { AnnouncedLength } from "./announced-length.ts";

/** Writes a streamed answer to a `node:http` response. */
export class NodeBodyWriter implements BodyWriter {
  readonly #response: ServerResponse;
  readonly #length: AnnouncedLength;
  #ended = false;

  constructor(response: ServerResponse, length: AnnouncedLength = new AnnouncedLength(null)) {
    this.#response = response;
    this.#length = length;
  }

  get closed(): boolean {
    return this.#ended || this.#response.writableEnded || this.#response.destroyed;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.closed) return true;
    this.#check(() => this.#length.take(chunk));
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

  end(): void {
    if (this.closed) return;
    this.#check(() => this.#length.end());
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
