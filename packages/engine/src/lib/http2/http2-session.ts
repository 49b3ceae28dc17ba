import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { ArmatureError, type Limits, type Peer } from "@armature/http";
import { isWaiting } from "../admission/gate.ts";
import { AnswerState } from "../connection/answer-state.ts";
import type { ConnectionHost, LiveConnection, Losses } from "../connection/connection-host.ts";
import { Phase } from "../connection/phase.ts";
import { problemBody } from "../encode/problem.ts";
import type { IdleList, Idler } from "../idle-list.ts";
import { type Fault, FAULTS } from "../parse/fault.ts";
import { WheelEntry } from "../timer-wheel.ts";
import { FrameRate } from "./frame-rate.ts";
import { Http2Exchange, type Http2ExchangeOwner, problemFields } from "./http2-exchange.ts";
import { Http2Head } from "./http2-head.ts";

/** How long a client may take to close after its last answer. */
const LINGER_MS = 2_000;
/** How long requests are taken from a client that was told to go: some were on their way. */
const NOTICE_MS = 1_000;
/** More than any stream's number: the client is told to go, and not which of its streams are the last. */
const HIGHEST_STREAM = 2 ** 31 - 1;
/** Bytes that all streams of a session together may send before the client waits. */
const SESSION_WINDOW = 1024 * 1024;

/** What a session tells of frames that carry no request. */
const CONTROL_EVENTS = ["ping", "remoteSettings", "priority"] as const;

/** What a session is made of. */
export interface Http2SessionOptions {
  readonly socket: Socket;
  readonly peer: Peer;
  readonly host: ConnectionHost;
  /** What `node:http2` is told, see {@link sessionOptions}. */
  readonly node: object;
}

/** One client that speaks HTTP/2: its streams become exchanges, which go the way of all others. */
export class Http2Session extends WheelEntry implements LiveConnection, Http2ExchangeOwner {
  readonly peer: Peer;
  idleIn: IdleList | null = null;
  idleSinceMs = 0;
  idlePrevious: Idler | null = null;
  idleNext: Idler | null = null;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #session: ServerHttp2Session;
  /** The exchanges whose streams are not gone. */
  readonly #exchanges = new Set<Http2Exchange>();
  #requestsLeft: number;
  #isGoing = false;
  #isGone = false;
  /** When a client that has its last answer must have closed. */
  #lingerMs = Infinity;
  /** When a client that was told to go is not listened to any more. */
  #goAwayMs = Infinity;
  /** Exchanges that wait until the client has taken more of what it asked for. */
  readonly #held = new Set<Http2Exchange>();
  readonly #resets: FrameRate;
  readonly #controls: FrameRate;
  #bytesRead = 0;
  #bytesWritten = 0;
  /** Bytes of bodies that were given to be sent. */
  #bytesGiven = 0;

  constructor({ socket, peer, host, node }: Http2SessionOptions) {
    super();
    this.#host = host;
    this.#socket = socket;
    this.peer = peer;
    this.#resets = new FrameRate(host.limits.http2MaxResetsPerSecond);
    this.#controls = new FrameRate(host.limits.http2MaxControlFramesPerSecond);
    this.#requestsLeft = host.limits.maxRequestsPerConnection;
    // A client of HTTP/2 that ends its side is gone.
    socket.allowHalfOpen = false;
    this.#session = performServerHandshake(socket, node);
    this.#session.setLocalWindowSize(SESSION_WINDOW);
    this.#session.on("stream", (stream, _headers, flags, raw) => this.#begin(stream, flags, raw));
    // A client that breaks the protocol is told so by Node; it is no error of this server.
    this.#session.on("error", ignore);
    this.#session.on("close", () => this.#closed());
    for (const event of CONTROL_EVENTS) this.#session.on(event, () => this.#controlled());
    host.counters.accepted++;
    host.counters.http2Sessions++;
    if (host.closing) this.shutdown();
  }

