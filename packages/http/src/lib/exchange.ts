import type { KnownPayloads } from "./known-payloads.ts";
import type { FieldList, HeaderBlock } from "./header-block.ts";
import type { HeaderList } from "./header-list.ts";
import type { HttpError } from "./http-error.ts";
import type { PeerTls } from "./tls.ts";

/** The protocol version of a request. */
export type HttpVersion = "1.0" | "1.1" | "2.0";

/** Status and header fields of an answer; a constant one can be shared by all requests of a route. */
export interface ResponseHead {
  /** Status code, 200 to 599 (101 only through {@link Exchange.upgrade}). */
  readonly status: number;
  /** Fields that were checked and encoded before. */
  readonly block: HeaderBlock;
  /** Fields of this answer alone, checked when they are written; `null` where there are none. */
  readonly fields: FieldList | null;
}

/** Who is at the other end of the connection. */
export interface Peer {
  /** Address of the client's socket, e.g. "127.0.0.1"; "" where the transport has none. */
  readonly address: string;
  /** Port of the client's socket; 0 where the transport has none. */
  readonly port: number;
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
  /** What is known of the encryption, where the listener does it, or a proxy that speaks the PROXY protocol. */
  readonly tls?: PeerTls;
  /** Whether the client came over a Unix domain socket, and so is on this machine; left out where it did not. */
  readonly unix?: boolean;
}

/**
 * One request and its answer: what an engine hands to the application, once for each request.
 *
 * An engine may keep the request in a buffer that it uses again: `bytes` and what `body.peek()` returns are valid only until
 * the handler returns. Everything else can be read until the answer is complete. Exactly one of `respond`, `stream`, `upgrade` and
 * `abort` is called, during the handler or later; a second call throws `E_EXCHANGE_ANSWERED`.
 */
export interface Exchange {
  /** The method as received; methods are case-sensitive (RFC 9110, 9.1). */
  readonly method: string;
  readonly version: HttpVersion;
  /** The buffer that holds the request target while the handler runs; `null` where there are only strings. */
  readonly bytes: Uint8Array | null;
  /** Where the target starts in `bytes`. */
  readonly targetStart: number;
  /** Where the target ends in `bytes`. */
  readonly targetEnd: number;
  /** The request target as received, one character per byte. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: RequestBody;
  readonly peer: Peer;
  /** Aborts when the client leaves before its answer is complete, or when the handler's deadline passes; made when first read. */
  readonly signal: AbortSignal;
  /** Whether an answer was started, or the client is gone: nothing more can be answered then. */
  readonly answered: boolean;

  /**
   * Sends a whole answer. A string is sent as UTF-8. The engine adds `content-length` and `date`, and leaves out the body where
   * the method or status has none.
   */
  respond(head: ResponseHead, body: string | Uint8Array | null): void;

  /**
   * Sends an interim answer in front of the final one, e.g. 103 with `link` fields (RFC 8297). It asks nothing of the client, so it
   * is left out for HTTP/1.0 and where the transport has none.
   * @param status 102 to 199; 100 and 101 are the engine's own
   * @throws HttpError 500 `E_STATUS_INVALID`, and what {@link assertField} throws
   */
  inform(status: number, fields: FieldList): void;

  /**
   * Starts an answer whose body comes piece by piece.
   * @param length bytes of the body, or `null` where they are not known (chunked, or closed at the end for HTTP/1.0 clients)
   */
  stream(head: ResponseHead, length: number | null): BodyWriter;

  /**
   * Answers 101 and hands the connection over; `head.status` is 101. Not possible over HTTP/2.
   * @throws HttpError `E_UPGRADE_UNSUPPORTED` where the transport cannot
   */
  upgrade(head: ResponseHead, sink: ConnectionSink): RawConnection;

  /** Cuts the connection without an answer. */
  abort(): void;

  /** Has someone told what becomes of the answer; called at most once, before there is one. */
  watch(watcher: AnswerWatcher): void;
}

/** Told what becomes of one answer. It must not throw; `sent` or `cut` is the last call, and one of them always comes. */
export interface AnswerWatcher {
  /** The engine answers in the application's place, as after the handler's deadline; `sent` follows. */
  refused(error: HttpError): void;
  /**
   * The whole answer was handed to the transport.
   * @param bodyBytes bytes of its body, without framing
   */
  sent(status: number, bodyBytes: number): void;
  /** The connection is gone and the answer was not complete. */
  cut(reason: unknown): void;
}

