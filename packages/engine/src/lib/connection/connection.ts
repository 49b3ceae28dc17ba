import {
  ArmatureError,
  type BodyWriter,
  type ConnectionSink,
  HttpError,
  type Peer,
  type RawConnection,
  type ResponseHead,
} from "@armature/http";
import { encodeHead, encodeUpgrade, hasContent, saysClose } from "../encode/answer-head.ts";
import { toWire } from "../encode/body-text.ts";
import { chunkLine, LAST_CHUNK } from "../encode/chunk.ts";
import { connectionLine, streamFraming, wholeFraming } from "../encode/framing-lines.ts";
import { Output } from "../encode/output.ts";
import { PROBLEM_BLOCK, problemBody } from "../encode/problem.ts";
import { CONTINUE, SWITCHING_PROTOCOLS } from "../encode/status-line.ts";
import { type Fault, FAULTS } from "../parse/fault.ts";
import { RequestParser, Step } from "../parse/request-parser.ts";
import type { Transport, TransportUser } from "../transport/transport.ts";
import { type BodyFraming, type BodyOutput, EngineBodyWriter } from "./body-writer.ts";
import type { ConnectionControl, ConnectionHost } from "./connection-host.ts";
import { ExchangeQueue } from "./exchange-queue.ts";
import { AnswerState, EngineExchange, type ExchangeOwner } from "./exchange.ts";
import { Phase } from "./phase.ts";
import { EngineRawConnection, type RawOutput } from "./raw-connection.ts";
import { atEndOfTurn, type TurnTask } from "./turn-queue.ts";

/** Bytes of a body that nobody read which are dropped to keep the connection. */
const DROP_BYTES = 64 * 1024;
/** How long the client may take to close after the last answer. */
const LINGER_MS = 2_000;
/** Bytes dropped meanwhile; after them the client is no longer read. */
const LINGER_BYTES = 1024 * 1024;

