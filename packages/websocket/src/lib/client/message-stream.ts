import { SocketError } from "./socket-error.ts";

/** Messages that a reader may be behind. */
export const MAX_UNREAD = 10_000;

/** The messages of a socket for one loop, from when it begins until the client is closed. */
export class MessageStream<T> implements AsyncIterableIterator<T, void> {
  readonly #onLeave: (stream: MessageStream<T>) => void;
  #unread: T[] = [];
  #taker: PromiseWithResolvers<IteratorResult<T, void>> | null = null;
  #hasEnded = false;
  #failure: SocketError | null = null;

  constructor(onLeave: (stream: MessageStream<T>) => void) {
    this.#onLeave = onLeave;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(message: T): void {
    if (this.#hasEnded) return;
    if (this.#taker === null && this.#unread.length >= MAX_UNREAD) return this.#overrun();
    this.#unread.push(message);
    this.#serve();
  }

  /** Nothing more comes; what is unread is still given. */
  end(): void {
    this.#hasEnded = true;
    this.#serve();
  }

  /** @throws SocketError `E_SOCKET_UNREAD` behind the messages that there was room for */
  next(): Promise<IteratorResult<T, void>> {
    return this.#take() ?? (this.#taker ??= Promise.withResolvers<IteratorResult<T, void>>()).promise;
  }

  return(): Promise<IteratorResult<T, void>> {
    this.#unread = [];
    this.end();
    this.#onLeave(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  /** A loop that is never done with its messages would fill the memory. */
  #overrun(): void {
    this.#failure = new SocketError(
      "E_SOCKET_UNREAD",
      `A loop over the messages is more than ${MAX_UNREAD} behind; take them faster, or use on().`,
    );
    this.end();
    this.#onLeave(this);
  }

  #serve(): void {
    const taker = this.#taker;
    const taken = taker === null ? null : this.#take();
    if (taker === null || taken === null) return;
    this.#taker = null;
    taker.resolve(taken);
  }

  #take(): Promise<IteratorResult<T, void>> | null {
    const [message] = this.#unread;
    if (message !== undefined) {
      this.#unread.shift();
      return Promise.resolve({ done: false, value: message });
    }
    if (!this.#hasEnded) return null;
    const failure = this.#failure;
    this.#failure = null;
    return failure === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(failure);
  }
}
