import { setTimeout as wait } from "node:timers/promises";

/** What is needed of a Redis client; that of ioredis has it. */
export interface RedisConnection {
  call(command: string, ...args: string[]): Promise<unknown>;
  /** Told of connections that break; the work goes on by itself. */
  on(event: "error", listener: (error: Error) => void): unknown;
  disconnect(): void;
}

/** How Redis is reached. */
export interface RedisLinkOptions {
  /** Makes a connection; two are needed, one of which waits in `XREAD`. */
  readonly connect: () => RedisConnection;
  /** Told of what does not work; it is tried again. Default: nobody is told. */
  readonly onError?: (error: unknown) => void;
}

/** Id and fields of an entry of a stream. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

/** Milliseconds between two attempts. */
const RETRY_MS = 100;
/** Milliseconds that what is on its way has when the link is to be closed. */
const CLOSE_MS = 1_000;
/** Milliseconds that a read waits for something new. */
const BLOCK_MS = 500;

/** Two connections to Redis, and what is done over them until it works. */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  #writer: RedisConnection | null = null;
  #reader: RedisConnection | null = null;
  #isClosed = false;
  /** Ends what is waited for when the link is closed: clients that are about to connect again never say what became of it. */
  readonly #cuts = new Set<() => void>();

  constructor(options: RedisLinkOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#writer !== null && !this.#isClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  open(): void {
    this.#writer = this.#connect();
    this.#reader = this.#connect();
  }

  /** Calls a command where nothing waits in front of it. */
  call(command: string, ...args: string[]): Promise<unknown> {
    return this.#writer?.call(command, ...args) ?? Promise.resolve(null);
  }

  report(error: unknown): void {
    this.#options.onError?.(error);
  }

  /** Tries until it works; gives `undefined` where the link is closed. */
  async retry<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!this.#isClosed) {
      try {
        return await this.#untilClosed(work());
      } catch (error) {
        if (this.#isClosed) return undefined;
        this.report(error);
        await wait(RETRY_MS);
      }
    }
    return undefined;
  }

  /** The id of the newest entry of a stream. */
  async lastIdOf(stream: string): Promise<string> {
    // The reply of XREVRANGE: entries of an id and fields.
    const entries = (await this.call("XREVRANGE", stream, "+", "-", "COUNT", "1")) as [string][];
    return entries[0]?.[0] ?? "0-0";
  }

  /** Entries of a stream behind one of them, as soon as there are any; none where there are none for a while. */
  async read(stream: string, last: string): Promise<readonly StreamEntry[]> {
    const from = ["STREAMS", stream, last];
    return entriesOf(await this.#reader?.call("XREAD", "COUNT", "100", "BLOCK", `${BLOCK_MS}`, ...from));
  }

  /** Waits for what is on its way, as long as that does not take too long. */
  async settle(work: Promise<unknown> | null): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, CLOSE_MS);
    await Promise.race([work, late.promise]);
    clearTimeout(timer);
  }

  close(): void {
    this.#isClosed = true;
    for (const cut of this.#cuts) cut();
    this.#reader?.disconnect();
    this.#writer?.disconnect();
  }

  async #untilClosed<T>(work: Promise<T>): Promise<T | undefined> {
    const cut = Promise.withResolvers<undefined>();
    const end = (): void => cut.resolve(undefined);
    this.#cuts.add(end);
    try {
      return await Promise.race([work, cut.promise]);
    } finally {
      this.#cuts.delete(end);
    }
  }

  #connect(): RedisConnection {
    const connection = this.#options.connect();
    connection.on("error", (error) => this.report(error));
    return connection;
  }
}

/** The entries in the reply of XREAD for one stream: a pair of its name and them, within a list in the second protocol of Redis. */
function entriesOf(reply: unknown): readonly StreamEntry[] {
  if (!Array.isArray(reply)) return [];
  const [first, second] = reply as unknown[];
  const entries: unknown = Array.isArray(first) ? first[1] : second;
  return Array.isArray(entries) ? (entries as StreamEntry[]) : []; // as Redis documents it
}
