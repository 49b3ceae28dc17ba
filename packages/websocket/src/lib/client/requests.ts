import type { Unsent } from "./send-buffer.ts";
import { SocketError } from "./socket-error.ts";

/** How one request is made. */
export interface RequestOptions {
  /** Milliseconds to wait for the reply, also while there is no connection. Default `requestTimeoutMs` of the client. */
  readonly timeoutMs?: number;
  /**
   * Whether it is sent again where the connection is lost before its reply: only for what may happen twice. Default false: it fails
   * with `E_SOCKET_LOST`.
   */
  readonly resend?: boolean;
}

interface Waiting {
  readonly event: string;
  readonly text: string;
  readonly resend: boolean;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly reply: PromiseWithResolvers<unknown>;
  isSent: boolean;
}

/** What is said of a new request. */
export interface NewRequest {
  readonly event: string;
  readonly text: string;
  readonly resend: boolean;
  readonly timeoutMs: number;
}

/** Requests that wait for their replies, in the order in which they were made. */
export class Requests {
  readonly #waiting = new Map<number, Waiting>();
  readonly #onTimeout: (id: number) => void;
  #lastId = 0;

  /** @param onTimeout told of a request that nobody waits for any more */
  constructor(onTimeout: (id: number) => void) {
    this.#onTimeout = onTimeout;
  }

  /** A number for the next request. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Waits for the reply to a request. @throws SocketError `E_SOCKET_TIMEOUT` and what it fails with */
  add(id: number, { event, text, resend, timeoutMs }: NewRequest): Promise<unknown> {
    const reply = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      this.#onTimeout(id);
      this.fail(id, "E_SOCKET_TIMEOUT", `There was no reply within ${timeoutMs} ms.`);
    }, timeoutMs);
    this.#waiting.set(id, { event, text, resend, timer, reply, isSent: false });
    return reply.promise;
  }

  /** The event of a request that waits. */
  eventOf(id: number): string | null {
    return this.#waiting.get(id)?.event ?? null;
  }

  /** A request is on its way. */
  sent(id: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) waiting.isSent = true;
  }

  /** The reply is there; one that nobody waits for is ignored. */
  resolve(id: number, data: unknown): void {
    this.#take(id)?.reply.resolve(data);
  }

  fail(id: number, code: string, message: string): void {
    const waiting = this.#take(id);
    waiting?.reply.reject(new SocketError(code, `"${waiting.event}": ${message}`, waiting.event));
  }

  /** The connection is lost: gives what is to be sent again, and fails what was sent and may not be. */
  lost(): Unsent[] {
    const again: Unsent[] = [];
    for (const [id, waiting] of this.#waiting) {
      if (!waiting.isSent) continue;
      waiting.isSent = false;
      if (waiting.resend) again.push({ text: waiting.text, request: id });
      else
        this.fail(id, "E_SOCKET_LOST", "The connection was lost before the reply; it may have been handled.");
    }
    return again;
  }

  /** Nothing comes any more. */
  failAll(code: string, message: string): void {
    for (const id of this.#waiting.keys()) this.fail(id, code, message);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    return waiting;
  }
}
