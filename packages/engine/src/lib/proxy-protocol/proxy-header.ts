/** What a proxy says of the connection that it passes on. */
export interface ProxyHeader {
  /** Bytes of the header. */
  readonly length: number;
  /** The client; `null` where the proxy speaks for itself, or does not say: the connection is its own then. */
  readonly source: ProxySource | null;
  /** The client's encryption, where the proxy ended it. */
  readonly tls: ProxyTls | null;
  /** Name that the client asked for in its handshake (SNI); `null` where it is not told. */
  readonly authority: string | null;
}

/** A client in front of a proxy. */
export interface ProxySource {
  /** In its one form; "" for a client on a Unix domain socket of the proxy's machine. */
  readonly address: string;
  readonly port: number;
}

/** What a proxy says of the client's encryption. */
export interface ProxyTls {
  /** e.g. "TLSv1.3"; "" where it is not told. */
  readonly protocol: string;
  /** "" where it is not told. */
  readonly cipher: string;
  /** Whether the client showed a certificate that the proxy verified. */
  readonly authorized: boolean;
}

/** A header; `null` where bytes are missing; or why the bytes are no header. */
export type ReadHeader = ProxyHeader | null | string;