/** The body of a request. Unread bodies are drained or cut by the engine. */
export interface RequestBody {
  /** Bytes that the client announced; 0 where there is no body, `null` where it is chunked. */
  readonly length: number | null;

  /**
   * The fields behind the body (RFC 9110, 6.5), none of them among the headers: `null` until the body has arrived whole. Fields that
   * may only come in front of a body are left out.
   */
  readonly trailers: HeaderList | null;

  /** The whole body if it has arrived already; a view that is valid only until the handler returns. */
  peek(): Uint8Array | null;

  /**
   * The whole body as bytes of its own; at once where they have arrived, else a promise.
   * @param maxBytes limit in bytes; default: the engine's `maxBodyBytes`
   * @throws HttpError 413 `E_BODY_TOO_LARGE`; 400 `E_BODY_INCOMPLETE` where the client leaves half-way; 500 `E_BODY_USED` on a second reading
   */
  bytes(maxBytes?: number): Uint8Array | Promise<Uint8Array>;

  /** The body piece by piece with back-pressure to the client; same limit and errors as `bytes`. */
  chunks(maxBytes?: number): AsyncIterable<Uint8Array>;
}

/** A piece of a file that is open for reading. */
export interface FilePiece {
  /** The number of its descriptor. */
  readonly fd: number;
  /** Where the piece begins, in bytes. */
  readonly start: number;
  /** Its bytes. */
  readonly length: number;
}

/** Writes the body of a streamed answer. */
export interface BodyWriter {
  /** Whether nothing more can be written: ended, aborted, or the client is gone. */
  readonly closed: boolean;
  /** Writes a piece; `false` asks the caller to wait for `drained` before the next one. Pieces after `closed` are dropped. */
  write(chunk: string | Uint8Array): boolean;
  /** Resolves when there is room again, or when the writer is closed. */
  drained(): Promise<void>;
  /**
   * Has the system send a piece of an open file, which the process does not read then; left out where that is not possible. It waits
   * for its turn and for the client, and the descriptor stays open until it resolves. Nothing else is written meanwhile.
   * @returns bytes that have left, from the start of the piece. Fewer than it has where the writer is closed; and where the rest is
   *   for the caller to read and `write`: it is not in memory and would keep the process waiting, the file ends before it, or it cannot be sent so
   */
  writeFile?(piece: FilePiece): Promise<number>;
  /**
   * Completes the body.
   * @param trailers fields to send behind it; dropped where the client does not take them (see {@link acceptsTrailers}), and where
   *   the body has a known length in HTTP/1.1
   * @throws HttpError 500 `E_TRAILER_FORBIDDEN`, and what {@link assertField} throws; the body is not complete then
   */
  end(trailers?: FieldList): void;
  /** Cuts the connection, so that the client sees that the body is not complete. */
  abort(): void;
}

/** What an upgraded connection reports. */
export interface ConnectionSink {
  /** Bytes arrived; the view is valid only until `data` returns. */
  data(chunk: Uint8Array): void;
  /** There is room again after `write` returned `false`. */
  drain(): void;
  /** The client will send nothing more. */
  end(): void;
  /** The connection is gone; the last call. */
  close(error: Error | null): void;
  /**
   * The listener closes: says goodbye as the protocol does it (a WebSocket with 1001), and ends. What is open at the listener's
   * deadline is cut. Called at most once; at once where the connection was taken over while the listener closes.
   */
  shutdown?(): void;
}

/** An upgraded connection: bytes both ways. */
export interface RawConnection {
  /** Sends bytes; `false` asks the caller to wait for `drain`. */
  write(chunk: Uint8Array): boolean;
  /** Sends text of one character per byte, as `write` sends bytes; there where an engine sends such text as it is, without a copy. */
  writeLatin1?(text: string): boolean;
  /**
   * Sends text of one character per byte, and bytes behind it that the caller may change afterwards, though they are not copied where the system takes
   * them at once. `undefined`, and nothing is sent, where they would have to be copied for that.
   */
  writeThrough?(front: string, bytes: Uint8Array): boolean | undefined;
  /** The payloads of WebSocket frames that are unmasked before they are handed over; `undefined` where none ever are. */
  readonly payloads?: KnownPayloads | undefined;
  /** Stops `data` until `resume`. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}
