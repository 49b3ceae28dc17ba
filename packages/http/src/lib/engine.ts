import type { Exchange, Peer, ResponseHead } from "./exchange.ts";
import type { FieldList } from "./header-block.ts";
import type { TlsOptions } from "./tls.ts";

/**
 * Called by an engine once for each request, as soon as its head is complete; answers through the exchange, at once or later.
 * It must not throw; an engine answers 500 and goes on if it does.
 */
export type ExchangeHandler = (exchange: Exchange) => void;

/**
 * How much a request matters when there is no time for all: "high" ones are never shed for lack of time and go first where
 * requests wait, "low" ones are shed at half of what the others are.
 */
export type RequestPriority = "high" | "normal" | "low";

/** Turns bytes on sockets into exchanges. */
export interface Engine {
  /** Short name for logs and stats, e.g. "ts". */
  readonly name: string;
  /**
   * Starts to accept connections.
   * @throws ArmatureError `E_PORT_INVALID`, `E_PORT_IN_USE`, `E_PORT_FORBIDDEN`, `E_HOST_INVALID`, `E_LIMIT_INVALID`,
   *   `E_OPTION_UNKNOWN`, `E_OPTION_INVALID`, `E_OPTION_CONFLICT`; `E_SOCKET_IN_USE`, `E_SOCKET_FORBIDDEN`, `E_SOCKET_PATH_INVALID`,
   *   `E_SOCKET_MODE_INVALID` for a `path`; `E_ADDRESS_INVALID` for `proxyProtocol`; `E_FD_INVALID`, `E_HANDLE_INVALID`; `E_TLS_INVALID`, `E_TLS_FILE`, `E_TLS_CERTIFICATE`
   */
  listen(options: ListenOptions, handler: ExchangeHandler): Promise<Listener>;
}

/** Where and how an engine listens: on a TCP port, or in its place on a `path`, an `fd` or a `handle`. */
export interface ListenOptions {
  /** TCP port, 0 to 65535; 0 lets the system choose one. Default 3000. */
  readonly port?: number;
  /** Address to bind, e.g. "127.0.0.1" or "::". Default "127.0.0.1". */
  readonly host?: string;
  /** Whether "::" takes IPv6 alone, and not IPv4 as well. Default false. */
  readonly ipv6Only?: boolean;
  /** Whether a worker of `node:cluster` binds by itself, and does not share the socket of the primary. Default false. */
  readonly exclusive?: boolean;
  /** Whether several processes may bind the port, and the kernel spreads connections over them (SO_REUSEPORT). Default false. */
  readonly reusePort?: boolean;
  /**
   * Unix domain socket, e.g. "/run/app.sock"; a name behind a NUL character is an abstract one of Linux. A socket file that nobody
   * answers is replaced; the file is removed on close.
   */
  readonly path?: string;
  /** Permissions of the socket file at `path`, e.g. 0o660. Default: what the process's umask leaves. */
  readonly mode?: number;
  /** Descriptor of a listening socket that the process inherited, e.g. 3 for the first one of systemd. */
  readonly fd?: number;
  /** A listening `net.Server` that the parent process sent; TCP only. */
  readonly handle?: object;
  /** Connections that the system keeps while they wait to be accepted, 1 to 65535; it may have a limit of its own. Default 1024. */
  readonly backlog?: number;
  /**
   * Which proxies begin their connections with a header of the PROXY protocol, version 1 or 2, that tells of the client; `exchange.peer`
   * is that client then. All connections must begin so, and come from these proxies. Default: none does.
   */
  readonly proxyProtocol?: ProxyProtocolOptions;
  /** Limits that differ from {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Asked only while requests wait or are shed; must be quick. Default: all are "normal". */
  readonly priorityOf?: (exchange: Exchange) => RequestPriority;
  /** How connections are encrypted. Default: they are not. */
  readonly tls?: TlsOptions;
  /** Whether clients of a TLS listener may choose HTTP/2 (by ALPN). Default true. */
  readonly http2?: boolean;
  /**
   * Whether a listener without TLS also takes HTTP/2 from clients that know beforehand that it does (h2c, RFC 9113, 3.3), e.g. a
   * proxy. Default false.
   */
  readonly h2c?: boolean;
  /** A second port without TLS that sends everybody to this one. */
  readonly redirectHttp?: RedirectHttpOptions;
  /** Told about errors that no request can answer, e.g. a handler that threw. Default: written to stderr. */
  readonly onError?: (error: unknown) => void;
  /** Told of each request that is refused before a handler saw it; gives fields for the answer, or `null`. What it throws is told to `onError`. */
  readonly onRefusal?: (refusal: Refusal) => FieldList | null;
  /** What an engine may answer by itself; it need not. Default: nothing. */
  readonly constants?: ConstantAnswers;
}

