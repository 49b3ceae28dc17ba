import {
  acceptsTrailers,
  assertInterim,
  type BodyWriter,
  type FieldList,
  type FilePiece,
  HttpError,
  type ResponseHead,
} from "@armature/http";
import { encodeHead, encodeUpgrade, hasContent, saysClose } from "../encode/answer-head.ts";
import { toWire } from "../encode/body-text.ts";
import { chunkLine, LAST_CHUNK, lastChunk } from "../encode/chunk.ts";
import { connectionLine, headEnd, streamFraming, wholeEnd } from "../encode/framing-lines.ts";
import { Output } from "../encode/output.ts";
import { encodeProblem, problemBody } from "../encode/problem.ts";
import { CONTINUE, interimLine } from "../encode/status-line.ts";
import { type Fault, FAULTS } from "../parse/fault.ts";
import type { Transport } from "../transport/transport.ts";
import type { AnswerWatch } from "./answer-watch.ts";
import { type BodyFraming, type BodyOutput, EngineBodyWriter } from "./body-writer.ts";
import type { ConnectionHost, Losses } from "./connection-host.ts";
import { ExchangeQueue } from "./exchange-queue.ts";
import { FileBodyWriter } from "./file-body-writer.ts";
import type { FileOutput } from "./file-transfer.ts";
import { AnswerState } from "./answer-state.ts";
import type { EngineExchange } from "./exchange.ts";

/** What the answers of a connection need of it. */
export interface AnswersOwner {
  /** Whether no request will follow those in work. */
  readonly takesNoMore: boolean;
  /** Whether there are bytes that may hold further requests. */
  readonly hasUnparsed: boolean;
  /** The memory that handlers look into now and that is used again after. */
  readonly lentMemory: ArrayBufferLike | null;
  /** Whether the connection can be used again though this exchange's body was not read. */
  canDropBody(exchange: EngineExchange): boolean;
  /** All of an answer was given. */
  answered(exchange: EngineExchange): void;
  /** The last answer was given. */
  close(): void;
  abort(exchange: EngineExchange): void;
  endTurnLater(): void;
  /** Not all that was written has left. */
  backedUp(): void;
}

/** The answers of a connection, written in the order of the requests whatever the order they are given in. */
export class Answers implements BodyOutput<EngineExchange>, FileOutput<EngineExchange> {
  readonly queue: ExchangeQueue = new ExchangeQueue();
  /** Bytes that were handed to the transport. */
  written = 0;
  /** Bytes of a file that the client has to make room for. */
  offered = 0;
  readonly #transport: Transport;
  readonly #host: ConnectionHost;
  readonly #owner: AnswersOwner;
  readonly #output: Output = new Output();
  /** The answer to a request that could not be parsed; it comes after all others. */
  #lastWords: string | null = null;
  /** Who waits for answers that are in `#output` as a whole; `null` nearly always. */
  #watches: AnswerWatch[] | null = null;

  constructor(transport: Transport, host: ConnectionHost, owner: AnswersOwner) {
    this.#transport = transport;
    this.#host = host;
    this.#owner = owner;
  }

  /** Bytes that have not left yet. */
  get unsent(): number {
    return this.#queued + this.offered;
  }

