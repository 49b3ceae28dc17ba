import { randomUUID } from "node:crypto";
import { formatMessageId, parseMessageId } from "../protocol/message-id.ts";
import { RedisLink, type RedisLinkOptions, type StreamEntry } from "../rooms/redis-link.ts";
import { assertWhole, historyClosed, historyFull, resolveHistoryLimits } from "./history-errors.ts";
import { APPEND, READ } from "./redis-scripts.ts";
import {
  PAGE_MESSAGES,
  type HistoryLimits,
  type HistoryListener,
  type HistoryPage,
  type KeptMessage,
  type NewMessage,
  type RoomHistory,
} from "./room-history.ts";
import { newEpoch } from "./room-record.ts";

/** How a history uses Redis. */
export interface RedisHistoryOptions extends RedisLinkOptions, HistoryLimits {
  /** What the names of its keys begin with; the braces have a cluster keep them all in one place. Default "{armature:history}". */
  readonly prefix?: string;
  /** Messages of this process that may wait while Redis is away; more are refused. Default 10 000. */
  readonly maxWaiting?: number;
}

/** A message on its way. */
interface Waiting {
  readonly message: NewMessage;
  readonly id: PromiseWithResolvers<string>;
}

/** Messages that are kept in one step. */
const MAX_BATCH = 100;
/** Messages that are kept to tell of; who is further behind reads his rooms. */
const MAX_TOLD = 10_000;
/** Milliseconds, at least, that is known where a room stands, and what came of a batch. */
const STATE_MS = 86_400_000;

/**
 * A history in Redis 6.2 or newer, for all processes that reach it. A message is kept as safely as Redis keeps it: with `appendonly yes`
 * and `appendfsync always` it is on the disk before its id is given, and neither a process nor Redis loses it when it is killed.
 *
 * @throws ArmatureError `E_OPTION_INVALID`
 * @example
 * const rooms = new Rooms({ history: redisHistory({ connect: () => new Redis(url, { maxRetriesPerRequest: null }) }) });
 */
export function redisHistory(options: RedisHistoryOptions): RoomHistory {
  return new RedisHistory(options);
}

class RedisHistory implements RoomHistory {
  readonly #limits: Required<HistoryLimits>;
  readonly #most: number;
  readonly #prefix: string;
  readonly #link: RedisLink;
  readonly #id: string = randomUUID();
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  readonly #stateMs: number;
  #batch = 0;
  #isClosing = false;
  #reading: Promise<void> = Promise.resolve();

  constructor({ maxWaiting = 10_000, prefix = "{armature:history}", ...options }: RedisHistoryOptions) {
    assertWhole("maxWaiting", maxWaiting);
    this.#limits = resolveHistoryLimits(options);
    this.#stateMs = Math.max(STATE_MS, this.#limits.keepMs);
    this.#most = maxWaiting;
    this.#prefix = prefix;
    this.#link = new RedisLink(options);
  }

  /** Resolves once it is told of all that is kept from now on. */
  async start(listener: HistoryListener): Promise<void> {
    this.#link.open();
    const last = (await this.#link.retry(() => this.#link.lastIdOf(this.#key("told")))) ?? "0-0";
    this.#reading = this.#tell(last, listener);
    this.#write();
  }

  append(message: NewMessage): Promise<string> {
    if (this.#isClosing) return Promise.reject(historyClosed());
    if (this.#waiting.length >= this.#most) return Promise.reject(historyFull(this.#most));
    const id = Promise.withResolvers<string>();
    this.#waiting.push({ message, id });
    this.#write();
    return id.promise;
  }

  async read(room: string, after: string | null): Promise<HistoryPage> {
    const { epoch = "", number = "" } = (after === null ? null : parseMessageId(after)) ?? {};
    const args = [newEpoch(), `${this.#stateMs}`, epoch, `${number}`, `${PAGE_MESSAGES}`];
    const keys = [this.#key("room", room), this.#key("state", room)];
    const reply = await this.#link.retry(() => this.#link.call("EVAL", READ, "2", ...keys, ...args));
    if (!Array.isArray(reply)) throw historyClosed();
    return toPage(room, reply as ReadReply); // as the script gives it
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#link.settle(this.#writing);
    this.#link.close();
    await this.#writing;
    await this.#reading;
    for (const { id } of this.#waiting.splice(0)) id.reject(historyClosed());
  }

  #key(kind: string, name?: string): string {
    return name === undefined ? `${this.#prefix}:${kind}` : `${this.#prefix}:${kind}:${name}`;
  }

  #write(): void {
    if (this.#link.isOpen) this.#writing ??= this.#writeAll();
  }

  /** One batch at a time, so that none overtakes another; a batch whose reply is lost is sent again as it was. */
  async #writeAll(): Promise<void> {
    // What is published in one step goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#link.isClosed) {
      const batch = this.#waiting.slice(0, MAX_BATCH);
      const number = ++this.#batch;
      const ids = await this.#link.retry(() => this.#append(batch, number));
      if (!Array.isArray(ids)) break;
      this.#waiting.splice(0, batch.length);
      for (const [at, { id }] of batch.entries()) id.resolve(String(ids[at]));
    }
    this.#writing = null;
  }

  #append(batch: readonly Waiting[], number: number): Promise<unknown> {
    const { maxMessages, keepMs } = this.#limits;
    const keys = [this.#key("told"), this.#key("count"), this.#key("sender", this.#id)];
    const args = [`${number}`, `${this.#stateMs}`, newEpoch(), `${maxMessages}`, `${keepMs}`, `${MAX_TOLD}`];
    for (const { message } of batch) {
      const { room, event, json = "", key = "" } = message;
      keys.push(this.#key("room", room), this.#key("state", room), this.#key("keys", room));
      args.push(room, event, json, key);
    }
    return this.#link.call("EVAL", APPEND, `${keys.length}`, ...keys, ...args);
  }

  async #tell(from: string, listener: HistoryListener): Promise<void> {
    let last = from;
    let count: number | null = null;
    while (!this.#link.isClosed) {
      const entries = await this.#link.retry(() => this.#link.read(this.#key("told"), last));
      for (const [id, fields] of entries ?? []) {
        last = id;
        const number = Number(fields[1]);
        listener.kept(toKept(fields));
        if (count !== null && number !== count + 1) listener.gap();
        count = number;
      }
    }
  }
}

/** What the script READ gives. */
type ReadReply = [epoch: string, last: number, after: number, missed: number, entries: StreamEntry[]];

function toPage(room: string, [epoch, last, after, missed, entries]: ReadReply): HistoryPage {
  const messages = entries.map(([id, [, event = "", , json = ""]]) => {
    const at = formatMessageId({ epoch, number: Number.parseInt(id, 10) });
    return toMessage({ room, at, event }, json);
  });
  return {
    after: formatMessageId({ epoch, number: after }),
    messages,
    isLast: after + messages.length >= last,
    missed: missed === 1,
  };
}

function toKept([, , , room = "", , at = "", , event = "", , json = ""]: readonly string[]): KeptMessage {
  return toMessage({ room, at, event }, json);
}

/** No JSON is empty: it stands for a message without data. */
function toMessage(message: KeptMessage, json: string): KeptMessage {
  return json === "" ? message : { ...message, json };
}
