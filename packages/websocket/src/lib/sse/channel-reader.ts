import type { EventMap } from "./event-map.ts";
import type { EventStream } from "./event-stream.ts";
import type { ChannelEvent, ReplayBuffer } from "./replay-buffer.ts";
import type { SseSettings } from "./sse-options.ts";

/** Reads a channel for one stream: what happens is pushed as long as there is room, and read from the buffer behind a pause. */
export class ChannelReader<TEvents extends EventMap> {
  readonly #stream: EventStream<TEvents>;
  readonly #buffer: ReplayBuffer;
  readonly #whenFull: SseSettings["whenFull"];
  #next: number;
  /** It reads from the buffer by itself. */
  #catchesUp = true;
  #hasLeft = false;

  /** @param next number of the event to begin with */
  constructor(
    stream: EventStream<TEvents>,
    buffer: ReplayBuffer,
    { next, whenFull }: { readonly next: number } & Pick<SseSettings, "whenFull">,
  ) {
    this.#stream = stream;
    this.#buffer = buffer;
    this.#next = next;
    this.#whenFull = whenFull;
    void this.#catchUp();
  }

  /** An event happened. */
  take({ number, encoded }: ChannelEvent): void {
    if (this.#catchesUp) return;
    this.#next = number + 1;
    if (!this.#stream.push(encoded)) void this.#catchUp();
  }

  /** Nothing more is pushed. */
  leave(): void {
    this.#hasLeft = true;
  }

  async #catchUp(): Promise<void> {
    this.#catchesUp = true;
    while (!this.#stream.closed) {
      await this.#stream.drained();
      if (this.#hasLeft || this.#pushAll()) break;
    }
    this.#catchesUp = false;
  }

  /** Pushes until there is no room; whether it has come to the end. */
  #pushAll(): boolean {
    if (this.#next < this.#buffer.first) this.#overrun();
    for (let event = this.#buffer.at(this.#next); event !== null; event = this.#buffer.at(this.#next)) {
      this.#next++;
      if (!this.#stream.push(event.encoded)) return false;
    }
    return true;
  }

  /** The stream is so slow that the buffer has let go of what it should read next. */
  #overrun(): void {
    this.#next = this.#buffer.first;
    if (this.#whenFull === "close") this.#stream.end();
  }
}