  get #queued(): number {
    return this.#output.size + this.#transport.pending;
  }

  /** Whether nothing is left to be answered. */
  get done(): boolean {
    return this.queue.first === null && this.#lastWords === null;
  }

  add(exchange: EngineExchange): void {
    this.#host.counters.inFlight++;
    this.queue.push(exchange);
  }

  flush(): void {
    const { size } = this.#output;
    if (size > 0) this.#write(size);
    if (this.#watches !== null) this.#tellSent(this.#watches);
  }

  #count(bytes: number): void {
    this.written += bytes;
    this.#host.counters.bytesOut += bytes;
  }

  #write(size: number): void {
    this.#count(size);
    this.#output.flush(this.#transport);
    if (this.#transport.pending > 0) this.#owner.backedUp();
  }

  #tellSent(watches: readonly AnswerWatch[]): void {
    this.#watches = null;
    for (const { watcher, status, bodyBytes } of watches) watcher.sent(status, bodyBytes);
  }

  respond(exchange: EngineExchange, head: ResponseHead, body: string | Uint8Array | null): void {
    const closes = this.#closesAfter(exchange, head) || !this.#owner.canDropBody(exchange);
    const wire = typeof body === "string" ? toWire(body) : body;
    const connection = connectionLine(exchange, closes, closes && saysClose(head));
    const end = wholeEnd(exchange, head.status, wire === null ? null : wire.length, connection);
    const text = encodeHead(head, end, this.#wallMs());
    const content = hasContent(exchange.method, head.status) ? wire : null;
    this.#addWhole(this.#outputOf(exchange), text, content);
    if (exchange.watched !== null) note(exchange.watched, head.status, content?.length ?? 0);
    exchange.closes = closes;
    this.#complete(exchange);
  }

  stream(exchange: EngineExchange, head: ResponseHead, length: number | null): BodyWriter {
    if (exchange.state !== AnswerState.open) return new EngineBodyWriter(this, exchange, "none", null);
    const framingLine = streamFraming(exchange, head.status, length);
    const content = hasContent(exchange.method, head.status);
    const closes = this.#closesAfter(exchange, head) || (content && framingLine === "");
    const lines = framingLine + connectionLine(exchange, closes, closes && saysClose(head));
    this.#outputOf(exchange).addLatin1(encodeHead(head, headEnd(lines), this.#wallMs()));
    if (exchange.watched !== null) note(exchange.watched, head.status, 0);
    exchange.closes = closes;
    exchange.state = AnswerState.streaming;
    this.#owner.endTurnLater();
    const framing = length === null && exchange.version !== "1.0" ? "chunked" : "plain";
    const Writer = this.#transport.files === undefined ? EngineBodyWriter : FileBodyWriter;
    return new Writer(this, exchange, content ? framing : "none", length);
  }

  /** Sends an interim answer, which HTTP/1.0 does not have (RFC 9110, 15.2). */
  inform(exchange: EngineExchange, status: number, fields: FieldList): void {
    const lines = assertInterim(status, fields);
    if (exchange.version === "1.0") return;
    this.#outputOf(exchange).addLatin1(`${interimLine(status)}${lines}\r\n`);
    this.#owner.endTurnLater();
  }

  /** Answers 101; `takeOver` is called when it is this exchange's turn. */
  upgrade(exchange: EngineExchange, head: ResponseHead, takeOver: () => void): void {
    this.#outputOf(exchange).addLatin1(encodeUpgrade(head, Date.now()));
    exchange.detach();
    if (exchange.watched !== null) note(exchange.watched, head.status, 0);
    exchange.takeOver = takeOver;
    this.#complete(exchange);
  }

  /** Asks the client for the body that it holds back, when it is this exchange's turn. */
  continue(exchange: EngineExchange): void {
    if (!exchange.awaitsContinue || exchange.answered) return;
    exchange.isContinued = true;
    if (exchange !== this.queue.first) return;
    exchange.awaitsContinue = false;
    this.#output.addLatin1(CONTINUE);
  }

  /** The engine answers in place of the application. */
  refuse(exchange: EngineExchange, fault: Fault, fields: FieldList | null = null): void {
    const error = new HttpError(fault.status, fault.code, fault.detail);
    exchange.drop(error);
    exchange.closes = true;
    this.#outputOf(exchange).addLatin1(encodeProblem(fault, exchange.method, Date.now(), fields));
    if (exchange.watched !== null) noteRefusal(exchange.watched, error, exchange.method, fault);
    this.#given(exchange);
  }

  /** Answers in place of the handlers whose time is over. */
  refuseLate(nowMs: number): void {
    let exchange = this.queue.first;
    while (exchange !== null) {
      // An answer that has its turn takes the exchange out of the queue.
      const { next } = exchange;
      const late = exchange.state === AnswerState.open && nowMs >= (exchange.deadlineMs ?? Infinity);
      if (late) this.#refuseLate(exchange);
      exchange = next;
    }
  }

  #refuseLate(exchange: EngineExchange): void {
    this.#host.counters.refuse(FAULTS.handlerTimeout.code);
    this.refuse(exchange, FAULTS.handlerTimeout);
  }

  /** The answer to what could not become an exchange; nothing comes after it. */
  refuseRest(fault: Fault, fields: FieldList | null): void {
    this.#lastWords = encodeProblem(fault, "", Date.now(), fields);
    if (this.queue.first === null) this.#advance();
  }

  /**
   * The client sends nothing more. Most have closed, which looks the same until something is sent to them, so the signals
   * abort; the few that ended one side only still get what the application answers.
   */
  signalEnd(reason: Error): void {
    let exchange = this.queue.first;
    while (exchange !== null) {
      // A listener may answer at once, which takes the exchange out of the queue.
      const { next } = exchange;
      this.#host.admission.gate.clientEnded(exchange);
      exchange.signalAbort(reason);
      exchange = next;
    }
  }

  /** The client is gone: nothing reaches it any more. */
  drop(reason: Error): void {
    for (let exchange = this.queue.shift(); exchange !== null; exchange = this.queue.shift()) {
      this.#host.counters.inFlight--;
      exchange.drop(reason);
      exchange.watched?.watcher.cut(reason);
      this.#host.admission.gate.left(exchange);
    }
  }

  /** What was given and has not left never will. */
  lose(reason: Error): void {
    const watches = this.#watches ?? [];
    this.#watches = null;
    for (const { watcher } of watches) watcher.cut(reason);
  }

  /** The connection is about to be cut. */
  countLosses(losses: Losses): void {
    let exchange = this.queue.first;
    if (exchange === null) losses[this.unsent > 0 ? "streams" : "idle"]++;
    for (; exchange !== null; exchange = exchange.next)
      losses[exchange.state === AnswerState.open ? "requests" : "streams"]++;
  }

  writeBody(exchange: EngineExchange, data: string | Uint8Array, framing: BodyFraming): boolean {
    const output = this.#outputOf(exchange);
    if (framing === "chunked") output.addLatin1(chunkLine(data.length));
    this.#addData(output, data);
    if (framing === "chunked") output.addLatin1("\r\n");
    if (exchange.watched !== null) exchange.watched.bodyBytes += data.length;
    return this.#wrote(exchange);
  }

  endBody(exchange: EngineExchange, framing: BodyFraming, trailerLines: string): void {
    if (framing === "chunked") {
      const end = trailerLines === "" || !acceptsTrailers(exchange) ? LAST_CHUNK : lastChunk(trailerLines);
      this.#outputOf(exchange).addLatin1(end);
    }
    if (!this.#owner.canDropBody(exchange)) exchange.closes = true;
    this.#complete(exchange);
  }

  isTurnOf(exchange: EngineExchange): boolean {
    return exchange === this.queue.first;
  }

  get isFull(): boolean {
    return this.#transport.files?.isFull ?? false;
  }

  sendFile(exchange: EngineExchange, piece: FilePiece): number {
    const { size } = this.#output;
    const front = this.#output.flushToText(this.#transport);
    const taken = this.#transport.files?.send(front, piece) ?? 0;
    this.#count(size + taken);
    if (exchange.watched !== null) exchange.watched.bodyBytes += taken;
    this.offered = this.isFull ? piece.length - taken : 0;
    if (this.isFull) this.#owner.backedUp();
    return taken;
  }

  abort(exchange: EngineExchange): void {
    this.#owner.abort(exchange);
  }

  /** Sends what another protocol writes; `exchange` is the one that asked for it, until its answer has its turn. */
  writeRaw(exchange: EngineExchange | null, chunk: string | Uint8Array, front?: string): boolean {
    const output = exchange === null ? this.#output : this.#outputOf(exchange);
    if (front === undefined || typeof chunk === "string") this.#addData(output, chunk);
    else this.#addThrough(output, front, chunk);
    const { highWaterBytes } = this.#host.limits;
    if (this.unsent < highWaterBytes) {
      this.#owner.endTurnLater();
      return true;
    }
    this.flush();
    return this.unsent < highWaterBytes;
  }

  hasRoom(exchange: EngineExchange): boolean {
    const unsent = exchange === this.queue.first ? this.#queued : (exchange.held?.size ?? 0);
    return unsent < this.#host.limits.highWaterBytes;
  }

  /** Wakes the writer whose turn it is, if there is room. */
  wakeWriter(): void {
    const { first } = this.queue;
    if (first !== null && this.hasRoom(first)) first.wake();
  }

  #wrote(exchange: EngineExchange): boolean {
    if (exchange === this.queue.first && !this.hasRoom(exchange)) this.flush();
    else this.#owner.endTurnLater();
    return this.hasRoom(exchange);
  }

  #outputOf(exchange: EngineExchange): Output {
    return exchange === this.queue.first ? this.#output : (exchange.held ??= new Output());
  }

  #addWhole(output: Output, head: string, content: string | Uint8Array | null): void {
    if (typeof content === "string") return output.addLatin1(head + content);
    output.addLatin1(head);
    if (content !== null) this.#addData(output, content);
  }

  /** The time of day; while a read is taken it is that of the read. */
  #wallMs(): number {
    return this.#owner.lentMemory === null ? Date.now() : this.#host.admission.readWallMs;
  }

  #addData(output: Output, data: string | Uint8Array): void {
    if (typeof data === "string") output.addLatin1(data);
    else output.addBytes(data.buffer === this.#owner.lentMemory ? new Uint8Array(data) : data);
  }

  /** Adds bytes that their owner may change as soon as this returns. */
  #addThrough(output: Output, front: string, bytes: Uint8Array): void {
    const transport = this.#transport;
    if (output !== this.#output || transport.writeThrough === undefined) {
      output.addLatin1(front);
      return output.addBytes(new Uint8Array(bytes));
    }
    this.flush();
    const size = front.length + bytes.length;
    this.written += size;
    this.#host.counters.bytesOut += size;
    transport.writeThrough(front, bytes);
    if (transport.pending > 0) this.#owner.backedUp();
  }

  #closesAfter(exchange: EngineExchange, head: ResponseHead): boolean {
    if (!exchange.keepsAlive || exchange.method === "CONNECT" || saysClose(head)) return true;
    const last = this.#owner.takesNoMore || (this.#host.closing && !this.#owner.hasUnparsed);
    return last && exchange.next === null && this.#lastWords === null;
  }

  #complete(exchange: EngineExchange): void {
    exchange.state = AnswerState.complete;
    this.#given(exchange);
  }

  /** All of an answer was given; if it was its turn, so are those behind it that were held back. */
  #given(exchange: EngineExchange): void {
    this.#host.admission.gate.left(exchange);
    this.#owner.answered(exchange);
    if (exchange === this.queue.first) this.#advance();
  }

  #advance(): void {
    for (let first = this.queue.first; first !== null; first = this.queue.first) {
      if (first.held !== null) this.#output.take(first.held);
      first.held = null;
      if (first.isContinued) this.continue(first);
      if (first.state < AnswerState.complete) return;
      this.queue.shift();
      this.#host.counters.inFlight--;
      if (first.watched !== null) (this.#watches ??= []).push(first.watched);
      if (first.takeOver !== null) return first.leave();
      if (first.closes) return this.#owner.close();
    }
    if (this.#lastWords === null && !this.#owner.takesNoMore) return;
    if (this.#lastWords !== null) this.#output.addLatin1(this.#lastWords);
    this.#owner.close();
  }
}

function note(watch: AnswerWatch, status: number, bodyBytes: number): void {
  watch.status = status;
  watch.bodyBytes = bodyBytes;
}

function noteRefusal(watch: AnswerWatch, error: HttpError, method: string, fault: Fault): void {
  note(watch, fault.status, method === "HEAD" ? 0 : problemBody(fault).length);
  watch.watcher.refused(error);
}
