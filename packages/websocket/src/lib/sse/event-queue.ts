import type { EncodedEvent } from "./encode-event.ts";

/** Events on their way to one client: who takes them gets all there are at once, so that many small events are few writes. */
export class EventQueue implements AsyncIterator<string, void> {
  readonly #highWaterBytes: number;
  readonly #onLeave: () => void;
  #texts: string[] = [];
  #bytes = 0;
  #state: "open" | "ended" | "left" = "open";
  #failure: { readonly error: unknown } | null = null;
  #taker: PromiseWithResolvers<IteratorResult<string, void>> | null = null;
  #room: PromiseWithResolvers<void> | null = null;

  /** @param onLeave called once, when nobody takes events any more */
  constructor(highWaterBytes: number, onLeave: () => void) {
    this.#highWaterBytes = highWaterBytes;
    this.#onLeave = onLeave;
  }

  /** Whether nothing more is taken in. */
  get closed(): boolean {
    return this.#state !== "open";
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether as many bytes wait as may. */
  get isFull(): boolean {
    return this.#bytes >= this.#highWaterBytes;
  }

  /** Takes an event in, also where it is full; nothing where it is closed. */
  push({ text, bytes }: EncodedEvent): void {
    if (this.closed) return;
    this.#texts.push(text);
    this.#bytes += bytes;
    this.#serve();
  }

  /** Takes nothing more in; what waits is still given. */
  end(): void {
    if (this.closed) return;
    this.#state = "ended";
    this.#serve();
    this.#room?.resolve();
  }

  /** Ends with an error behind what waits. */
  fail(error: unknown): void {
    if (this.closed) return;
    this.#failure = { error };
    this.end();
  }

  /** Resolves when there is room again, or never will be. */
  drained(): Promise<void> {
    if (this.closed || !this.isFull) return Promise.resolve();
    return (this.#room ??= Promise.withResolvers<void>()).promise;
  }

  next(): Promise<IteratorResult<string, void>> {
    const result = this.#take();
    if (result !== null) return result;
    return (this.#taker ??= Promise.withResolvers<IteratorResult<string, void>>()).promise;
  }

  /** Nobody wants more: what waits is dropped. */
  return(): Promise<IteratorResult<string, void>> {
    if (this.#state !== "left") {
      this.#state = "left";
      this.#texts = [];
      this.#bytes = 0;
      this.#serve();
      this.#room?.resolve();
      this.#onLeave();
    }
    return Promise.resolve(DONE);
  }

  #serve(): void {
    const taker = this.#taker;
    if (taker === null) return;
    this.#taker = null;
    taker.resolve(this.#take() ?? DONE); // there is something, or it is closed
  }

  /** What there is to give now; `null` where it has to be waited for. */
  #take(): Promise<IteratorResult<string, void>> | null {
    if (this.#texts.length > 0) return Promise.resolve({ done: false, value: this.#takeTexts() });
    if (this.#failure !== null && this.#state === "ended") return this.#fail(this.#failure);
    return this.closed ? Promise.resolve(DONE) : null;
  }

  #takeTexts(): string {
    const text = this.#texts.join("");
    this.#texts = [];
    this.#bytes = 0;
    this.#room?.resolve();
    this.#room = null;
    return text;
  }

  #fail({ error }: { readonly error: unknown }): Promise<never> {
    this.#failure = null;
    return Promise.reject(error);
  }
}

const DONE: IteratorResult<string, void> = Object.freeze({ done: true, value: undefined });
