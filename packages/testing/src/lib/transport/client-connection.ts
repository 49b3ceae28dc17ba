/** The client's end of a connection: raw bytes both ways. */
export interface ClientConnection {
  /** Sends bytes; a string is sent as UTF-8. */
  write(data: string | Uint8Array): void;
  /** Sends nothing more; answers can still be read. */
  end(): void;
  /** Cuts the connection. */
  destroy(): void;
  /** The next bytes of the server; waits where there are none, `null` at the end. */
  read(): Promise<Uint8Array | null>;
}