  get maxBodyBytes(): number {
    return this.#host.limits.maxBodyBytes;
  }

  get highWaterBytes(): number {
    return this.#host.limits.highWaterBytes;
  }

  get limits(): Limits {
    return this.#host.limits;
  }

  // What a listener does with a connection.

  get phase(): Phase {
    if (this.#isGone) return Phase.closed;
    if (this.#exchanges.size > 0) return Phase.handling;
    return this.#isGoing ? Phase.draining : Phase.idle;
  }

  get isIdle(): boolean {
    return this.#exchanges.size === 0 && !this.#isGoing;
  }

  get unsent(): number {
    let bytes = 0;
    for (const { unsent } of this.#exchanges) bytes += unsent;
    return bytes;
  }

  close(): void {
    this.goAway();
  }

  cull(): void {
    this.#socket.destroy();
    // Its place is free now, not when the system has closed it.
    this.#closed();
  }

  /** The client is told to go, and what it has sent meanwhile is still taken (RFC 9113, 6.8). */
  shutdown(): void {
    // A session that is destroyed is about to say that it is closed.
    if (this.#isGoing || this.#session.destroyed) return;
    this.#session.goaway(constants.NGHTTP2_NO_ERROR, HIGHEST_STREAM);
    this.#goAwayMs = this.#host.now() + NOTICE_MS;
    this.#lookNoLaterThan(this.#goAwayMs);
  }

  cut(losses: Losses): void {
    if (this.#exchanges.size === 0) losses.idle++;
    for (const { state } of this.#exchanges) {
      if (state === AnswerState.open) losses.requests++;
      else losses.streams++;
    }
    this.#socket.destroy();
  }

  goAway(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    this.#goAwayMs = Infinity;
    this.#session.close();
    if (this.#exchanges.size === 0) this.#startLinger();
  }

  // Requests.

  #begin(stream: ServerHttp2Stream, flags: number, raw: readonly string[]): void {
    this.#host.admission.read();
    this.#host.counters.http2Streams++;
    // Reset in the same read: nobody waits for an answer.
    if (stream.destroyed || stream.closed) {
      stream.on("error", ignore);
      return this.#wasReset();
    }
    const head = new Http2Head(raw, this.#host.limits);
    if (head.fault !== null) return this.#refuse(stream, head, head.fault);
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    this.#start(new Http2Exchange(this, stream, head, isWhole), isWhole);
    if (--this.#requestsLeft === 0) this.goAway();
  }

  #start(exchange: Http2Exchange, isWhole: boolean): void {
    this.#exchanges.add(exchange);
    this.#host.counters.inFlight++;
    if (!isWhole) this.#expectBody(exchange);
    if (this.#isFull) this.#held.add(exchange);
    else this.#host.admission.gate.enter(exchange);
  }

  /** Whether so much waits for the client that what it asks for has to wait too. */
  get #isFull(): boolean {
    return this.#held.size > 0 || this.unsent >= this.limits.http2MaxUnsentBytes;
  }

  #letIn(): void {
    for (const exchange of this.#held) {
      if (this.unsent >= this.limits.http2MaxUnsentBytes) return;
      this.#held.delete(exchange);
      if (exchange.state === AnswerState.open) this.#host.admission.gate.enter(exchange);
    }
  }

  /** It is the turn of a request. */
  run(exchange: Http2Exchange): void {
    this.#host.counters.requests++;
    try {
      this.#host.handler(exchange);
    } catch (error) {
      this.#host.onError(error);
      if (exchange.state === AnswerState.open) exchange.refuse(FAULTS.handler, null);
      else if (exchange.state === AnswerState.streaming) exchange.abort();
    }
    if (exchange.state === AnswerState.open) this.#startDeadline(exchange);
  }

  /** A request that no handler sees. */
  #refuse(stream: ServerHttp2Stream, { method, target }: Http2Head, fault: Fault): void {
    const { status, code, detail } = fault;
    const body = problemBody(fault);
    const isHead = method === "HEAD";
    this.#host.counters.refuse(code);
    const bodyBytes = isHead ? 0 : body.length;
    const fields = this.#host.onRefusal({ status, code, detail, bodyBytes, method, target, peer: this.peer });
    stream.on("error", ignore);
    stream.respond(problemFields(fault, fields), { endStream: isHead });
    if (!isHead) stream.end(body);
    // What is left of the request is not wanted.
    stream.close(constants.NGHTTP2_NO_ERROR);
  }

  bodyArrived(exchange: Http2Exchange): void {
    // The client is at work, not the handler.
    if (exchange.state === AnswerState.open && !isWaiting(exchange)) this.#startDeadline(exchange);
  }

  bodyGiven(exchange: Http2Exchange, bytes: number): void {
    this.#bytesGiven += bytes;
    if (exchange.stallMs === Infinity) this.#watchStall(exchange);
  }

  /** Something has to move on a stream, or it has to end. */
  #watchStall(exchange: Http2Exchange): void {
    exchange.hasMoved = false;
    exchange.stallMs = this.#host.now() + this.limits.http2StallTimeoutMs;
    this.#lookNoLaterThan(exchange.stallMs);
  }

  bodyMoved(): void {
    if (this.#held.size > 0) this.#letIn();
  }

  given(exchange: Http2Exchange): void {
    this.#host.counters.inFlight--;
    this.#host.admission.gate.left(exchange);
    if (exchange.stallMs === Infinity) this.#watchStall(exchange);
  }

  left(exchange: Http2Exchange, isReset: boolean): void {
    this.#exchanges.delete(exchange);
    // A client may give up more and more requests while it takes nothing.
    this.#held.delete(exchange);
    // Where the whole connection is gone its streams were not given up one by one.
    if (isReset && !this.#session.destroyed) this.#wasReset();
    this.#countBytes();
    if (this.#isGone) return;
    this.#letIn();
    if (this.#exchanges.size > 0) return;
    if (this.#isGoing) this.#startLinger();
    else this.#host.idle.add(this);
  }

  /** A stream was given up by its client, or broke the protocol. */
  #wasReset(): void {
    this.#host.counters.http2Resets++;
    if (this.#resets.add(this.#host.now())) this.#calm("E_HTTP2_RESETS_TOO_MANY", "streams were reset");
  }

  /** A frame came that has to be answered or noted, and asks for nothing. */
  #controlled(): void {
    if (this.#controls.add(this.#host.now())) this.#calm("E_HTTP2_FRAMES_TOO_MANY", "control frames came");
  }

  /** The client costs more than it gives: it is told to calm down, and is gone. */
  #calm(code: string, what: string): void {
    if (this.#session.destroyed) return;
    this.#host.counters.refuse(code);
    const error = new ArmatureError(code, `Too many ${what} on a connection of HTTP/2; it was cut.`);
    this.#session.destroy(error, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  // Deadlines.

  override due(nowMs: number): void {
    if (nowMs >= this.#lingerMs) return void this.#socket.destroy();
    if (nowMs >= this.#goAwayMs) this.goAway();
    let next = Math.min(this.#lingerMs, this.#goAwayMs);
    for (const exchange of this.#exchanges) next = Math.min(next, this.#lookAt(exchange, nowMs));
    if (next < Infinity) this.#host.wheel.schedule(this, next);
  }

  /** Does what is due for an exchange; gives when it has to be looked at again. */
  #lookAt(exchange: Http2Exchange, nowMs: number): number {
    if (exchange.requestMs <= nowMs) this.#refuseLate(exchange, FAULTS.requestTimeout);
    else if (this.#isBodyTooSlow(exchange, nowMs)) this.#refuseLate(exchange, FAULTS.requestTooSlow);
    if (exchange.state === AnswerState.open && exchange.deadlineMs <= nowMs) this.#refuseHandler(exchange);
    if (exchange.stallMs <= nowMs) this.#lookAtStall(exchange, nowMs);
    const { incoming, deadlineMs, requestMs, stallMs, state } = exchange;
    return Math.min(incoming.untilMs, requestMs, stallMs, state === AnswerState.open ? deadlineMs : Infinity);
  }

  #isBodyTooSlow(exchange: Http2Exchange, nowMs: number): boolean {
    const { incoming, wasHeldBack, isHeldBack, body } = exchange;
    if (nowMs < incoming.untilMs) return false;
    if (!wasHeldBack && !isHeldBack) return incoming.isTooSlow(nowMs, body.received);
    // It had to wait for this side: its time begins anew.
    exchange.wasHeldBack = isHeldBack;
    incoming.start(nowMs, body.received, 0);
    return false;
  }

  #lookAtStall(exchange: Http2Exchange, nowMs: number): void {
    const { unsent, hasMoved, isStalled, state } = exchange;
    // A stream that was reset is gone at once, unless its connection is dead: Node may miss that while it reads nothing.
    if (isStalled) return void this.#socket.destroy();
    exchange.hasMoved = false;
    const waitsForHandler = unsent === 0 && state < AnswerState.complete;
    exchange.stallMs = waitsForHandler ? Infinity : nowMs + this.limits.http2StallTimeoutMs;
    if (waitsForHandler || hasMoved) return;
    exchange.stallMs = nowMs + LINGER_MS;
    const reason = clientTooSlow();
    this.#host.counters.refuse(reason.code);
    exchange.cutStalled(reason);
  }

  #refuseHandler(exchange: Http2Exchange): void {
    this.#host.counters.refuse(FAULTS.handlerTimeout.code);
    exchange.refuse(FAULTS.handlerTimeout, null);
  }

  #refuseLate(exchange: Http2Exchange, fault: Fault): void {
    this.#host.counters.refuse(fault.code);
    exchange.refuseBody(fault);
  }

  #expectBody(exchange: Http2Exchange): void {
    const now = this.#host.now();
    exchange.requestMs = now + this.limits.requestTimeoutMs;
    if (this.limits.minBytesPerSecond > 0) exchange.incoming.start(now, 0, 0);
    this.#lookNoLaterThan(Math.min(exchange.requestMs, exchange.incoming.untilMs));
  }

  #startDeadline(exchange: Http2Exchange): void {
    const { handlerTimeoutMs } = this.#host.limits;
    if (handlerTimeoutMs === 0) return;
    exchange.deadlineMs = this.#host.now() + handlerTimeoutMs;
    this.#lookNoLaterThan(exchange.deadlineMs);
  }

  #startLinger(): void {
    this.#lingerMs = this.#host.now() + LINGER_MS;
    this.#lookNoLaterThan(this.#lingerMs);
  }

  #lookNoLaterThan(dueMs: number): void {
    if (dueMs < this.dueMs) this.#host.wheel.schedule(this, dueMs);
  }

  // The end.

  #closed(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#countBytes();
    this.#host.wheel.cancel(this);
    this.#host.left(this);
  }

  /** Sockets know what a session has written when they are closed; until then it is the bodies at least. */
  #countBytes(): void {
    const { bytesRead } = this.#socket;
    const bytesWritten = Math.max(this.#bytesGiven, this.#socket.bytesWritten);
    this.#host.counters.bytesIn += bytesRead - this.#bytesRead;
    this.#host.counters.bytesOut += bytesWritten - this.#bytesWritten;
    this.#bytesRead = bytesRead;
    this.#bytesWritten = bytesWritten;
  }
}

function clientTooSlow(): ArmatureError {
  return new ArmatureError("E_CLIENT_TOO_SLOW", "The client took nothing of its answer; the stream was cut.");
}

function ignore(): void {}
