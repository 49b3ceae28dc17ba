import type { ClientSettings } from "./client-options.ts";

/** A message that waits to be sent. */
export interface Unsent {
  readonly text: string;
  /** Number of the request that it is, `null` where it is none. */
  readonly request: number | null;
}

/** Messages that wait for a connection, in order, with a bound. */
export class SendBuffer {
  readonly #maxBytes: number;
  readonly #whenFull: ClientSettings["whenFull"];
  readonly #onDropped: (message: Unsent) => void;
  #messages: Unsent[] = [];
  #bytes = 0;

  /** @param onDropped told of a message that was taken in and is lost */
  constructor(
    { bufferBytes, whenFull }: Pick<ClientSettings, "bufferBytes" | "whenFull">,
    onDropped: (message: Unsent) => void,
  ) {
    this.#maxBytes = bufferBytes;
    this.#whenFull = whenFull;
    this.#onDropped = onDropped;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a message in; `false` where there is no room for it. */
  push(message: Unsent): boolean {
    const bytes = bytesOf(message);
    if (bytes > this.#maxBytes) return false;
    if (this.#bytes + bytes > this.#maxBytes && this.#whenFull === "drop-newest") return false;
    while (this.#bytes + bytes > this.#maxBytes) this.#dropOldest();
    this.#messages.push(message);
    this.#bytes += bytes;
    return true;
  }

  /** Puts messages that were sent, and may not have arrived, in front of the others; these were bounded before. */
  unshift(messages: readonly Unsent[]): void {
    this.#messages.unshift(...messages);
    for (const message of messages) this.#bytes += bytesOf(message);
  }

  /** Takes all messages out. */
  takeAll(): Unsent[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#bytes = 0;
    return messages;
  }

  /** Takes a request out that nobody waits for any more. */
  remove(request: number): void {
    const at = this.#messages.findIndex((message) => message.request === request);
    const [removed] = at < 0 ? [] : this.#messages.splice(at, 1);
    if (removed !== undefined) this.#bytes -= bytesOf(removed);
  }

  #dropOldest(): void {
    const oldest = this.#messages.shift();
    if (oldest === undefined) return;
    this.#bytes -= bytesOf(oldest);
    this.#onDropped(oldest);
  }
}

const utf8 = new TextEncoder();

/** Bytes of a message in UTF-8. */
export function bytesOf({ text }: Pick<Unsent, "text">): number {
  return utf8.encode(text).length;
}
