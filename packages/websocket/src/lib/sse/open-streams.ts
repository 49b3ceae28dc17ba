/** A stream that is watched over with others. */
export interface OpenStream {
  /** Aborts when the application of the stream begins to stop. */
  readonly stopping: AbortSignal;
  /** Time for a sign of life. */
  beat(): void;
  /** The application stops. */
  stop(): void;
}

/** All streams of a kind that are open: they share one timer, and one listener to each application's end. */
export class OpenStreams {
  readonly #heartbeatMs: number;
  readonly #streams = new Set<OpenStream>();
  readonly #watched = new WeakSet<AbortSignal>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param heartbeatMs 0 means never */
  constructor(heartbeatMs: number) {
    this.#heartbeatMs = heartbeatMs;
  }

  add(stream: OpenStream): void {
    if (stream.stopping.aborted) return stream.stop();
    this.#streams.add(stream);
    this.#watch(stream.stopping);
    if (this.#heartbeatMs > 0) this.#timer ??= setInterval(() => this.#beat(), this.#heartbeatMs);
  }

  delete(stream: OpenStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    for (const stream of this.#streams) stream.beat();
  }

  #watch(stopping: AbortSignal): void {
    if (this.#watched.has(stopping)) return;
    this.#watched.add(stopping);
    const stopAll = (): void => {
      for (const stream of this.#streams) if (stream.stopping === stopping) stream.stop();
    };
    stopping.addEventListener("abort", stopAll, { once: true });
  }
}