/** Answers that are the same for every request, so that an engine may give them without an exchange. */
export interface ConstantAnswers {
  readonly answers: readonly ConstantAnswer[];
  /**
   * Whether nobody wants to see their requests now. Asked for each batch of requests that the handler gets, and several times a second; while it says
   * no the handler gets all of them. It must not throw.
   */
  readonly mayAnswer: () => boolean;
}

/**
 * The answer that the handler gives to every request of HTTP/1.1 with this method and target that has no body and is not conditional, nor
 * asks for a range. Other requests are the handler's.
 */
export interface ConstantAnswer {
  readonly method: "GET" | "HEAD";
  /** The target to the byte, without a query. */
  readonly target: string;
  /** All of its fields are in the block. */
  readonly head: ResponseHead;
  readonly body: string | Uint8Array | null;
}

/** Where a listener without TLS sends its clients to the one with it: 308 to the https URL of the same host and target. */
export interface RedirectHttpOptions {
  /** TCP port, 0 to 65535; 0 lets the system choose one. Default 80. */
  readonly port?: number;
  /** Address to bind. Default: that of the listener. */
  readonly host?: string;
  /** Port of the https URLs, where clients see another one than the listener's. Default: the listener's. */
  readonly toPort?: number;
}

/** A request that an engine refused by itself: malformed, over a limit, too slow, or one too many. */
export interface Refusal {
  /** Status of the answer. */
  readonly status: number;
  /** Stable code, see docs/errors.md. */
  readonly code: string;
  /** What the answer says. */
  readonly detail: string;
  /** Bytes of the answer's body. */
  readonly bodyBytes: number;
  /** The method; "" where it is not known. */
  readonly method: string;
  /** The request target; "" where it is not known. */
  readonly target: string;
  readonly peer: Peer;
}

/** Who speaks the PROXY protocol to a listener. */
export interface ProxyProtocolOptions {
  /**
   * Addresses, ranges such as "10.0.0.0/8", and the names "loopback", "private" and "link-local" of the proxies; a Unix domain socket
   * counts as loopback. Connections of others are closed.
   */
  readonly from: string | readonly string[];
}

/** A listening engine. */
export interface Listener {
  readonly address: ListenAddress;
  /** Where clients without TLS are redirected from, if {@link ListenOptions.redirectHttp} says so. */
  readonly redirectAddress?: ListenAddress | undefined;
  /** A snapshot of counters since the start. */
  stats(): ListenerStats;
  /**
   * Takes other certificates, or reads the files of the present ones again; handshakes that begin afterwards use them, and open
   * connections go on. Where something is wrong with them nothing changes. Whether clients are asked for certificates stays as it was.
   * @throws ArmatureError `E_TLS_OFF` without TLS; `E_TLS_INVALID`, `E_TLS_FILE`, `E_TLS_CERTIFICATE`
   */
  reloadTls(options?: TlsOptions): Promise<void>;
  /**
   * Stops accepting and lets what is in work finish: connections that wait in the system are still accepted, requests that arrive on
   * open connections within `lingerMs` are still answered, with `Connection: close`, and upgraded connections are told through
   * `ConnectionSink.shutdown`. What is left after `graceMs` is cut. Calls after the first return the first one's promise.
   */
  close(options?: CloseOptions): Promise<CloseReport>;
}

/** Where a listener can be reached. */
export interface ListenAddress {
  /** "" for a Unix domain socket. */
  readonly host: string;
  /** 0 for a Unix domain socket. */
  readonly port: number;
  /** e.g. "http://127.0.0.1:3000", "unix:/run/app.sock", "unix:@name" for an abstract name */
  readonly url: string;
  /** Path of a Unix domain socket; an abstract name stands behind a NUL character. */
  readonly path?: string;
}

