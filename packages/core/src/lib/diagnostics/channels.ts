import type { Channel } from "node:diagnostics_channel";
import { REQUEST_CHANNELS, type RequestChannelNames, type RequestMessage } from "./request-message.ts";

/** What is needed of a channel. */
export type RequestChannel = Pick<
  Channel<unknown, RequestMessage>,
  "hasSubscribers" | "publish" | "runStores"
>;

/** Stands for a channel where the runtime has none. */
const SILENT: RequestChannel = {
  hasSubscribers: false,
  publish: () => {},
  runStores: (_message, run, thisArg, ...args) => run.apply(thisArg as never, args), // nobody passes one
};

/** The channels by what they tell of. */
export const channels: Readonly<Record<keyof RequestChannelNames, RequestChannel>> = openChannels();

const { start, matched, handled, error, sent, aborted } = channels;

/** Whether anybody listens to any of the channels. */
export function isObserved(): boolean {
  return (
    start.hasSubscribers ||
    sent.hasSubscribers ||
    handled.hasSubscribers ||
    matched.hasSubscribers ||
    error.hasSubscribers ||
    aborted.hasSubscribers
  );
}

/** Asked for rather than imported: not every runtime has Node's modules. */
function openChannels(): Record<keyof RequestChannelNames, RequestChannel> {
  const diagnostics =
    typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:diagnostics_channel");
  const open = (name: string): RequestChannel => diagnostics?.channel(name) ?? SILENT;
  return {
    start: open(REQUEST_CHANNELS.start),
    matched: open(REQUEST_CHANNELS.matched),
    handled: open(REQUEST_CHANNELS.handled),
    error: open(REQUEST_CHANNELS.error),
    sent: open(REQUEST_CHANNELS.sent),
    aborted: open(REQUEST_CHANNELS.aborted),
  };
}
