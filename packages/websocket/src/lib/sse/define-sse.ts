import { Reply, StreamBody } from "@armature/core";
import { encodeComment, encodeRetry } from "./encode-event.ts";
import type { AnyEvents, EventMap } from "./event-map.ts";
import type { EventQueue } from "./event-queue.ts";
import { EventStream, type SseContext, type StreamKind } from "./event-stream.ts";
import { createEventWriter } from "./event-writer.ts";
import { OpenStreams } from "./open-streams.ts";
import { resolveSseOptions, type SseOptions } from "./sse-options.ts";

/** What is done for one stream; the stream ends when it is done. It runs once the head of the answer is sent. */
export type RunStream<TEvents extends EventMap> = (stream: EventStream<TEvents>) => Promise<void>;

/** Answers a request with a stream of events. */
export interface OpenSse<TEvents extends EventMap> {
  (context: SseContext, run: RunStream<TEvents>): Reply<200, StreamBody>;
  /** The events that it was made with, for the `events` of its routes; none where it takes any. */
  readonly events: TEvents;
}

/**
 * Makes a kind of stream: its events with the schemas of their data, and how it is sent; once, beside the routes that use it.
 *
 * @throws ArmatureError `E_OPTION_UNKNOWN`, `E_OPTION_INVALID`, `E_SSE_NAME_INVALID`
 * @example
 * const clock = defineSse({ events: { tick: z.object({ at: z.number() }) } });
 *
 * const app = armature().get("/clock", (context) =>
 *   clock(context, async (stream) => {
 *     for (; !stream.closed; await delay(1_000, undefined, { signal: stream.signal })) stream.send("tick", { at: Date.now() });
 *   }),
 * );
 */
export function defineSse<const TEvents extends EventMap = AnyEvents>(
  options: SseOptions<TEvents> = {},
): OpenSse<TEvents> {
  const settings = resolveSseOptions(options);
  const kind: StreamKind = {
    settings,
    writer: createEventWriter(options.events),
    open: new OpenStreams(settings.heartbeatMs),
  };
  const open = (context: SseContext, run: RunStream<TEvents>): Reply<200, StreamBody> => {
    const body = new StreamBody(new SentEvents(context, kind, run), { type: "text/event-stream" });
    // Proxies that collect answers would keep events back.
    return new Reply(200, body).header("cache-control", "no-store").header("x-accel-buffering", "no");
  };
  // Where there are no events declared, the type is that of any events, and no name of them is known.
  return Object.assign(open, { events: options.events ?? ({} as TEvents) });
}

/**
 * Answers a request with a stream of events (HTML, 9.2), of any name and data: {@link defineSse} without options.
 *
 * @example
 * app.get("/jobs/:id", (context) => sse(context, async (stream) => void stream.send("done", await jobs.result(context.params.id))));
 */
export const sse: OpenSse<AnyEvents> = defineSse();

/**
 * What the engine takes piece by piece. The first piece makes the head leave at once; with the second one the function begins, so that
 * it does not for a request of HEAD.
 */
class SentEvents<TEvents extends EventMap> implements AsyncIterable<string>, AsyncIterator<string, void> {
  readonly #context: SseContext;
  readonly #kind: StreamKind;
  readonly #run: RunStream<TEvents>;
  #queue: EventQueue | null = null;
  #hasBegun = false;

  constructor(context: SseContext, kind: StreamKind, run: RunStream<TEvents>) {
    this.#context = context;
    this.#kind = kind;
    this.#run = run;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<string, void>> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return Promise.resolve({ done: false, value: this.#preamble() });
    }
    this.#queue ??= new EventStream<TEvents>(this.#context, this.#kind).start(this.#run);
    return this.#queue.next();
  }

  return(): Promise<IteratorResult<string, void>> {
    return this.#queue?.return() ?? Promise.resolve({ done: true, value: undefined });
  }

  #preamble(): string {
    const { retryMs } = this.#kind.settings;
    return (retryMs > 0 ? encodeRetry(retryMs) : encodeComment("")).text;
  }
}
