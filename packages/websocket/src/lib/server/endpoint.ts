import type { Context } from "@armature/core";
import { HeaderBlock, type ResponseHead } from "@armature/http";
import { WebSocketConnection, type ConnectionListener } from "./connection.ts";
import { checkHandshake, type Handshake } from "./handshake.ts";
import { resolveWebSocketOptions, type ResolvedWebSocketOptions, type WebSocketOptions } from "./options.ts";
import { SocketTable } from "./socket-table.ts";

/** A listener that is told its connection before anything else. */
export interface SocketListener extends ConnectionListener {
  /** The handshake is done. @param protocol the chosen subprotocol; "" where there is none */
  opened(connection: WebSocketConnection, protocol: string): void;
}

/** One WebSocket endpoint: takes requests over, and knows the sockets that are open on it. */
export class WebSocketEndpoint {
  readonly options: ResolvedWebSocketOptions;
  readonly #sockets: SocketTable;

  /** @throws ArmatureError `E_WEBSOCKET_LIMIT`, `E_WEBSOCKET_OPTION` */
  constructor(options: WebSocketOptions) {
    this.options = resolveWebSocketOptions(options);
    this.#sockets = new SocketTable(this.options.limits);
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /**
   * Answers a request with 101 and hands its connection to a listener.
   * @throws HttpError what {@link checkHandshake} throws; 429 `E_WEBSOCKET_RATE` and `E_WEBSOCKET_ADDRESS_FULL`, 503 `E_WEBSOCKET_FULL`;
   *   501 `E_UPGRADE_UNSUPPORTED` where the transport cannot
   */
  accept(context: Context, listener: SocketListener): void {
    const address = context.request.ip;
    this.#sockets.checkRate();
    const handshake = checkHandshake(context, this.options);
    this.#sockets.checkRoom(address);
    const { deflate, protocol } = handshake;
    const accepted = new AcceptedSocket(this.#sockets, address, listener);
    const connection = new WebSocketConnection(this.options, deflate?.parameters ?? null, accepted);
    accepted.connection = connection;
    const raw = context.upgrade(headOf(handshake), connection);
    this.#sockets.add(connection, address);
    connection.attach(raw);
    // A client may be gone by now; nobody hears of a socket that never opened.
    if (isClosed(connection)) return;
    accepted.isOpened = true;
    listener.opened(connection, protocol);
  }
}

/** Stands between a connection and its listener, and gives its place back when it closes. Thousands of them live at a time: no closures. */
class AcceptedSocket implements ConnectionListener {
  connection: WebSocketConnection | null = null;
  isOpened = false;
  readonly #sockets: SocketTable;
  readonly #address: string;
  readonly #listener: SocketListener;

  constructor(sockets: SocketTable, address: string, listener: SocketListener) {
    this.#sockets = sockets;
    this.#address = address;
    this.#listener = listener;
  }

  text(text: string): void {
    this.#listener.text(text);
  }

  binary(bytes: Buffer): void {
    this.#listener.binary(bytes);
  }

  failed(error: unknown): void {
    this.#listener.failed(error);
  }

  closed(code: number, reason: string): void {
    if (this.connection !== null) this.#sockets.remove(this.connection, this.#address);
    if (this.isOpened) this.#listener.closed(code, reason);
  }
}

/** In a function, because the compiler does not know that calls change the state. */
function isClosed({ state }: WebSocketConnection): boolean {
  return state === "closed";
}

function headOf({ accept, protocol, deflate }: Handshake): ResponseHead {
  const fields = ["sec-websocket-accept", accept];
  if (protocol !== "") fields.push("sec-websocket-protocol", protocol);
  if (deflate !== null) fields.push("sec-websocket-extensions", deflate.field);
  return { status: 101, block: SWITCH, fields };
}

const SWITCH = new HeaderBlock(["upgrade", "websocket", "connection", "Upgrade"]);
