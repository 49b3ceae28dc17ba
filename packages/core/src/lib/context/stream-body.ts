/** What can be sent piece by piece: bytes, or strings sent as UTF-8. Node's streams are async iterables. */
export type StreamSource =
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>;

/** How a stream is sent. */
export interface StreamOptions {
  /** Media type. Default "application/octet-stream". */
  readonly type?: string;
  /** Bytes of the whole body, where they are known: sent as `content-length`. Default: chunked. */
  readonly length?: number;
  /**
   * Whether ranges of the stream can be asked for (RFC 9110, 14); needs `length`. A function opens a part, from its first to its last
   * byte, both counted; `true` cuts a single part out of the whole stream, which is read up to the part's end. Default false.
   */
  readonly ranges?: boolean | ((first: number, last: number) => StreamSource);
  /**
   * Fields to send behind the body, e.g. a checksum of it, where the client takes them (RFC 9110, 6.5); each function is asked when the
   * stream has ended, `undefined` leaves its field out. Without `length` only, but over HTTP/2.
   */
  readonly trailers?: Readonly<Record<string, () => string | undefined>>;
}

/** A stream as the body of a reply. */
export class StreamBody {
  readonly source: StreamSource;
  readonly options: StreamOptions;

  constructor(source: StreamSource, options: StreamOptions) {
    this.source = source;
    this.options = options;
  }
}
