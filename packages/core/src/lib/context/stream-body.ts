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
