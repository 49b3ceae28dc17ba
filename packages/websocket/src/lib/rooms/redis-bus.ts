import { randomUUID } from "node:crypto";
import { ArmatureError } from "@armature/http";
import { RedisLink, type RedisLinkOptions } from "./redis-link.ts";
import type { RoomBus } from "./room-bus.ts";
import { SentBatches, type Batch } from "./sent-batches.ts";

/** How a bus uses Redis. */
export interface RedisBusOptions extends RedisLinkOptions {
  /** Key of the stream. Default "armature:rooms". */
  readonly stream?: string;
  /** How many batches the stream keeps for those who read late, about. Default 10 000. */
  readonly maxLength?: number;
}

/** Senders whose last message is known. */
const MAX_SENDERS = 10_000;
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
  readonly #mark: string;
  readonly #link: RedisLink;
  readonly #id: string = randomUUID();
  readonly #batches = new SentBatches();
  readonly #seen = new Map<string, number>();
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: RedisBusOptions) {
    this.#options = options;
    this.#stream = options.stream ?? "armature:rooms";
    this.#mark = markOf(this.#stream, this.#id);
    this.#link = new RedisLink(options);
  }

  /** Resolves once what is published from now on will be received. */
  async start(deliver: (envelope: string) => void): Promise<void> {
    this.#link.open();
    await this.#link.retry(() => this.#append({ first: 1, texts: [] }, true));
    const last = (await this.#link.retry(() => this.#link.lastIdOf(this.#stream))) ?? "0-0";
    this.#work = this.#readAll(last, deliver);
    this.#write();
  }

  publish(envelope: string): void {
    if (this.#batches.add(envelope)) this.#write();
    else this.#link.report(full());
  }

  /** What was said last, as a goodbye, goes out where Redis is there. */
  async close(): Promise<void> {
    await this.#link.settle(this.#writing);
    this.#link.close();
    await this.#work;
  }

  #write(): void {
    if (!this.#isWriting && this.#link.isOpen) this.#writing = this.#writeAll();
  }

  /** Sends what waits, one batch at a time, so that none overtakes another. */
  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#batches.hasWaiting && this.#link.isOpen)
      await this.#link.retry(() => this.#send(this.#batches.next()));
    this.#isWriting = false;
  }

  async #send(batch: Batch): Promise<void> {
    if ((await this.#append(batch, false)) === null) await this.#append(this.#batches.everything(), true);
    this.#batches.sent(batch);
  }

  #append({ first, texts }: Batch, setsMark: boolean): Promise<unknown> {
    const { maxLength = 10_000 } = this.#options;
    const keys = [this.#stream, this.#mark];
    const numbers = [setsMark ? "1" : "0", `${MARK_MS}`, `${maxLength}`];
    const args = [...keys, ...numbers, this.#id, `${first}`, JSON.stringify(texts)];
    return this.#link.call("EVAL", APPEND, "2", ...args);
  }

  async #readAll(from: string, deliver: (envelope: string) => void): Promise<void> {
    let last = from;
    while (!this.#link.isClosed) {
      const entries = await this.#link.retry(() => this.#link.read(this.#stream, last));
      for (const [id, fields] of entries ?? []) {
        last = id;
        this.#take(fields, deliver);
      }
      // Where nothing is said for a while, what Redis forgot would never be missed.
      if (entries?.length === 0 && !this.#isWriting)
        await this.#link.retry(() => this.#send(this.#batches.next()));
    }
  }

  /** Delivers what was not delivered before. */
  #take(
    [, from = "", , first = "0", , texts = "[]"]: readonly string[],
    deliver: (envelope: string) => void,
  ): void {
    if (from === this.#id) return;
    let seq = Number(first);
    for (const text of readTexts(texts)) {
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
}

/** Texts as they were appended; none where somebody else wrote what is in the stream. */
function readTexts(json: string): readonly string[] {
  try {
    const texts: unknown = JSON.parse(json);
    return Array.isArray(texts) && texts.every((text) => typeof text === "string") ? texts : [];
  } catch {
    return [];
  }
}

/** The key of a sender's mark; a cluster keeps it where the stream is, by what stands in braces. */
function markOf(stream: string, sender: string): string {
  return stream.includes("{") ? `${stream}:${sender}` : `{${stream}}:${sender}`;
}

function full(): ArmatureError {
  return new ArmatureError(
    "E_ROOM_BUS_FULL",
    "Redis is away, and as many messages to rooms wait as are kept; this one reaches this process alone.",
  );
}
