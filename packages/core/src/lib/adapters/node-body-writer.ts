import type { ServerResponse } from "node:http";
import type { BodyWriter } from "@armature/http";

/** Writes a streamed answer to a `node:http` response. */
export class NodeBodyWriter implements BodyWriter {
  readonly #response: ServerResponse;
  #ended = false;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get closed(): boolean {
    return this.#ended || this.#response.destroyed;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.closed) return true;
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
    this.#ended = true;
    this.#response.end();
  }

  abort(): void {
    if (this.closed) return;
    this.#ended = true;
    this.#response.destroy();
  }
}