/** How long a close may take. */
export interface CloseOptions {
  /** Milliseconds before what is left is cut. Default 30 000. */
  readonly graceMs?: number;
  /**
   * Milliseconds that connections without a request in work stay open, so that a request that is on its way is answered and not lost.
   * Default 500.
   */
  readonly lingerMs?: number;
}

/** What a close had to cut. */
export interface CloseReport {
  /** What was cut and lost by it: `requests`, `streams` and `upgraded` together. */
  readonly cut: number;
  /** Requests whose answer had not begun. */
  readonly requests: number;
  /** Answers that had begun and were not complete, or had not left. */
  readonly streams: number;
  /** Upgraded connections. */
  readonly upgraded: number;
  /** Connections on which nothing was lost, e.g. of clients that did not end their side. */
  readonly idle: number;
  /** Milliseconds that it took. */
  readonly durationMs: number;
}

/**
 * What a connection does: `idle` between requests, `reading` a head, `receiving` a body, `handling` requests, `writing` the rest of
 * their answers, `upgraded` to another protocol, `draining` what comes behind its last answer, `closed`.
 */
export type ConnectionPhase =
  | "idle"
  | "reading"
  | "receiving"
  | "handling"
  | "writing"
  | "upgraded"
  | "draining"
  | "closed";

/** Counters of a listener. */
export interface ListenerStats {
  /** Connections open now. */
  readonly connections: number;
  /** The same, by what they do. */
  readonly phases: Readonly<Record<ConnectionPhase, number>>;
  /** Connections accepted since the start. */
  readonly accepted: number;
  /** Requests whose answer is not complete. */
  readonly inFlight: number;
  /** Requests handed to the handler since the start. */
  readonly requests: number;
  /**
   * Requests that the engine itself refused (malformed, over a limit, too slow), connections that found no place, and those without
   * the header of the PROXY protocol that they need.
   */
  readonly refused: number;
  /** Requests that wait for their handler, because `maxConcurrentRequests` are with theirs, or the event loop has too much to do. */
  readonly queued: number;
  /** Requests that were answered 503 `E_OVERLOADED`, or given up, without their handler, since the start. */
  readonly shed: ShedCounters;
  /** How late the event loop is while requests queue up behind each other, smoothed, in milliseconds. */
  readonly loopDelayMs: number;
  /** The same, by the code of their answer, e.g. `E_HEADERS_TIMEOUT`; a code that never occurred is left out. */
  readonly refusedBy: Readonly<Record<string, number>>;
  /** Idle connections that were closed since the start to make room for new ones. */
  readonly culled: number;
  /** Bytes received since the start. */
  readonly bytesIn: number;
  /** Bytes sent since the start. */
  readonly bytesOut: number;
  /** Bytes of answers that wait for their clients now. */
  readonly unsentBytes: number;
  /**
   * How full the listener is: the part of `maxConnections` that is taken, or of the event loop's time where that is more, which is 1
   * from where requests are shed. The fuller it is, the shorter idle connections are kept.
   */
  readonly load: number;
  /** TLS handshakes that failed: wrong protocol, no trusted certificate, too slow, or given up by the client. */
  readonly handshakesFailed: number;
  readonly http2: Http2Counters;
}

/** Requests that no handler was called for, by reason. */
export interface ShedCounters {
  /** They waited for their handler for longer than `maxQueueAgeMs`. */
  readonly age: number;
  /** The event loop was later than `maxLoopDelayMs`. */
  readonly delay: number;
  /** There were `maxQueuedRequests` waiting already. */
  readonly full: number;
  /** Their clients left while they waited. */
  readonly left: number;
}

/** What came over HTTP/2 since the start. */
export interface Http2Counters {
  /** Connections that spoke it. */
  readonly sessions: number;
  readonly streams: number;
  /** Streams that their clients gave up, or that broke the protocol. */
  readonly resets: number;
}

