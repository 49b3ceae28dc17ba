import type { RouteOptions } from "@armature/core";
import type { WebSocketOptions } from "../server/options.ts";

/** What can be said of a WebSocket route: it has neither a body nor an answer. */
export type WebSocketRouteOptions = Omit<
  RouteOptions,
  "body" | "response" | "events" | "etag" | "maxBodyBytes"
>;

/** Parts the options of an endpoint from those of its route. */
export function splitOptions(options: WebSocketRouteOptions & WebSocketOptions): {
  readonly endpoint: WebSocketOptions;
  readonly route: RouteOptions;
} {
  const { origins, protocols, compression, backPressure, limits, ...route } = options;
  return { endpoint: withoutUndefined({ origins, protocols, compression, backPressure, limits }), route };
}

function withoutUndefined(options: {
  readonly [K in keyof WebSocketOptions]: WebSocketOptions[K] | undefined;
}): WebSocketOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
