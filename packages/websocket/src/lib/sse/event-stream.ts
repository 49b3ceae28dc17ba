import type { Context } from "@armature/core";
import type { RoomMember } from "../rooms/room-member.ts";
import type { Rooms } from "../rooms/rooms.ts";
import {
  encodeComment,
  encodeEvent,
  encodeRetry,
  encodeRoomMessage,
  type EncodedEvent,
} from "./encode-event.ts";
import type { AnyEvents, EventData, EventMap } from "./event-map.ts";
import { EventQueue } from "./event-queue.ts";
import type { EventWriter } from "./event-writer.ts";
import type { OpenStream, OpenStreams } from "./open-streams.ts";
import type { SseSettings } from "./sse-options.ts";

/** What may be said of one event. */
export interface SendEventOptions {
  /** What the client names as the last that it has seen when it comes back. Default: none. */
  readonly id?: string;
}

/** What a stream needs of its request. */
export type SseContext = Pick<Context, "request" | "stopping">;

/** What all streams of a kind share. */
export interface StreamKind {
  readonly writer: EventWriter;
  readonly settings: SseSettings;
  readonly open: OpenStreams;
}

/**
 * The server's side of one stream of events; it is open until its function is done, the client leaves, or the application stops.
 *
 * @example
 * if (!stream.send("tick", { at: Date.now() })) await stream.drained();
 */
export class EventStream<TEvents extends EventMap = AnyEvents> {
  /** The id of the last event that the client has seen; `null` where it comes for the first time. */
  readonly lastEventId: string | null;
  /** The stream as a member of rooms: their messages are its events, whatever events it declares. */
  readonly member: RoomMember;
  readonly #kind: StreamKind;
  readonly #queue: EventQueue;
  readonly #watched: OpenStream;
  readonly #over = new AbortController();
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #dropped = 0;

  constructor({ request, stopping }: SseContext, kind: StreamKind) {
    this.lastEventId = readLastId(request.headers.get("last-event-id"));
    this.#kind = kind;
    this.#queue = new EventQueue(kind.settings.highWaterBytes, () => this.#finish());
    this.#watched = { stopping, beat: () => this.#beat(), stop: () => this.#stop() };
    this.member = {
      id: crypto.randomUUID(),
      send: (message) => void (this.closed || this.#offer(message.encoded(encodeRoomMessage))),
      drained: () => this.drained(),
    };
  }

  /** Aborts when the stream is over, so that what works for it can end. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Whether nothing more can be sent. */
  get closed(): boolean {
    return this.#queue.closed;
  }

  /** Bytes of events that wait for the client. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** Events that were dropped because the client is slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Sends an event, its data as JSON; nothing where the stream is closed.
   * @returns `false` asks the caller to wait for `drained` before the next one; who does so loses none
   * @throws ArmatureError `E_SSE_EVENT_UNKNOWN`, `E_SSE_DATA_INVALID`, `E_SSE_SCHEMA_ASYNC`, `E_SSE_NAME_INVALID`, `E_SSE_ID_INVALID`;
   *   SchemaError `E_SERIALIZE_FAILED`
   */
  send<TName extends keyof TEvents & string>(
    event: TName,
    data: EventData<TEvents, TName>,
    { id }: SendEventOptions = {},
  ): boolean {
    if (this.closed) return false;
    return this.#offer(encodeEvent(event, this.#kind.writer.write(event, data), id ?? null));
  }

  /** Sends a comment, which clients do not show. */
  comment(text: string): boolean {
    return this.#offer(encodeComment(text));
  }

  /**
   * Takes an event that is written already, also where the stream is full: for senders that wait for `drained` whenever this
   * says `false`, as channels do.
   */
  push(event: EncodedEvent): boolean {
    this.#queue.push(event);
    return !this.closed && !this.#queue.isFull;
  }

  /**
   * Has the stream hear what is said in rooms, until it is over.
   *
   * @example
   * stream.join(rooms, "lobby", "news");
   */
  join(rooms: Pick<Rooms, "join" | "remove">, ...names: readonly string[]): void {
    if (this.closed) return;
    for (const name of names) rooms.join(this.member, name);
    this.signal.addEventListener("abort", () => void rooms.remove(this.member), { once: true });
  }

  /** Resolves when there is room again, or when the stream is over. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }

  /** Resolves when the stream is over. */
  ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Ends the stream behind what was sent; clients come back after a while, unless they are answered 204 then. */
  end(): void {
    this.#queue.end();
    this.#finish();
  }

  /** Opens it for its function, and gives what is sent. */
  start(run: (stream: this) => Promise<void>): EventQueue {
    this.#kind.open.add(this.#watched);
    if (!this.closed) void this.#run(run);
    return this.#queue;
  }

  async #run(run: (stream: this) => Promise<void>): Promise<void> {
    try {
      await run(this);
    } catch (error) {
      // What a function throws when its stream is over was begun before that, and is nobody's to see.
      this.#queue.fail(error);
    }
    this.end();
  }

  #offer(event: EncodedEvent): boolean {
    if (!this.#queue.isFull) return this.push(event);
    if (this.#kind.settings.whenFull === "close") this.end();
    else if (!this.closed) this.#dropped++;
    return false;
  }

  #beat(): void {
    // Who has not taken what there is needs no sign of life.
    if (this.#queue.bytes === 0) this.#queue.push(HEARTBEAT);
  }

  /** Its function may still say goodbye, at once. */
  #stop(): void {
    this.#over.abort(this.#watched.stopping.reason);
    const { retryMs } = this.#kind.settings;
    if (retryMs > 0) this.#queue.push(encodeRetry(retryMs * (1 + Math.random())));
    this.end();
  }

  #finish(): void {
    this.#kind.open.delete(this.#watched);
    this.#over.abort(new DOMException("The stream is over.", "AbortError"));
    this.#ended.resolve();
  }
}

const HEARTBEAT = encodeComment("");

/** Clients send UTF-8; header fields have one character for each byte. */
function readLastId(value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  return new TextDecoder().decode(Uint8Array.from(value, (char) => char.charCodeAt(0)));
}
