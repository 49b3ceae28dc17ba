import type { Reply, StreamBody } from "@armature/core";
import { ArmatureError } from "@armature/http";
import { ChannelReader } from "./channel-reader.ts";
import { defineSse, type OpenSse, type RunStream } from "./define-sse.ts";
import { encodeEvent } from "./encode-event.ts";
import type { AnyEvents, EventData, EventMap } from "./event-map.ts";
import type { EventStream, SendEventOptions, SseContext } from "./event-stream.ts";
import { createEventWriter, type EventWriter } from "./event-writer.ts";
import { ReplayBuffer, type ReplayLimits } from "./replay-buffer.ts";
import { resolveSseOptions, type SseOptions, type SseSettings } from "./sse-options.ts";

/** How a channel sends, and what it keeps. */
export interface EventChannelOptions<TEvents extends EventMap = EventMap> extends SseOptions<TEvents> {
  /** Events that are kept for those who come back and for slow clients, at least 1. Default 1000. */
  readonly replayEvents?: number;
  /** Bytes that these may have; the last event is kept whatever it has. Default 1 MiB. */
  readonly replayBytes?: number;
}

/** Where a stream begins. */
export interface JoinOptions {
  /**
   * "last-event" goes on behind the event that the client has seen last, or with all that is kept where that is not kept any more;
   * "now" begins with what happens next, as for clients that come for the first time. Default "last-event".
   */
  readonly from?: "last-event" | "now";
}

/**
 * Events for everyone who listens: each is checked and written once, has an id, and is kept for those who come back. A slow client
 * reads from what is kept, so that it costs no memory of its own.
 */
export class EventChannel<TEvents extends EventMap = AnyEvents> {
  readonly #settings: SseSettings;
  readonly #writer: EventWriter;
  readonly #open: OpenSse<TEvents>;
  readonly #buffer: ReplayBuffer;
  readonly #readers = new Map<EventStream<TEvents>, ChannelReader<TEvents>>();
  /** Tells the ids of this channel from those of an earlier process. */
  readonly #epoch = crypto.randomUUID().slice(0, 8);

  constructor({ replayEvents = 1_000, replayBytes = 1024 * 1024, ...options }: EventChannelOptions<TEvents>) {
    this.#settings = resolveSseOptions(options);
    this.#writer = createEventWriter(options.events);
    this.#open = defineSse(options);
    this.#buffer = new ReplayBuffer(toReplayLimits(replayEvents, replayBytes));
  }

  /** The events that it was made with, for the `events` of its routes; none where it takes any. */
  get events(): TEvents {
    return this.#open.events;
  }

  /** Streams that listen now. */
  get size(): number {
    return this.#readers.size;
  }

  /**
   * Sends an event to everyone.
   * @param options an id of your own, e.g. of a database; by default the channel makes one
   * @returns the id of the event
   * @throws ArmatureError as `send` of a stream does
   */
  publish<TName extends keyof TEvents & string>(
    event: TName,
    data: EventData<TEvents, TName>,
    options: SendEventOptions = {},
  ): string {
    const { id = `${this.#epoch}-${this.#buffer.last + 1}` } = options;
    const happened = this.#buffer.add(id, encodeEvent(event, this.#writer.write(event, data), id));
    for (const reader of this.#readers.values()) reader.take(happened);
    return id;
  }

  /**
   * Answers a request with the events of the channel, from where the client has left off.
   *
   * @example
   * app.get("/news", (context) => news.stream(context));
   */
  stream(context: SseContext): Reply<200, StreamBody> {
    return this.open(context, async (stream) => {
      this.join(stream);
      await stream.ended();
    });
  }

  /** Answers a request with a stream that joins when its function says so, as behind a snapshot. */
  open(context: SseContext, run: RunStream<TEvents>): Reply<200, StreamBody> {
    return this.#open(context, run);
  }

  /** Whether everything that happened since the client's last event is kept; `false` for one that comes for the first time. */
  canResume({ lastEventId }: EventStream<TEvents>): boolean {
    return lastEventId !== null && this.#buffer.numberOf(lastEventId) !== null;
  }

  /** Has a stream get the events of the channel until it is over, or leaves. */
  join(stream: EventStream<TEvents>, { from = "last-event" }: JoinOptions = {}): void {
    if (stream.closed || this.#readers.has(stream)) return;
    const { whenFull } = this.#settings;
    const next = from === "now" ? this.#buffer.last + 1 : this.#nextFor(stream);
    this.#readers.set(stream, new ChannelReader(stream, this.#buffer, { next, whenFull }));
    void stream.ended().then(() => this.leave(stream));
  }

  /** Has a stream get no more events of the channel. */
  leave(stream: EventStream<TEvents>): void {
    this.#readers.get(stream)?.leave();
    this.#readers.delete(stream);
  }

  #nextFor({ lastEventId }: EventStream<TEvents>): number {
    if (lastEventId === null) return this.#buffer.last + 1;
    const seen = this.#buffer.numberOf(lastEventId);
    return seen === null ? this.#buffer.first : seen + 1;
  }
}

/**
 * Makes a channel of events that many clients listen to.
 *
 * @throws ArmatureError `E_OPTION_UNKNOWN`, `E_OPTION_INVALID`, `E_SSE_NAME_INVALID`
 * @example
 * const news = createEventChannel({ events: { article: z.object({ title: z.string() }) } });
 * const app = armature().get("/news", (context) => news.stream(context));
 *
 * news.publish("article", { title: "Hello" });
 */
export function createEventChannel<const TEvents extends EventMap = AnyEvents>(
  options: EventChannelOptions<TEvents> = {},
): EventChannel<TEvents> {
  return new EventChannel(options);
}

function toReplayLimits(maxEvents: number, maxBytes: number): ReplayLimits {
  assertCount("replayEvents", maxEvents);
  assertCount("replayBytes", maxBytes);
  return { maxEvents, maxBytes };
}

function assertCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new ArmatureError("E_OPTION_INVALID", `${name} must be a whole number, at least 1 (got ${value}).`);
}
