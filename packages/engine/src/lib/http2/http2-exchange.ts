import { constants, type ServerHttp2Stream } from "node:http2";
import {
  type AnswerWatcher,
  ArmatureError,
  assertInterim,
  type BodyWriter,
  type Exchange,
  type FieldList,
  HeaderList,
  HttpError,
  isTrailerName,
  type Limits,
  type Peer,
  type RawConnection,
  type ResponseHead,
} from "@armature/http";
import type { Entrant, Pass } from "../admission/gate.ts";
import { AnswerState } from "../connection/answer-state.ts";
import { AnswerWatch } from "../connection/answer-watch.ts";
import { type BodyFraming, type BodyOutput, EngineBodyWriter } from "../connection/body-writer.ts";
import { RateFloor } from "../connection/rate-floor.ts";
import { type BodySource, EngineBody } from "../connection/request-body.ts";
import { hasContent, saysClose } from "../encode/answer-head.ts";
import { toWire } from "../encode/body-text.ts";
import { streamFraming, wholeFraming } from "../encode/framing-lines.ts";
import { problemBody } from "../encode/problem.ts";
import { type Fault, FAULTS } from "../parse/fault.ts";
import { NO_TRAILERS } from "../parse/trailers.ts";
import { answerFields, plainFields } from "./answer-fields.ts";
import type { Http2Head } from "./http2-head.ts";
import { type Piece, PieceQueue } from "./piece-queue.ts";

/** Bytes up to this many are copied when they are given; larger ones must not change until they are sent. */
const COPY_BYTES = 16 * 1024;
/** Bytes of a body that nobody read which are dropped at least before the client is told to stop; it may send `maxBodyBytes`. */
const LEAST_DROP_BYTES = 64 * 1024;

/** What an exchange needs of its session. */
export interface Http2ExchangeOwner {
  readonly peer: Peer;
  readonly maxBodyBytes: number;
  readonly highWaterBytes: number;
  readonly limits: Limits;
  /** Calls the handler. */
  run(exchange: Http2Exchange): void;
  /** A piece of the body arrived, so that the handler has time anew. */
  bodyArrived(exchange: Http2Exchange): void;
  /** A piece of the answer's body was given to be sent. */
  bodyGiven(exchange: Http2Exchange, bytes: number): void;
  /** A piece of the answer's body has left. */
  bodyMoved(): void;
  /** Nothing more will be answered: all of it was given, or it is for nobody. */
  given(exchange: Http2Exchange): void;
  /** The stream is gone; `isReset` where the client gave it up or broke the protocol. */
  left(exchange: Http2Exchange, isReset: boolean): void;
  /** Takes no further requests; those in work go on. */
  goAway(): void;
}

/** One request and its answer over a stream of HTTP/2. */
export class Http2Exchange implements Exchange, BodySource, Entrant, BodyOutput<Http2Exchange> {
  readonly method: string;
  readonly target: string;
  readonly version = "2.0";
  readonly bytes = null;
  readonly targetStart = 0;
  readonly targetEnd = 0;
  readonly body: EngineBody;
  state: AnswerState = AnswerState.open;
  wakeWriter: (() => void) | null = null;
  pass: Pass | null = null;
  /** When the handler's time is over, in milliseconds of `performance.now()`. */
  deadlineMs: number = Infinity;
  /** When the body must be complete. */
  requestMs: number = Infinity;
  /** How fast the body comes. */
  readonly incoming: RateFloor;
  /** Whether the client had to wait with its body since that was looked at. */
  wasHeldBack = false;
  /** When a client that takes nothing of its answer is given up. */
  stallMs: number = Infinity;
  /** Whether it was given up because its client takes nothing. */
  isStalled = false;
  /** Whether some of the answer has left, or some of the body has come, since that was looked at. */
  hasMoved = false;
  readonly #owner: Http2ExchangeOwner;
  readonly #stream: ServerHttp2Stream;
  readonly #fields: Http2Head["fields"];
  #headers: HeaderList | null = null;
  #watched: AnswerWatch | null = null;
  #aborter: AbortController | null = null;
  #abortReason: Error | null = null;
  #awaitsContinue: boolean;
  /** Whether more of the body may come. */
  #isReceiving: boolean;
  #trailersIn: HeaderList = NO_TRAILERS;
  #trailersOut: FieldList = [];
  /** What waits of large pieces of the answer. */
  readonly #queue = new PieceQueue();
  /** Whether all of the answer was given, and its end waits behind the queue. */
  #endWaits = false;
  /** Whether the application cut the stream. */
  #isCut = false;
  /** Bytes of the body that came when nobody wanted them any more. */
  #dropped = 0;

