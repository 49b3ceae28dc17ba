import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { ArmatureError } from "@armature/http";
import type { RoomBus } from "./room-bus.ts";
import { SentBatches, type Batch } from "./sent-batches.ts";

/** What the bus needs of a Redis client; that of ioredis has it. */
export interface RedisConnection {
  call(command: string, ...args: string[]): Promise<unknown>;
  /** Told of connections that break; the bus goes on by itself. */
  on(event: "error", listener: (error: Error) => void): unknown;
  disconnect(): void;
}

/** How a bus uses Redis. */
export interface RedisBusOptions {
  /** Makes a connection; the bus needs two, one of which waits in `XREAD`. */
  readonly connect: () => RedisConnection;
  /** Key of the stream. Default "armature:rooms". */
  readonly stream?: string;
  /** How many batches the stream keeps for those who read late, about. Default 10 000. */
  readonly maxLength?: number;
  /** Told of what does not work; it is tried again. Default: nobody is told. */
  readonly onError?: (error: unknown) => void;
}

/** Milliseconds between two attempts. */
const RETRY_MS = 100;
/** Senders whose last message is known. */
const MAX_SENDERS = 10_000;
/** Milliseconds that a read waits for something new. */
const BLOCK_MS = 500;
/** Milliseconds that a sender's mark lives without a message. */
const MARK_MS = 3_600_000;

/**
 * Appends a batch where the sender's mark is there, or is set by this call; gives nothing where it is not: Redis has begun anew.
 * KEYS: stream, mark. ARGV: whether to set the mark, its time to live, length of the stream, sender, sequence, texts.
 */
const APPEND = `
if ARGV[1] == "0" and redis.call("EXISTS", KEYS[2]) == 0 then return false end
redis.call("SET", KEYS[2], "1", "PX", ARGV[2])
if ARGV[6] == "[]" then return "0-0" end
return redis.call("XADD", KEYS[1], "MAXLEN", "~", ARGV[3], "*", "from", ARGV[4], "seq", ARGV[5], "texts", ARGV[6])`;

/**
 * A bus over a stream of Redis 6.2 or newer: in order for each sender, and nothing is lost while Redis is away. What it may have
 * forgotten in a restart is sent again, and what came twice is passed over.
 *
 * @example
 * const rooms = new Rooms({ bus: redisBus({ connect: () => new Redis("redis://127.0.0.1:6379") }) });
 */
export function redisBus(options: RedisBusOptions): RoomBus {
  return new RedisBus(options);
}

class RedisBus implements RoomBus {
  readonly #options: RedisBusOptions;
  readonly #stream: string;
  readonly #id: string = randomUUID();
  readonly #batches = new SentBatches();
  readonly #seen = new Map<string, number>();
  #writer: RedisConnection | null = null;
  #reader: RedisConnection | null = null;
  #isClosed = false;
  #isWriting = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: RedisBusOptions) {
    this.#options = options;
    this.#stream = options.stream ?? "armature:rooms";
  }

  /** Resolves once what is published from now on will be received. */
  async start(deliver: (envelope: string) => void): Promise<void> {
    this.#writer = this.#connect();
    this.#reader = this.#connect();
    await this.#retry(() => this.#append({ first: 1, texts: [] }, true));
    const last = (await this.#retry(() => this.#lastId())) ?? "0-0";
    this.#work = this.#readAll(last, deliver);
    void this.#write();
  }

  publish(envelope: string): void {
    if (this.#batches.add(envelope)) void this.#write();
    else this.#options.onError?.(full());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reader?.disconnect();
    await this.#work;
    this.#writer?.disconnect();
  }

  #connect(): RedisConnection {
    const connection = this.#options.connect();
    connection.on("error", (error) => this.#options.onError?.(error));
    return connection;
  }

  /** Sends what waits, one batch at a time, so that none overtakes another. */
  async #write(): Promise<void> {
    if (this.#isWriting || this.#writer === null) return;
    this.#isWriting = true;
    while (this.#batches.hasWaiting && !this.#isClosed)
      await this.#retry(() => this.#send(this.#batches.next()));
    this.#isWriting = false;
  }

  async #send(batch: Batch): Promise<void> {
    if ((await this.#append(batch, false)) === null) await this.#append(this.#batches.everything(), true);
    this.#batches.sent(batch);
  }

  #append({ first, texts }: Batch, setsMark: boolean): Promise<unknown> {
    const { maxLength = 10_000 } = this.#options;
    const keys = [this.#stream, `${this.#stream}:${this.#id}`];
    const numbers = [setsMark ? "1" : "0", `${MARK_MS}`, `${maxLength}`];
    const args = [...keys, ...numbers, this.#id, `${first}`, JSON.stringify(texts)];
    return this.#writer?.call("EVAL", APPEND, "2", ...args) ?? Promise.resolve(null);
  }

  async #lastId(): Promise<string> {
    // The reply of XREVRANGE: entries of an id and fields.
    const entries = (await this.#writer?.call("XREVRANGE", this.#stream, "+", "-", "COUNT", "1")) as [
      string,
    ][];
    return entries[0]?.[0] ?? "0-0";
  }

  async #readAll(from: string, deliver: (envelope: string) => void): Promise<void> {
    let last = from;
    while (!this.#isClosed) {
      const entries = await this.#retry(() => this.#read(last));
      for (const [id, fields] of entries ?? []) {
        last = id;
        this.#take(fields, deliver);
      }
      // Where nothing is said for a while, what Redis forgot would never be missed.
      if (entries?.length === 0 && !this.#isWriting)
        await this.#retry(() => this.#send(this.#batches.next()));
    }
  }

  async #read(last: string): Promise<readonly Entry[]> {
    const reply = await this.#reader?.call(
      "XREAD",
      "COUNT",
      "100",
      "BLOCK",
      `${BLOCK_MS}`,
      "STREAMS",
      this.#stream,
      last,
    );
    return entriesOf(reply);
  }

  /** Delivers what was not delivered before. */
  #take(
    [, from = "", , first = "0", , texts = "[]"]: readonly string[],
    deliver: (envelope: string) => void,
  ): void {
    if (from === this.#id) return;
    let seq = Number(first);
    for (const text of JSON.parse(texts) as string[]) {
      // as #append wrote it
      if (seq > (this.#seen.get(from) ?? 0)) {
        this.#note(from, seq);
        deliver(text);
      }
      seq++;
    }
  }

  /** Senders come and go; those that were first heard of longest ago are forgotten. */
  #note(from: string, seq: number): void {
    this.#seen.set(from, seq);
    if (this.#seen.size <= MAX_SENDERS) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  /** Tries until it works; gives `undefined` where the bus closes. */
  async #retry<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!this.#isClosed) {
      try {
        return await work();
      } catch (error) {
        if (this.#isClosed) return undefined;
        this.#options.onError?.(error);
        await wait(RETRY_MS);
      }
    }
    return undefined;
  }
}

/** The entries in the reply of XREAD for one stream: a pair of its name and them, within a list in the second protocol of Redis. */
function entriesOf(reply: unknown): readonly Entry[] {
  if (!Array.isArray(reply)) return [];
  const [first, second] = reply as unknown[];
  const entries: unknown = Array.isArray(first) ? first[1] : second;
  return Array.isArray(entries) ? (entries as Entry[]) : []; // as Redis documents it
}

/** Id and fields of an entry of a stream. */
type Entry = readonly [id: string, fields: readonly string[]];

function full(): ArmatureError {
  return new ArmatureError(
    "E_ROOM_BUS_FULL",
    "Redis is away, and as many messages to rooms wait as are kept; this one reaches this process alone.",
  );
}
