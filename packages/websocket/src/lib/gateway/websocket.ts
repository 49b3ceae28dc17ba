import { RouteField, type Awaitable, type Context, type RouteContext } from "@armature/core";
import type { EventName, Messages, ReceivedData, SentReply } from "../protocol/message-map.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { WebSocketOptions } from "../server/options.ts";
import { GatewayListener } from "./gateway-listener.ts";
import { GatewayPlan, type GatewayCalls, type ReceivedMessage, type SocketClose } from "./gateway-plan.ts";
import type { Socket } from "./socket.ts";
import { splitOptions, type WebSocketRouteOptions } from "./split-options.ts";

/** The options of a gateway beside those of its route. */
export interface GatewayOptions<TMessages extends Messages = Messages>
  extends WebSocketOptions, WebSocketRouteOptions {
  /** What goes over its sockets. */
  readonly messages: TMessages;
  /** Rooms that it shares with other gateways. Default: its own. */
  readonly rooms?: Rooms<TMessages["fromServer"]>;
  /**
   * Whether everything that is sent is checked in full by its schema. Without that its kinds are still checked, and nothing is sent that is not
   * declared. Default: true, unless the environment variable NODE_ENV is "production".
   */
  readonly checkMessages?: boolean;
}

/** What a gateway does with each event: gets data that its schema has checked, and returns the reply where there is one. */
export type EventHandlers<TMessages extends Messages, TContext extends Context> = {
  readonly [TEvent in EventName<TMessages["fromClient"]>]: (
    data: ReceivedData<TMessages["fromClient"], TEvent>,
    socket: Socket<TMessages, TContext>,
    message: ReceivedMessage,
  ) => Awaitable<SentReply<TMessages["fromClient"], TEvent>>;
};

/** What a gateway does. */
export interface GatewayHandlers<TMessages extends Messages, TContext extends Context = Context> {
  /** One handler for each event of `fromClient`. An HttpError that it throws is told to the client, other errors are logged. */
  readonly on: EventHandlers<TMessages, TContext>;
  /** A socket is open; nothing of it has been read. What it throws closes the socket with 1011. */
  open?(socket: Socket<TMessages, TContext>): unknown;
  /** A socket is closed, and in no room any more. */
  close?(socket: Socket<TMessages, TContext>, close: SocketClose): unknown;
  /** Something threw, and no HttpError. Default: it is logged, as is what this throws. */
  error?(error: unknown, socket: Socket<TMessages, TContext>): unknown;
}

/**
 * Declares a WebSocket endpoint of typed messages: a GET route that middleware, guards and schemas stand in front of, and whose
 * connections then carry events that are validated, and replies.
 *
 * @throws ArmatureError `E_WEBSOCKET_LIMIT`, `E_WEBSOCKET_OPTION`; `E_GATEWAY_EVENT` where events have no handler
 * @example
 * app.route(
 *   websocket("/chat", { messages, rooms }, {
 *     open: (socket) => void socket.join("lobby"),
 *     on: { say: ({ text }, socket) => rooms.to("lobby").emit("said", { by: socket.id, text }) },
 *   }),
 * );
 */
export function websocket<const TPath extends string, const TOptions extends GatewayOptions>(
  path: TPath,
  options: TOptions,
  handlers: GatewayHandlers<TOptions["messages"], RouteContext<TPath, TOptions>>,
): RouteField<"GET", TPath, WebSocketRouteOptions, void> {
  const { messages, rooms, checkMessages, ...others }: GatewayOptions = options;
  const { endpoint, route } = splitOptions(others);
  const plan = new GatewayPlan(endpoint, { messages, rooms, checkMessages });
  plan.checkHandled(Object.keys(handlers.on), `The gateway at ${path}`);
  // The plan validates with the very schemas that these handlers have their types from.
  const calls = callsOf(handlers as unknown as GatewayHandlers<Messages>);
  return new RouteField("GET", path, route, (context) => openSocket(context, plan, calls));
}

/** Answers a request with a socket of a gateway. */
export function openSocket(context: Context, plan: GatewayPlan, calls: GatewayCalls): void {
  plan.endpoint.accept(context, new GatewayListener({ context, plan, calls }));
}

function callsOf(handlers: GatewayHandlers<Messages>): GatewayCalls {
  return {
    open: (socket) => handlers.open?.(socket),
    event: (message, data, socket) => handlers.on[message.event]?.(data, socket, message),
    close: (socket, close) => handlers.close?.(socket, close),
    error: (error, socket) => {
      const taken = handlers.error?.(error, socket);
      return taken instanceof Promise ? taken : handlers.error !== undefined;
    },
  };
}