  /** @param isWhole whether no body follows */
  constructor(owner: Http2ExchangeOwner, stream: ServerHttp2Stream, head: Http2Head, isWhole: boolean) {
    this.#owner = owner;
    this.#stream = stream;
    this.method = head.method;
    this.target = head.target;
    this.#fields = head.fields;
    this.#awaitsContinue = head.expectsContinue && !isWhole;
    this.#isReceiving = !isWhole;
    this.incoming = new RateFloor(owner.limits);
    this.body = new EngineBody(this, isWhole ? 0 : head.length);
    stream.on("close", () => this.#closed());
    stream.on("error", ignore);
    if (!isWhole) this.#receive();
  }

  get headers(): HeaderList {
    return (this.#headers ??= HeaderList.fromPairs(this.#fields));
  }

  get peer(): Peer {
    return this.#owner.peer;
  }

  get maxBodyBytes(): number {
    return this.#owner.maxBodyBytes;
  }

  get signal(): AbortSignal {
    if (this.#aborter === null) {
      this.#aborter = new AbortController();
      if (this.#abortReason !== null) this.#aborter.abort(this.#abortReason);
    }
    return this.#aborter.signal;
  }

  get answered(): boolean {
    return this.state !== AnswerState.open;
  }

  get exchange(): Exchange {
    return this;
  }

  /** Bytes of the answer that have not left yet. */
  get unsent(): number {
    return this.#isOpen ? this.#queue.size + this.#stream.writableLength : 0;
  }

  run(): void {
    this.#owner.run(this);
  }

  watch(watcher: AnswerWatcher): void {
    this.#watched = new AnswerWatch(watcher);
  }

  // The answer.

  respond(head: ResponseHead, body: string | Uint8Array | null): void {
    if (this.state !== AnswerState.open) return this.#assertDropped();
    const wire = typeof body === "string" ? toWire(body) : body;
    const framing = wholeFraming(this, head.status, wire === null ? null : wire.length);
    const fields = answerFields(head, framing);
    const content = hasContent(this.method, head.status) ? wire : null;
    if (this.#watched !== null) this.#note(head.status, content?.length ?? 0);
    this.#sendWhole(fields, content);
    if (saysClose(head)) this.#owner.goAway();
    this.#complete();
  }

  stream(head: ResponseHead, length: number | null): BodyWriter {
    if (this.state !== AnswerState.open) {
      this.#assertDropped();
      return new EngineBodyWriter(this, this, "none", null);
    }
    const fields = answerFields(head, streamFraming(this, head.status, length));
    const content = hasContent(this.method, head.status);
    if (this.#watched !== null) this.#note(head.status, 0);
    this.state = AnswerState.streaming;
    if (this.#isOpen) this.#sendHead(fields, content);
    if (saysClose(head)) this.#owner.goAway();
    return new EngineBodyWriter(this, this, content ? "plain" : "none", length);
  }

  inform(status: number, fields: FieldList): void {
    if (this.state !== AnswerState.open) return this.#assertDropped();
    assertInterim(status, fields);
    if (this.#isOpen) this.#stream.additionalHeaders({ ":status": status, ...plainFields(fields) });
  }

  upgrade(): RawConnection {
    this.#assertDropped();
    throw new HttpError(
      501,
      "E_UPGRADE_UNSUPPORTED",
      "This request cannot be upgraded: HTTP/2 has no upgrade; ask over HTTP/1.1.",
    );
  }

  abort(): void {
    if (this.state > AnswerState.streaming) return this.#assertDropped();
    this.drop(
      new ArmatureError(
        "E_EXCHANGE_ABORTED",
        "The application cut the stream before the answer was complete.",
      ),
    );
    this.#isCut = true;
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** The engine answers in place of the application. */
  refuse(fault: Fault, fields: FieldList | null): void {
    const error = new HttpError(fault.status, fault.code, fault.detail);
    this.drop(error);
    const content = this.method === "HEAD" ? null : problemBody(fault);
    if (this.#watched !== null) {
      this.#note(fault.status, content?.length ?? 0);
      this.#watched.watcher.refused(error);
    }
    this.#sendWhole(problemFields(fault, fields), content);
    this.#stopBody();
  }

  /** Nothing that the application does can reach the client any more. */
  drop(reason: Error): void {
    const wasOpen = this.state < AnswerState.complete;
    this.state = AnswerState.dropped;
    this.body.fail(reason);
    this.#abortReason ??= reason;
    this.#aborter?.abort(reason);
    this.#wake();
    if (wasOpen) this.#owner.given(this);
  }

  // What the writer needs.

  writeBody(_exchange: this, data: string | Uint8Array): boolean {
    if (this.#watched !== null) this.#watched.bodyBytes += data.length;
    if (!this.#isOpen) return false;
    this.#give(typeof data === "string" ? data : ownBytes(data));
    return this.hasRoom();
  }

  endBody(_exchange: this, framing: BodyFraming, trailerLines: string): void {
    if (framing !== "none" && trailerLines !== "") this.#trailersOut = toList(trailerLines);
    if (framing !== "none") this.#end();
    this.#complete();
  }

  hasRoom(): boolean {
    return this.unsent < this.#owner.highWaterBytes;
  }

  // The body of the request.

  bodyWanted(): void {
    if (this.#awaitsContinue && this.#isOpen && this.state === AnswerState.open) {
      this.#awaitsContinue = false;
      this.#stream.additionalHeaders({ ":status": 100 });
    }
    if (this.#stream.isPaused()) this.#stream.resume();
  }

  /** Whether the client may not send more of its body now, or is not asked for it yet. */
  get isHeldBack(): boolean {
    return this.#awaitsContinue || this.#stream.isPaused();
  }

  /** The client does not take its answer: nothing more is sent. */
  cutStalled(reason: Error): void {
    this.isStalled = true;
    this.drop(reason);
    this.#abortReason ??= reason;
    this.#isCut = true;
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** The body does not arrive in time. */
  refuseBody(fault: Fault): void {
    this.#bodyIsOver();
    if (this.state === AnswerState.open) return this.refuse(fault, null);
    this.body.fail(new HttpError(fault.status, fault.code, fault.detail));
    this.#stopBody();
  }

  #receive(): void {
    const stream = this.#stream;
    stream.on("trailers", (_headers, _flags, raw: unknown) => {
      this.#trailersIn = toTrailers(raw as readonly string[]); // Node gives what it read, names and values in turn
    });
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    stream.on("end", () => this.#bodyOver());
  }

  #take(chunk: Buffer): void {
    this.#awaitsContinue = false;
    this.hasMoved = true;
    if (this.state >= AnswerState.complete) return this.#dropBytes(chunk.length);
    this.body.push(chunk);
    this.#owner.bodyArrived(this);
    if (!this.body.isFull(this.#owner.highWaterBytes)) return;
    this.wasHeldBack = true;
    this.#stream.pause();
  }

  /** An aborted stream ends too, but its body is not complete. */
  #bodyOver(): void {
    this.#bodyIsOver();
    this.#isReceiving = false;
    if (!this.#stream.aborted) this.body.finish(this.#trailersIn);
  }

  /** No deadline runs for the body any more. */
  #bodyIsOver(): void {
    this.requestMs = Infinity;
    this.incoming.stop();
  }

  #dropBytes(length: number): void {
    this.#dropped += length;
    const most = Math.max(LEAST_DROP_BYTES, this.maxBodyBytes);
    if (this.#dropped > most) this.#stopBody();
  }

  /** The answer does not depend on the rest of the body: the client need not send it (RFC 9113, 8.1). */
  #stopBody(): void {
    if (this.#isReceiving) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  // The stream.

  /** Whether something can still be sent: a stream is closed before its `close` event comes. */
  get #isOpen(): boolean {
    return !this.#stream.closed && !this.#stream.destroyed;
  }

  #sendWhole(fields: ReturnType<typeof answerFields>, content: string | Uint8Array | null): void {
    if (!this.#isOpen) return;
    const stream = this.#stream;
    const isEmpty = content === null || content.length === 0;
    stream.respond(fields, { endStream: isEmpty });
    if (isEmpty) return;
    this.#give(typeof content === "string" ? content : ownBytes(content));
    this.#end();
  }

  #give(piece: Piece): void {
    this.#owner.bodyGiven(this, piece.length);
    if (this.#queue.isEmpty && !PieceQueue.isLarge(piece)) return this.#write(piece);
    this.#queue.add(piece);
    if (this.#stream.writableLength === 0) this.#writeNext();
  }

  #writeNext(): void {
    const piece = this.#queue.take();
    if (piece !== undefined) this.#write(piece);
    if (this.#endWaits && this.#queue.isEmpty) this.#stream.end();
  }

  #write(piece: Piece): void {
    if (typeof piece === "string") this.#stream.write(piece, "latin1", this.#sent);
    else this.#stream.write(piece, this.#sent);
  }

  #end(): void {
    if (!this.#isOpen) return;
    if (this.#queue.isEmpty) this.#stream.end();
    else this.#endWaits = true;
  }

  #sendHead(fields: ReturnType<typeof answerFields>, hasBody: boolean): void {
    const stream = this.#stream;
    if (hasBody) stream.once("wantTrailers", () => this.#sendTrailers());
    stream.respond(fields, { endStream: !hasBody, waitForTrailers: hasBody });
  }

  #sendTrailers(): void {
    if (this.#isOpen) this.#stream.sendTrailers(plainFields(this.#trailersOut));
  }

  readonly #sent = (): void => {
    this.hasMoved = true;
    if (this.#isOpen && !this.#queue.isEmpty && this.#stream.writableLength === 0) this.#writeNext();
    this.#owner.bodyMoved();
    if (this.hasRoom()) this.#wake();
  };

  #wake(): void {
    const wake = this.wakeWriter;
    this.wakeWriter = null;
    wake?.();
  }

  #note(status: number, bodyBytes: number): void {
    if (this.#watched === null) return;
    this.#watched.status = status;
    this.#watched.bodyBytes = bodyBytes;
  }

  #complete(): void {
    this.state = AnswerState.complete;
    this.#owner.given(this);
    this.#bodyIsOver();
    this.body.drop();
    if (this.#awaitsContinue) this.#stopBody();
    else if (this.#stream.isPaused()) this.#stream.resume();
  }

  #closed(): void {
    const isReset = this.#stream.rstCode !== constants.NGHTTP2_NO_ERROR;
    const isSent = !isReset && this.#stream.headersSent;
    const wasAnswered = this.state >= AnswerState.complete;
    if (this.#isReceiving) this.body.fail(incomplete());
    if (!wasAnswered) this.drop(clientLeft());
    this.#tellWatcher(isSent && wasAnswered);
    this.#owner.left(this, isReset && !this.#isCut);
  }

  #tellWatcher(isSent: boolean): void {
    if (this.#watched === null) return;
    const { watcher, status, bodyBytes } = this.#watched;
    if (isSent) watcher.sent(status, bodyBytes);
    else watcher.cut(this.#abortReason ?? clientLeft());
  }

  #assertDropped(): void {
    if (this.state === AnswerState.open || this.state === AnswerState.dropped) return;
    throw new ArmatureError(
      "E_EXCHANGE_ANSWERED",
      `${this.method} was answered before; answer each request once, through respond, stream, upgrade or abort.`,
    );
  }
}

/** The head of an answer that the engine gives itself. */
export function problemFields(fault: Fault, fields: FieldList | null): ReturnType<typeof answerFields> {
  const own = plainFields(fields ?? []);
  return {
    ...own,
    ":status": fault.status,
    "content-type": "application/problem+json",
    "content-length": String(problemBody(fault).length),
  };
}

function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length <= COPY_BYTES ? Buffer.from(bytes) : bytes;
}

/** Fields of lines that were checked. */
function toList(lines: string): FieldList {
  return lines
    .slice(0, -"\r\n".length)
    .split("\r\n")
    .flatMap((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
}

function toTrailers(raw: readonly string[]): HeaderList {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] as string, raw[at + 1] as string]); // at + 1 < length
  return HeaderList.fromPairs(pairs.filter(([name]) => isTrailerName(name)));
}

/** What the reader of a body sees of a client that left within it. */
function incomplete(): HttpError {
  const { status, code, detail } = FAULTS.bodyIncomplete;
  return new HttpError(status, code, detail);
}

function clientLeft(): ArmatureError {
  return new ArmatureError("E_CLIENT_LEFT", "The client left before its answer was complete.");
}

function ignore(): void {}
