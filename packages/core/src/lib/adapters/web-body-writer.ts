import { encodeTrailers, type BodyWriter, type FieldList } from "@armature/http";
import { AnnouncedLength } from "./announced-length.ts";

const HIGH_WATER_BYTES = 64 * 1024;

/** Writes a streamed answer into a Web `ReadableStream`. */
export class WebBodyWriter implements BodyWriter {
  readonly readable: ReadableStream<Uint8Array>;
  /** Told once, with the bytes that were written, when the body is complete or cut; `null` where nobody asked. */
  onDone: ((bytes: number, isWhole: boolean) => void) | null = null;
  readonly #encoder = new TextEncoder();
  readonly #length: AnnouncedLength;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #drained: PromiseWithResolvers<void> | null = null;
  #closed = false;
  #bytes = 0;

  /** @param onCancel told when the reader of the answer wants no more of it */
  constructor(onCancel: (reason: unknown) => void, length: AnnouncedLength = new AnnouncedLength(null)) {
    this.#length = length;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#release(),
        cancel: (reason) => {
          this.#closed = true;
          this.#release();
          onCancel(reason ?? new DOMException("The answer was cancelled.", "AbortError"));
          this.onDone?.(this.#bytes, false);
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
    this.#bytes += bytes.byteLength;
    this.#controller.enqueue(bytes);
    return (this.#controller.desiredSize ?? 1) > 0;
  }

  drained(): Promise<void> {
    if (this.#closed || (this.#controller?.desiredSize ?? 1) > 0) return Promise.resolve();
    return (this.#drained ??= Promise.withResolvers<void>()).promise;
  }

  /** A `Response` has no place for trailer fields. */
  end(trailers: FieldList | null = null): void {
    if (this.#closed) return;
    if (trailers !== null) encodeTrailers(trailers);
    this.#check(() => this.#length.end());
    this.#controller?.close();
    this.#close(true);
  }

  abort(): void {
    if (this.#closed) return;
    this.#controller?.error(new DOMException("The answer was cut off.", "AbortError"));
    this.#close(false);
  }

  /** Drops everything: the answer has no body. */
  discard(): void {
    this.#close(true);
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

  #close(isWhole: boolean): void {
    const isFirst = !this.#closed;
    this.#closed = true;
    this.#release();
    if (isFirst) this.onDone?.(this.#bytes, isWhole);
  }

  #release(): void {
    this.#drained?.resolve();
    this.#drained = null;
  }
}
