import type { Exchange, Peer } from "@armature/http";
import type { Context } from "../context/context.ts";
import type { RouteInfo } from "../route/route-info.ts";

/**
 * What the diagnostics channels say of one request: the same object on every channel, so that it can be the key of a `WeakMap`.
 * Its members fill up while the request goes on.
 */
export interface RequestMessage {
  /** The method, e.g. "GET"; "" where the engine refused the request before it was known. */
  readonly method: string;
  /** The request target as received; "" as above. */
  readonly target: string;
  /** The socket's other end. */
  readonly peer: Peer;
  /** Milliseconds of `performance.now()` when the request's head had come. */
  readonly startedMs: number;
  /** The exchange; `null` where the engine refused the request. Of its request read what you need before `sent`. */
  readonly exchange: Exchange | null;
  /** The context of the pipeline; `null` before `matched`, and where the engine refused the request. */
  readonly context: Context | null;
  /** The route; `null` before `matched`, and where none has the path and method of the request. */
  readonly route: RouteInfo | null;
  /** The correlation id, as logs and the field `x-request-id` have it; "" before `matched`. */
  readonly id: string;
  /** The status of the answer; 0 until there is one. */
  readonly status: number;
  /** Bytes of the answer's body that were sent, without framing; 0 until `sent`. */
  readonly bodyBytes: number;
  /** What decided the answer, or cut it; `undefined` where nothing went wrong. Those of the framework have a `code`. */
  readonly error: unknown;
}

/** The diagnostics channels of a request, by what they tell of; each carries a {@link RequestMessage}. */
export interface RequestChannelNames {
  /** A request came. A store that is bound to this channel is current in everything that runs for the request. */
  readonly start: "armature:request:start";
  /** Its route is known. */
  readonly matched: "armature:request:matched";
  /** Its pipeline has given a result or an error; the whole answer is not sent yet. */
  readonly handled: "armature:request:handled";
  /** An error decided the answer or cut it: one that no filter took, or one of the engine itself. */
  readonly error: "armature:request:error";
  /** The whole answer was handed to the socket; the last word on a request. */
  readonly sent: "armature:request:sent";
  /** The connection is gone and the answer was not complete; the last word in place of `sent`. */
  readonly aborted: "armature:request:aborted";
}

/**
 * Names for `node:diagnostics_channel`.
 *
 * @example
 * subscribe(REQUEST_CHANNELS.sent, (message) => {
 *   const { route, status } = message as RequestMessage;
 *   console.log(route?.path, status);
 * });
 */
export const REQUEST_CHANNELS: RequestChannelNames = Object.freeze({
  start: "armature:request:start",
  matched: "armature:request:matched",
  handled: "armature:request:handled",
  error: "armature:request:error",
  sent: "armature:request:sent",
  aborted: "armature:request:aborted",
});
