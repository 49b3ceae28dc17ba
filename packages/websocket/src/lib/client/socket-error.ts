/** Why something of a socket failed; `code` is stable, see docs/errors.md. */
export class SocketError extends Error {
  override readonly name: string = "SocketError";
  /** One of the client's own, as `E_SOCKET_TIMEOUT`, or what the server says. */
  readonly code: string;
  /** The event that it is about, where there is one. */
  readonly event: string | null;

  constructor(code: string, message: string, event: string | null = null) {
    super(message);
    this.code = code;
    this.event = event;
  }
}

/** How a connection ended. */
export interface SocketClose {
  /** Of the close frame; 1006 where there was none. */
  readonly code: number;
  readonly reason: string;
}
