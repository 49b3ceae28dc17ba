import type { BodyWriter } from "@armature/http";
import { AnnouncedLength } from "./announced-length.ts";

const HIGH_WATER_BYTES = 64 * 1024;

/** Writes a streamed answer into a Web `ReadableStream`. */
export class WebBodyWriter implements BodyWriter {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #length: AnnouncedLength;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #drained: PromiseWithResolvers<void> | null = null;
  #closed = false;

  /** @param onCancel told when the reader of the answer wants no more of it */
  constructor(onCancel: (reason: unknown) => void, length: AnnouncedLength = new AnnouncedLength(null)) {
    this.#length = length;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#release(),
        cancel: (reason) => {
          this.#close();
          onCancel(reason ?? new DOMException("The answer was cancelled.", "AbortError"));
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_BYTES }),
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#closed || this.#controller === null) return true;
    // A copy: the writer's caller may use its buffer again. Buffers would not copy themselves in slice().
    const bytes = typeof chunk === "string" ? this.#encoder.encode(chunk) : new Uint8Array(chunk);
    this.#check(() => this.#length.take(bytes));
    this.#controller.enqueue(bytes);
    return (this.#controller.desiredSize ?? 1) > 0;
  }

  drained(): Promise<void> {
    if (this.#closed || (this.#controller?.desiredSize ?? 1) > 0) return Promise.resolve();
    return (this.#drained ??= Promise.withResolvers<void>()).promise;
  }

  end(): void {
    if (this.#closed) return;
    this.#check(() => this.#length.end());
    this.#controller?.close();
    this.#close();
  }

  abort(): void {
    if (this.#closed) return;
    this.#controller?.error(new DOMException("The answer was cut off.", "AbortError"));
    this.#close();
  }

  /** Drops everything: the answer has no body. */
  discard(): void {
    this.#close();
  }

  /** The reader must not take a wrong body for a whole one. */
  #check(hold: () => void): void {
    try {
      hold();
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  #close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    this.#drained?.resolve();
    this.#drained = null;
  }
}
