import { RouteField, type Context, type RouteContext } from "@armature/core";
import { CloseCode } from "../frames/close-code.ts";
import { Opcode } from "../frames/opcode.ts";
import type { WebSocketConnection } from "../server/connection.ts";
import { WebSocketEndpoint, type SocketListener } from "../server/endpoint.ts";
import type { WebSocketOptions } from "../server/options.ts";
import { Outgoing } from "../server/outgoing.ts";
import { logFailure } from "./log-failure.ts";
import { InWork, type InWorkOwner } from "./in-work.ts";
import { MessageIterator } from "./message-iterator.ts";
import { splitOptions, type WebSocketRouteOptions } from "./split-options.ts";

/** The options of an endpoint beside those of its route. */
export interface RawWebSocketOptions extends WebSocketOptions, WebSocketRouteOptions {}

/** What an endpoint does with its sockets. What these throw is logged, and closes the socket with 1011. */
export interface RawWebSocketHandlers<TContext extends Context = Context> {
  /** A socket is open; nothing of it has been read. */
  open?(socket: RawSocket<TContext>): unknown;
  /** A message came; one that is a promise holds up the client where too many are in work. */
  message?(socket: RawSocket<TContext>, message: string | Buffer): unknown;
  /** A socket is closed. @param code 1006 where there was no close frame */
  close?(socket: RawSocket<TContext>, code: number, reason: string): unknown;
}

/** A WebSocket whose messages are texts and bytes, as they come. */
export class RawSocket<TContext extends Context = Context> implements AsyncIterable<string | Buffer> {
  /** The request that opened it. */
  readonly context: TContext;
  /** The chosen subprotocol; "" where there is none. */
  readonly protocol: string;
  readonly #connection: WebSocketConnection;
  readonly #messages: AsyncIterable<string | Buffer>;

  constructor(
    context: TContext,
    protocol: string,
    connection: WebSocketConnection,
    messages: AsyncIterable<string | Buffer>,
  ) {
    this.context = context;
    this.protocol = protocol;
    this.#connection = connection;
    this.#messages = messages;
  }

  /** Whether it is open: neither side has said goodbye. */
  get isOpen(): boolean {
    return this.#connection.state === "open";
  }

  /** Bytes that wait for the client, behind those that the engine holds. */
  get queuedBytes(): number {
    return this.#connection.queuedBytes;
  }

  /** Sends a message; `false` asks to wait for {@link drained}, and is what a socket that is closed gives. */
  send(message: string | Uint8Array): boolean {
    return this.#connection.send(
      new Outgoing(typeof message === "string" ? Opcode.text : Opcode.binary, message),
    );
  }

  /** Resolves when there is room again, or the socket closes. */
  drained(): Promise<void> {
    return this.#connection.drained();
  }

  /** Says goodbye (RFC 6455, 7.1.2). @param code 1000, or 3000 to 4999 */
  close(code: number = CloseCode.normal, reason = ""): void {
    this.#connection.closeWith(code, reason);
  }

  /** Cuts the connection. */
  terminate(): void {
    this.#connection.terminate();
  }

  /** The messages, in place of the `message` handler; ends when the socket closes. The client is not read while nobody asks. */
  [Symbol.asyncIterator](): AsyncIterator<string | Buffer> {
    return this.#messages[Symbol.asyncIterator]();
  }
}

/**
 * Declares a WebSocket endpoint of texts and bytes: a GET route that middleware, guards and schemas stand in front of, and whose
 * connections are then handed over.
 *
 * @throws ArmatureError `E_WEBSOCKET_LIMIT`, `E_WEBSOCKET_OPTION`
 * @example
 * app.route(rawWebsocket("/echo", {}, { message: (socket, message) => socket.send(message) }));
 */
export function rawWebsocket<const TPath extends string, const TOptions extends RawWebSocketOptions>(
  path: TPath,
  options: TOptions,
  handlers: RawWebSocketHandlers<RouteContext<TPath, TOptions>>,
): RouteField<"GET", TPath, WebSocketRouteOptions, void> {
  const { endpoint: given, route } = splitOptions(options);
  const endpoint = new WebSocketEndpoint(given);
  const accept = (context: Context): void => {
    // The pipeline calls a handler of this path and these options with such a context.
    endpoint.accept(context, new RawListener(context as RouteContext<TPath, TOptions>, handlers, endpoint));
  };
  return new RouteField("GET", path, route, accept);
}

/** Takes what one socket reports to the handlers of its endpoint. */
class RawListener<TContext extends Context>
  implements SocketListener, InWorkOwner, AsyncIterable<string | Buffer>
{
  readonly #context: TContext;
  readonly #handlers: RawWebSocketHandlers<TContext>;
  readonly #maxInWork: number;
  #inWork: InWork | null = null;
  #connection: WebSocketConnection | null = null;
  #socket: RawSocket<TContext> | null = null;
  #iterator: MessageIterator | null = null;

  constructor(context: TContext, handlers: RawWebSocketHandlers<TContext>, endpoint: WebSocketEndpoint) {
    this.#context = context;
    this.#handlers = handlers;
    this.#maxInWork = endpoint.options.limits.maxPendingMessages;
  }

  opened(connection: WebSocketConnection, protocol: string): void {
    this.#connection = connection;
    const socket = new RawSocket(this.#context, protocol, connection, this);
    this.#socket = socket;
    this.#inWork = new InWork(this.#maxInWork, this);
    this.#inWork.run(() => this.#handlers.open?.(socket));
  }

  setBusy(isBusy: boolean): void {
    this.#connection?.setBusy(isBusy);
  }

  [Symbol.asyncIterator](): MessageIterator {
    return (this.#iterator ??= new MessageIterator(this));
  }

  text(text: string): void {
    this.#receive(text);
  }

  binary(bytes: Buffer): void {
    this.#receive(bytes);
  }

  failed(error: unknown): void {
    logFailure(this.#context, error);
    this.#connection?.closeWith(CloseCode.internalError, "Something went wrong.");
  }

  closed(code: number, reason: string): void {
    const socket = this.#socket;
    this.#iterator?.end();
    if (socket !== null) this.#inWork?.run(() => this.#handlers.close?.(socket, code, reason));
  }

  #receive(message: string | Buffer): void {
    const socket = this.#socket;
    if (socket === null) return;
    if (this.#iterator !== null) this.#iterator.push(message);
    else this.#inWork?.run(() => this.#handlers.message?.(socket, message));
  }
}