/** One client: bytes to requests, answers to bytes, in order. */
export class Connection
  implements TransportUser, ExchangeOwner, BodyOutput, RawOutput, TurnTask, ConnectionControl
{
  readonly #host: ConnectionHost;
  readonly #transport: Transport;
  readonly #parser: RequestParser;
  readonly #output: Output = new Output();
  readonly #queue: ExchangeQueue = new ExchangeQueue();
  #phase: Phase = Phase.idle;
  #deadlineMs: number;
  #requestDeadlineMs = Infinity;
  /** The exchange whose body is arriving. */
  #receiving: EngineExchange | null = null;
  /** An exchange that may turn this into another protocol: nothing behind it is parsed before it is answered. */
  #gate: EngineExchange | null = null;
  #raw: EngineRawConnection | null = null;
  /** The answer to a request that could not be parsed, to be sent after all others. */
  #lastWords: string | null = null;
  /** What was read and is not parsed yet, because there is enough work. */
  #stash: Buffer | null = null;
  /** What is being parsed, while it is. */
  #reading: Buffer | null = null;
  #paused = false;
  #turnQueued = false;
  /** No further request is taken. */
  #last = false;
  #inputEnded = false;
  /** Heads since the start, and at the time the phase was last looked at. */
  #heads = 0;
  #headsSeen = 0;
  /** Bytes that may still be dropped. */
  #dropLeft = 0;

  constructor(transport: Transport, host: ConnectionHost) {
    this.#transport = transport;
    this.#host = host;
    this.#parser = new RequestParser(host.limits);
    this.#deadlineMs = performance.now() + host.limits.headersTimeoutMs;
    host.counters.accepted++;
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  get maxBodyBytes(): number {
    return this.#host.limits.maxBodyBytes;
  }

  // What the transport tells.

  data(bytes: Buffer, length: number): void {
    if (this.#phase === Phase.upgraded) this.#raw?.receive(bytes.subarray(0, length));
    else if (this.#phase === Phase.draining) this.#discard(length);
    else if (this.#stash !== null) this.#stash = Buffer.concat([this.#stash, bytes.subarray(0, length)]);
    else if (this.#receiving !== null || !this.#last) this.#read(bytes, length);
  }

  ended(): void {
    this.#inputEnded = true;
    if (this.#phase === Phase.upgraded) this.#raw?.inputEnded();
    else if (this.#stash === null) this.#inputOver();
  }

  drained(): void {
    this.#raw?.drained();
    this.#wakeWriter();
    this.#endTurnLater();
  }

  closed(error: Error | null): void {
    if (this.#phase === Phase.closed) return;
    this.#phase = Phase.closed;
    this.#dropQueue(clientLeft(error));
    this.#raw?.closed(error);
    this.#host.left(this);
  }

  // Reading.

  #read(bytes: Buffer, length: number): void {
    this.#reading = bytes;
    try {
      this.#parse(bytes, length);
    } catch (error) {
      this.#host.onError(error);
      this.#transport.destroy();
    }
    this.#reading = null;
    this.#afterRead(bytes, length);
  }

  #parse(bytes: Buffer, length: number): void {
    const parser = this.#parser;
    parser.feed(bytes, length);
    while (this.#receiving !== null || this.#accepts()) {
      const step = parser.next();
      if (step === Step.head) this.#begin(bytes);
      else if (step === Step.data) this.#bodyData(bytes);
      else if (step === Step.end) this.#bodyDone();
      else if (step === Step.fault) return this.#refuse(parser.fault ?? FAULTS.chunk);
      else return;
    }
  }

  /** Whether the next head may be taken. */
  #accepts(): boolean {
    if (this.#last || this.#gate !== null || this.#phase >= Phase.upgraded) return false;
    const { limits } = this.#host;
    if (this.#queue.size >= limits.maxPipelined) return false;
    if (this.#unsent >= limits.highWaterBytes) this.#flush();
    return this.#unsent < limits.highWaterBytes;
  }

  get #unsent(): number {
    return this.#output.size + this.#transport.pending;
  }

  #begin(bytes: Buffer): void {
    const exchange = new EngineExchange(this, this.#parser);
    this.#heads++;
    this.#host.counters.inFlight++;
    this.#queue.push(exchange);
    if (!exchange.keepsAlive) this.#last = true;
    if (exchange.asksUpgrade || exchange.method === "CONNECT") this.#gate = exchange;
    if (!this.#parser.hasBody || this.#takeBody(exchange, bytes)) this.#handle(exchange);
  }

  /** Takes what is here of the body, moved together in the read buffer; `false` where it is refused. */
  #takeBody(exchange: EngineExchange, bytes: Buffer): boolean {
    const parser = this.#parser;
    this.#receiving = exchange;
    let start = 0;
    let end = 0;
    let step = parser.next();
    for (; step === Step.data; step = parser.next()) {
      if (end === 0) start = end = parser.dataStart;
      if (end !== parser.dataStart) bytes.copyWithin(end, parser.dataStart, parser.dataEnd);
      end += parser.dataEnd - parser.dataStart;
    }
    if (step === Step.fault) {
      this.#refuse(parser.fault ?? FAULTS.chunk);
      return false;
    }
    if (step === Step.end) this.#receiving = null;
    if (end > start) exchange.awaitsContinue = false;
    exchange.body.start(bytes.subarray(start, end), step === Step.end);
    return true;
  }

  #handle(exchange: EngineExchange): void {
    this.#host.counters.requests++;
    try {
      this.#host.handler(exchange);
    } catch (error) {
      this.#handlerThrew(exchange, error);
    }
    if (exchange.state === AnswerState.open) this.#startDeadline(exchange);
    exchange.settle();
  }

  #handlerThrew(exchange: EngineExchange, error: unknown): void {
    this.#host.onError(error);
    if (exchange.state === AnswerState.open) this.#answerFault(exchange, FAULTS.handler);
    else if (exchange.state === AnswerState.streaming) this.abort(exchange);
  }

  #startDeadline(exchange: EngineExchange): void {
    const { handlerTimeoutMs } = this.#host.limits;
    if (handlerTimeoutMs > 0) exchange.deadlineMs = performance.now() + handlerTimeoutMs;
  }

  #bodyData(bytes: Buffer): void {
    const exchange = this.#receiving;
    if (exchange === null) return;
    const { dataStart, dataEnd } = this.#parser;
    exchange.awaitsContinue = false;
    if (exchange.state < AnswerState.complete) {
      exchange.body.push(bytes.subarray(dataStart, dataEnd));
      // The client is at work, not the handler.
      if (exchange.state === AnswerState.open) this.#startDeadline(exchange);
      return;
    }
    this.#dropLeft -= dataEnd - dataStart;
    if (this.#dropLeft < 0) this.#stopDropping(exchange);
  }

  /** Nobody reads this body and it does not end: the connection closes behind its answer. */
  #stopDropping(exchange: EngineExchange): void {
    this.#last = true;
    this.#receiving = null;
    exchange.closes = true;
    if (this.#queue.first === null) this.#close();
  }

  #bodyDone(): void {
    this.#receiving?.body.finish();
    this.#receiving = null;
  }

  #afterRead(bytes: Buffer, length: number): void {
    const rest = this.#parser.at;
    if (this.#phase === Phase.upgraded) {
      this.#flush();
      if (rest < length) this.#raw?.receive(bytes.subarray(rest, length));
      return this.#steer();
    }
    if (rest < length && !this.#last && this.#phase < Phase.upgraded) {
      this.#stash = Buffer.from(bytes.subarray(rest, length));
    }
    this.#settle();
  }

  /** What comes at the end of each read and each turn. */
  #settle(): void {
    this.#flush();
    if (this.#phase >= Phase.draining) return;
    if (this.#inputEnded && this.#stash === null) this.#inputOver();
    this.#steer();
    this.#enterPhase();
  }

  /** Stops or starts reading: the client waits where there is enough work, or where its body is not read. */
  #steer(): void {
    const stop = this.#phase < Phase.draining && this.#shouldStop();
    if (stop === this.#paused || this.#phase === Phase.closed) return;
    this.#paused = stop;
    if (stop) this.#transport.pause();
    else this.#transport.resume();
  }

  #shouldStop(): boolean {
    if (this.#raw !== null) return this.#raw.paused;
    if (this.#receiving !== null) return this.#receiving.body.isFull(this.#host.limits.highWaterBytes);
    return this.#stash !== null || (!this.#last && !this.#accepts());
  }

  #enterPhase(): void {
    if (this.#phase >= Phase.upgraded) return;
    const earlier = this.#phase;
    const begun = this.#heads - this.#headsSeen;
    this.#headsSeen = this.#heads;
    this.#phase = this.#currentPhase();
    const now = performance.now();
    if (this.#phase === Phase.idle) {
      this.#deadlineMs = now + this.#host.limits.keepAliveTimeoutMs;
    } else if (this.#phase !== Phase.handling && !isSameRequest(earlier, this.#phase, begun)) {
      this.#deadlineMs = now + this.#host.limits.headersTimeoutMs;
      this.#requestDeadlineMs = now + this.#host.limits.requestTimeoutMs;
    }
  }

  #currentPhase(): Phase {
    if (this.#receiving !== null) return Phase.receiving;
    if (this.#parser.inHead) return Phase.reading;
    return this.#queue.first === null ? Phase.idle : Phase.handling;
  }

  /** The client sends nothing more; what it asked for is still answered. */
  #inputOver(): void {
    if (this.#phase >= Phase.upgraded) return;
    this.#last = true;
    if (this.#receiving !== null) this.#refuse(FAULTS.bodyIncomplete);
    else if (this.#queue.first === null && this.#lastWords === null) this.#close();
  }

  // Answers.

  respond(exchange: EngineExchange, head: ResponseHead, body: string | Uint8Array | null): void {
    const closes = this.#closesAfter(exchange, head) || !this.#canDropBody(exchange);
    const wire = typeof body === "string" ? toWire(body) : body;
    const lines =
      wholeFraming(exchange, head.status, wire === null ? null : wire.length) +
      connectionLine(exchange, closes, closes && saysClose(head));
    const text = encodeHead(head, lines, Date.now());
    const output = this.#outputOf(exchange);
    output.addLatin1(text);
    if (wire !== null && hasContent(exchange.method, head.status)) this.#addData(output, wire);
    exchange.closes = closes;
    exchange.state = AnswerState.complete;
    this.#answered(exchange);
  }

  stream(exchange: EngineExchange, head: ResponseHead, length: number | null): BodyWriter {
    if (exchange.state !== AnswerState.open) return new EngineBodyWriter(this, exchange, "none", null);
    const framingLine = streamFraming(exchange, head.status, length);
    const content = hasContent(exchange.method, head.status);
    const closes = this.#closesAfter(exchange, head) || (content && framingLine === "");
    const lines = framingLine + connectionLine(exchange, closes, closes && saysClose(head));
    this.#outputOf(exchange).addLatin1(encodeHead(head, lines, Date.now()));
    exchange.closes = closes;
    exchange.state = AnswerState.streaming;
    this.#endTurnLater();
    const framing = content ? (length === null && exchange.version !== "1.0" ? "chunked" : "plain") : "none";
    return new EngineBodyWriter(this, exchange, framing, length);
  }

  upgrade(exchange: EngineExchange, head: ResponseHead, sink: ConnectionSink): RawConnection {
    const raw = new EngineRawConnection(this, sink, this.#host.onError);
    if (exchange.state !== AnswerState.open) {
      queueMicrotask(() => raw.closed(null));
      return raw;
    }
    if (
      exchange !== this.#gate ||
      !exchange.asksUpgrade ||
      this.#receiving === exchange ||
      head.status !== 101
    ) {
      throw upgradeUnsupported(exchange, head.status);
    }
    this.#outputOf(exchange).addLatin1(encodeUpgrade(SWITCHING_PROTOCOLS, head, Date.now()));
    exchange.detach();
    exchange.takeOver = () => this.#takeOver(raw);
    exchange.state = AnswerState.complete;
    this.#answered(exchange);
    return raw;
  }

  abort(exchange: EngineExchange): void {
    exchange.drop(
      new ArmatureError("E_EXCHANGE_ABORTED", "The application cut the connection without an answer."),
    );
    this.#last = true;
    this.#flush();
    this.#transport.destroy();
  }

  bodyWanted(exchange: EngineExchange): void {
    if (this.#receiving !== exchange) return;
    if (exchange.awaitsContinue && exchange === this.#queue.first && exchange.state === AnswerState.open) {
      exchange.awaitsContinue = false;
      this.#output.addLatin1(CONTINUE);
    }
    this.#endTurnLater();
  }

  writeBody(exchange: EngineExchange, data: string | Uint8Array, framing: BodyFraming): boolean {
    const output = this.#outputOf(exchange);
    if (framing === "chunked") output.addLatin1(chunkLine(data.length));
    this.#addData(output, data);
    if (framing === "chunked") output.addLatin1("\r\n");
    return this.#wrote(exchange);
  }

  endBody(exchange: EngineExchange, framing: BodyFraming): void {
    if (framing === "chunked") this.#outputOf(exchange).addLatin1(LAST_CHUNK);
    if (!this.#canDropBody(exchange)) exchange.closes = true;
    exchange.state = AnswerState.complete;
    this.#answered(exchange);
  }

  hasRoom(exchange: EngineExchange): boolean {
    const unsent = exchange === this.#queue.first ? this.#unsent : (exchange.held?.size ?? 0);
    return unsent < this.#host.limits.highWaterBytes;
  }

  #wrote(exchange: EngineExchange): boolean {
    if (!this.hasRoom(exchange) && exchange === this.#queue.first) this.#flush();
    else this.#endTurnLater();
    return this.hasRoom(exchange);
  }

  #outputOf(exchange: EngineExchange): Output {
    return exchange === this.#queue.first ? this.#output : (exchange.held ??= new Output());
  }

  #addData(output: Output, data: string | Uint8Array): void {
    if (typeof data === "string") output.addLatin1(data);
    // A view into the read buffer does not outlive the handler.
    else output.addBytes(data.buffer === this.#reading?.buffer ? new Uint8Array(data) : data);
  }

  #closesAfter(exchange: EngineExchange, head: ResponseHead): boolean {
    if (!exchange.keepsAlive || exchange.method === "CONNECT" || saysClose(head)) return true;
    const last = this.#host.closing || this.#last;
    return last && exchange.next === null && this.#lastWords === null;
  }

  /** Whether what is missing of the body is so little that it is better dropped than the connection closed. */
  #canDropBody(exchange: EngineExchange): boolean {
    if (this.#receiving !== exchange) return true;
    if (exchange.awaitsContinue) return false;
    const { length, received } = exchange.body;
    return length === null || length - received <= DROP_BYTES;
  }

  /** An answer is complete; if it was its turn, so are those behind it that were held back. */
  #answered(exchange: EngineExchange): void {
    if (this.#receiving === exchange) {
      exchange.body.drop();
      this.#dropLeft = DROP_BYTES;
    }
    if (exchange === this.#queue.first) this.#advance();
    this.#endTurnLater();
  }

  #advance(): void {
    for (let first = this.#queue.first; first !== null; first = this.#queue.first) {
      if (first.held !== null) this.#output.take(first.held);
      first.held = null;
      if (first.state < AnswerState.complete) return;
      this.#finish(first);
      if (first.takeOver !== null) return first.takeOver();
      if (first.closes) return this.#close();
    }
    if (this.#lastWords !== null) this.#output.addLatin1(this.#lastWords);
    if (this.#lastWords !== null || (this.#last && this.#receiving === null)) this.#close();
  }

  #finish(exchange: EngineExchange): void {
    this.#queue.shift();
    this.#host.counters.inFlight--;
    if (this.#gate === exchange) this.#gate = null;
  }

  // Refusals and the end.

  /** What arrives cannot be a request, or does not arrive in time: nothing behind it is read. */
  #refuse(fault: Fault): void {
    this.#host.counters.refused++;
    this.#last = true;
    const exchange = this.#receiving;
    this.#receiving = null;
    if (exchange !== null) return this.#refuseBody(exchange, fault);
    this.#lastWords = encodeProblem(fault, true);
    if (this.#queue.first === null) this.#advance();
  }

  #refuseBody(exchange: EngineExchange, fault: Fault): void {
    if (exchange.state === AnswerState.open) return this.#answerFault(exchange, fault);
    exchange.closes = true;
    exchange.body.fail(toError(fault));
    if (exchange.state >= AnswerState.complete && this.#queue.first === null) this.#close();
  }

  #answerFault(exchange: EngineExchange, fault: Fault): void {
    exchange.drop(toError(fault));
    exchange.closes = true;
    this.#outputOf(exchange).addLatin1(encodeProblem(fault, exchange.method !== "HEAD"));
    this.#answered(exchange);
  }

  /** The last answer is given: ends our side, and drops what comes until the client has read it. */
  #close(): void {
    if (this.#phase >= Phase.draining) return;
    this.#dropQueue(clientLeft(null));
    this.#flush();
    this.#phase = Phase.draining;
    this.#deadlineMs = performance.now() + LINGER_MS;
    this.#dropLeft = LINGER_BYTES;
    this.#transport.end();
    this.#steer();
  }

  #discard(length: number): void {
    this.#dropLeft -= length;
    if (this.#dropLeft < 0) this.#transport.pause();
  }

  #dropQueue(reason: Error): void {
    this.#stash = null;
    this.#receiving?.body.fail(reason);
    this.#receiving = null;
    for (let exchange = this.#queue.shift(); exchange !== null; exchange = this.#queue.shift()) {
      this.#host.counters.inFlight--;
      exchange.drop(reason);
    }
  }

  // Another protocol.

  #takeOver(raw: EngineRawConnection): void {
    this.#raw = raw;
    this.#phase = Phase.upgraded;
    if (raw.ended) this.endRaw();
  }

  writeRaw(chunk: Uint8Array): boolean {
    const output = this.#gate === null ? this.#output : this.#outputOf(this.#gate);
    this.#addData(output, chunk);
    if (this.#unsent >= this.#host.limits.highWaterBytes) this.#flush();
    else this.#endTurnLater();
    return this.#unsent < this.#host.limits.highWaterBytes;
  }

  endRaw(): void {
    if (this.#raw === null) return;
    this.#flush();
    this.#transport.end();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  rawFlow(): void {
    this.#endTurnLater();
  }

  // Turns, deadlines, shutdown.

  #endTurnLater(): void {
    if (this.#reading !== null || this.#turnQueued) return;
    this.#turnQueued = true;
    atEndOfTurn(this);
  }

  endTurn(): void {
    this.#turnQueued = false;
    if (this.#phase === Phase.closed) return;
    this.#flush();
    this.#wakeWriter();
    if (this.#phase === Phase.upgraded) return this.#rawTurn();
    while (this.#stash !== null && this.#accepts()) {
      const stash = this.#stash;
      this.#stash = null;
      this.#read(stash, stash.length);
    }
    this.#settle();
  }

  #rawTurn(): void {
    const stash = this.#stash;
    this.#stash = null;
    if (stash !== null) this.#raw?.receive(stash);
    if (stash !== null && this.#inputEnded) this.#raw?.inputEnded();
    this.#steer();
  }

  #flush(): void {
    this.#output.flush(this.#transport);
  }

  #wakeWriter(): void {
    const { first } = this.#queue;
    if (first !== null && this.hasRoom(first)) first.wake();
  }

  sweep(nowMs: number): void {
    if (this.#phase === Phase.idle && nowMs >= this.#deadlineMs) this.#close();
    else if (this.#phase === Phase.draining && nowMs >= this.#deadlineMs) this.#transport.destroy();
    else if (this.#phase === Phase.reading && nowMs >= this.#deadlineMs)
      this.#refuseLate(FAULTS.headersTimeout);
    else if (this.#isPartial() && nowMs >= this.#requestDeadlineMs) this.#refuseLate(FAULTS.requestTimeout);
    for (const exchange of this.#queue) {
      if (exchange.state === AnswerState.open && nowMs >= exchange.deadlineMs) {
        this.#answerFault(exchange, FAULTS.handlerTimeout);
      }
    }
  }

  #isPartial(): boolean {
    return this.#phase === Phase.reading || this.#phase === Phase.receiving;
  }

  #refuseLate(fault: Fault): void {
    this.#deadlineMs = Infinity;
    this.#requestDeadlineMs = Infinity;
    this.#refuse(fault);
    this.#endTurnLater();
  }

  shutdown(): void {
    if (this.#phase === Phase.idle && this.#queue.first === null) this.#transport.destroy();
  }

  cut(): boolean {
    const inWork = this.#queue.first !== null;
    this.#transport.destroy();
    return inWork;
  }
}

/** Whether a request that is not complete is the one that was not complete before. */
function isSameRequest(earlier: Phase, phase: Phase, begun: number): boolean {
  if (begun === 0) return earlier === phase;
  return begun === 1 && earlier === Phase.reading && phase === Phase.receiving;
}

function encodeProblem(fault: Fault, withBody: boolean): string {
  const body = problemBody(fault);
  const head = { status: fault.status, block: PROBLEM_BLOCK, fields: null };
  return encodeHead(head, `content-length: ${body.length}\r\n`, Date.now()) + (withBody ? body : "");
}

function toError(fault: Fault): HttpError {
  return new HttpError(fault.status, fault.code, fault.detail);
}

function clientLeft(cause: Error | null): ArmatureError {
  return new ArmatureError(
    "E_CLIENT_LEFT",
    "The client left before its answer was complete.",
    cause === null ? undefined : { cause },
  );
}

function upgradeUnsupported(exchange: EngineExchange, status: number): HttpError {
  return new HttpError(
    501,
    "E_UPGRADE_UNSUPPORTED",
    `This request cannot be upgraded: it must be HTTP/1.1 with "connection: upgrade" and a body that is complete, ` +
      `and the answer 101 (got HTTP/${exchange.version}, ${status}).`,
  );
}
