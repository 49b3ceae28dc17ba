export { defineSse, sse, type OpenSse, type RunStream } from "./lib/sse/define-sse.ts";
export type { EncodedEvent } from "./lib/sse/encode-event.ts";
export {
  createEventChannel,
  type EventChannel,
  type EventChannelOptions,
  type JoinOptions,
} from "./lib/sse/event-channel.ts";
export type { AnyEvents, EventData, EventMap } from "./lib/sse/event-map.ts";
export type { EventStream, SendEventOptions, SseContext } from "./lib/sse/event-stream.ts";
export type { SseOptions } from "./lib/sse/sse-options.ts";
