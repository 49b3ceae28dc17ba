import type { ConnectionSink, KnownPayloads, RawConnection } from "@armature/http";
import type { Transport } from "../transport/transport.ts";

/** What an upgraded connection needs of the connection below it. */
export interface RawOutput {
  /**
   * Queues bytes, or text of one character per byte; `false` where the client should catch up first.
   * @param front text in front of bytes that their owner may change afterwards
   */
  writeRaw(chunk: string | Uint8Array, front?: string): boolean;
  endRaw(): void;
  destroy(): void;
  /** The sink wants bytes again, or no more for now. */
  rawFlow(): void;
}

/** A connection that speaks another protocol now: hands its bytes to a sink. */
export class EngineRawConnection implements RawConnection {
  readonly payloads: KnownPayloads | undefined;
  readonly #output: RawOutput;
  readonly #writesThrough: boolean;
  readonly #sink: ConnectionSink;
  readonly #onError: (error: unknown) => void;
  #paused = false;
  /** Whether the sink was told that there is no room. */
  #awaitsDrain = false;
  #closed = false;
  #ended = false;
  #inputEnded = false;
  /** Whether the sink knows that the listener closes. */
  #isTold = false;

  constructor(
    output: RawOutput,
    sink: ConnectionSink,
    onError: (error: unknown) => void,
    transport: Pick<Transport, "payloads" | "writeThrough"> = {},
  ) {
    this.payloads = transport.payloads;
    this.#writesThrough = transport.writeThrough !== undefined;
    this.#output = output;
    this.#sink = sink;
    this.#onError = onError;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Whether the application has ended its side. */
  get ended(): boolean {
    return this.#ended;
  }

  write(chunk: Uint8Array): boolean {
    return this.#write(chunk);
  }

  writeLatin1(text: string): boolean {
    return this.#write(text);
  }

  writeThrough(front: string, bytes: Uint8Array): boolean | undefined {
    return this.#writesThrough ? this.#write(bytes, front) : undefined;
  }

  #write(chunk: string | Uint8Array, front?: string): boolean {
    if (this.#closed || this.#ended) return false;
    const hasRoom = this.#output.writeRaw(chunk, front);
    if (!hasRoom) this.#awaitsDrain = true;
    return hasRoom;
  }

  pause(): void {
    this.#paused = true;
    if (!this.#closed) this.#output.rawFlow();
  }

  resume(): void {
    this.#paused = false;
    if (!this.#closed) this.#output.rawFlow();
  }

  end(): void {
    if (this.#closed || this.#ended) return;
    this.#ended = true;
    this.#output.endRaw();
  }

  destroy(): void {
    if (!this.#closed) this.#output.destroy();
  }

  /** Bytes arrived; a sink that throws loses its connection, as with everything that it is told. */
  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#sink.data(chunk);
    } catch (error) {
      this.#failed(error);
    }
  }

  drained(): void {
    if (!this.#awaitsDrain) return;
    this.#awaitsDrain = false;
    this.#tell(() => this.#sink.drain());
  }

  inputEnded(): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    this.#tell(() => this.#sink.end());
  }

  /** The listener closes. */
  shutdown(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#tell(() => this.#sink.shutdown?.());
  }

  closed(error: Error | null): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#sink.close(error);
    } catch (thrown) {
      this.#onError(thrown);
    }
  }

  /** A sink that throws loses its connection, and the process lives on. */
  #tell(call: () => void): void {
    if (this.#closed) return;
    try {
      call();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#onError(error);
    this.destroy();
  }
}