/** What a client may ask of an engine; each has a default and a test that reaches it. */
export interface Limits {
  /** Bytes of the request line; over it 414. */
  readonly maxRequestLineBytes: number;
  /** Bytes of all header fields together; over it 431. */
  readonly maxHeaderBytes: number;
  /** Number of header field lines; over it 431. Trailer fields may be as many; over it 400. */
  readonly maxHeaderFields: number;
  /** Bytes of a request body unless a route says otherwise; over it 413. */
  readonly maxBodyBytes: number;
  /** Bytes of all chunk extensions of a body; over it 400. */
  readonly maxChunkExtensionBytes: number;
  /** Bytes of the trailer fields of a body; over it 400. */
  readonly maxTrailerBytes: number;
  /** Connections open at a time; near it idle ones are closed for new ones, and where none is idle a new one is told 503. */
  readonly maxConnections: number;
  /** Requests on one connection; the answer to the last one closes it. */
  readonly maxRequestsPerConnection: number;
  /** Pipelined requests in work for each connection; at this many the engine stops reading. */
  readonly maxPipelined: number;
  /** Unsent answer bytes for each connection; over it `BodyWriter.write` returns `false`. */
  readonly highWaterBytes: number;
  /** Milliseconds to complete the head of a request; then 408. */
  readonly headersTimeoutMs: number;
  /** Milliseconds to complete a request with its body; then 408. */
  readonly requestTimeoutMs: number;
  /**
   * Bytes each second at which a client has to send a body, else 408, and to take its answers, else the connection is cut. 0 means any
   * rate. What waits for the handler is not the client's fault.
   */
  readonly minBytesPerSecond: number;
  /** Milliseconds before that rate is asked for. */
  readonly rateGraceMs: number;
  /** Milliseconds from the handler's call to the start of its answer; then 503 and the signal aborts. 0 means never. */
  readonly handlerTimeoutMs: number;
  /** Milliseconds a connection may be idle between requests where there is no load; then it is closed. */
  readonly keepAliveTimeoutMs: number;
  /** The same under full load; in between the time falls by a constant factor for each step of load. */
  readonly minKeepAliveTimeoutMs: number;
  /** Requests whose handler was called and whose answer is not complete; what comes beyond them waits. */
  readonly maxConcurrentRequests: number;
  /** Requests that wait for their handler; beyond them 503. */
  readonly maxQueuedRequests: number;
  /** Milliseconds that a request may wait for its handler; then 503. 0 means any time. */
  readonly maxQueueAgeMs: number;
  /** Milliseconds that the event loop may be late; above that a growing share of requests gets 503. 0 means any delay. */
  readonly maxLoopDelayMs: number;
  /** Milliseconds to complete a TLS handshake; then the connection is cut. */
  readonly handshakeTimeoutMs: number;
  /** Streams open at a time on one HTTP/2 connection; one more is refused. */
  readonly http2MaxStreams: number;
  /** Streams of one HTTP/2 connection that are given up within a second, or break the protocol; then it is cut. */
  readonly http2MaxResetsPerSecond: number;
  /** PING, SETTINGS and PRIORITY frames of one HTTP/2 connection within a second; then it is cut. */
  readonly http2MaxControlFramesPerSecond: number;
  /** Bytes of answers that wait for the client of one HTTP/2 connection; further requests wait until it has taken some. */
  readonly http2MaxUnsentBytes: number;
  /**
   * Milliseconds in which nothing moves on an HTTP/2 stream that is answered: the client takes nothing, counted in pieces of 64 KiB,
   * and does not end its request either; then it is reset.
   */
  readonly http2StallTimeoutMs: number;
}

/** The default of every limit. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxRequestLineBytes: 8 * 1024,
  maxHeaderBytes: 16 * 1024,
  maxHeaderFields: 100,
  maxBodyBytes: 1024 * 1024,
  maxChunkExtensionBytes: 16 * 1024,
  maxTrailerBytes: 16 * 1024,
  maxConnections: 10_000,
  maxRequestsPerConnection: 10_000,
  maxPipelined: 16,
  highWaterBytes: 64 * 1024,
  headersTimeoutMs: 30_000,
  requestTimeoutMs: 300_000,
  minBytesPerSecond: 240,
  rateGraceMs: 5_000,
  handlerTimeoutMs: 30_000,
  keepAliveTimeoutMs: 72_000,
  minKeepAliveTimeoutMs: 1_000,
  maxConcurrentRequests: 20_000,
  maxQueuedRequests: 10_000,
  maxQueueAgeMs: 500,
  maxLoopDelayMs: 200,
  handshakeTimeoutMs: 10_000,
  http2MaxStreams: 100,
  http2MaxResetsPerSecond: 200,
  http2MaxControlFramesPerSecond: 500,
  http2MaxUnsentBytes: 16 * 1024 * 1024,
  http2StallTimeoutMs: 60_000,
});
