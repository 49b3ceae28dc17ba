import { ClientError } from "../client-error.ts";

/** What ends an attempt before its time: a timer and the signal of the caller. */
export interface DeadlineOptions {
  readonly route: string;
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | undefined;
}

/** Ends the work of one attempt; also where what does the work does not heed its signal. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #options: DeadlineOptions;
  readonly #ended: Promise<never>;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    const { signal, timeoutMs } = options;
    this.#ended = new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
    });
    this.#ended.catch(() => {}); // whoever races hears of it
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (timeoutMs !== null) this.#timer = setTimeout(this.#onTimeout, timeoutMs);
    if (signal?.aborted === true) this.#onAbort();
  }

  /** What the request is sent with; its reason is a ClientError. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The result of some work, or the error of the deadline where that is sooner. */
  async race<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {}); // what fails behind the deadline is nobody's to see
    return await Promise.race([this.#ended, work]);
  }

  /** Waits for the caller's signal only: a stream may take as long as it likes. */
  stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Lets go of the timer and of the caller's signal. */
  release(): void {
    this.stopTimer();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  /** Ends the work and closes its connection. */
  cancel(): void {
    this.release();
    this.#controller.abort(aborted(this.#options.route, undefined));
  }

  readonly #onAbort = (): void => {
    const { route, signal } = this.#options;
    this.stopTimer();
    this.#controller.abort(aborted(route, signal?.reason));
  };

  readonly #onTimeout = (): void => {
    const { route, timeoutMs } = this.#options;
    const message = `${route} took longer than its timeoutMs of ${timeoutMs}.`;
    this.#controller.abort(new ClientError("E_CLIENT_TIMEOUT", message));
  };
}

/** The error of a call that its caller gave up. */
export function aborted(route: string, cause: unknown): ClientError {
  return new ClientError("E_CLIENT_ABORTED", `${route} was aborted by its signal.`, { cause });
}

/** Waits; ends at once where the caller gives up. @throws ClientError `E_CLIENT_ABORTED` */
export async function pause(ms: number, route: string, signal: AbortSignal | undefined): Promise<void> {
  const deadline = new Deadline({ route, timeoutMs: null, signal });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await deadline.race(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))));
  } finally {
    clearTimeout(timer);
    deadline.release();
  }
}
