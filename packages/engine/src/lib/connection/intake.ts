import { type FieldList, HttpError } from "@armature/http";
import { isWaiting } from "../admission/gate.ts";
import { refusalOf, UNKNOWN_REQUEST } from "../encode/refusal-of.ts";
import { type Fault, FAULTS } from "../parse/fault.ts";
import { RequestParser, Step } from "../parse/request-parser.ts";
import type { Answers } from "./answers.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { AnswerState } from "./answer-state.ts";
import { EngineExchange, type ExchangeOwner } from "./exchange.ts";
import { Phase } from "./phase.ts";

/** Bytes of a body that nobody read which are dropped to keep the connection. */
const DROP_BYTES = 64 * 1024;

/** Stands where a parser was that is needed no more; never fed. */
let spent: RequestParser | null = null;

/** What the intake of a connection needs of it. */
export interface IntakeOwner extends ExchangeOwner {
  readonly answers: Answers;
  /** Whether bytes still make requests: the connection is not closing and speaks no other protocol. */
  readonly takesRequests: boolean;
  /** A handler has until a time to begin its answer. */
  handlerUntil(dueMs: number): void;
  close(): void;
}

/** Makes requests of what a client sends and hands them to the handler, as long as there is room for their answers. */
export class Intake {
  /** Whether no further request is taken. */
  isOver = false;
  /** The memory that handlers look into now and that is used again after. */
  lentMemory: ArrayBufferLike | null = null;
  /** What was read and is not parsed yet, because there is enough work. */
  stash: Buffer | null = null;
  /** Heads that were complete since someone set it to 0. */
  heads = 0;
  /** Requests that this connection may still have. */
  requestsLeft: number;
  readonly #host: ConnectionHost;
  readonly #owner: IntakeOwner;
  #parser: RequestParser;
  /** The exchange whose body is arriving. */
  #receiving: EngineExchange | null = null;
  /** An exchange that may turn this into another protocol: nothing behind it is parsed before it is answered. */
  #gate: EngineExchange | null = null;
  /** Bytes of a body that may still be dropped. */
  #dropLeft = 0;

  constructor(host: ConnectionHost, owner: IntakeOwner) {
    this.#host = host;
    this.#owner = owner;
    this.#parser = new RequestParser(host.limits, host.knownHeads);
    this.requestsLeft = host.limits.maxRequestsPerConnection;
  }

  /** The exchange that asks for another protocol, while its answer waits for its turn. */
  get gate(): EngineExchange | null {
    return this.#gate;
  }

  /** What is arriving; `null` where nothing is. */
  get phase(): Phase | null {
    if (this.#receiving !== null) return Phase.receiving;
    return this.#parser.inHead ? Phase.reading : null;
  }

  /** Whether bytes are here that were not looked at. */
  get hasUnparsed(): boolean {
    return this.stash !== null || (this.lentMemory !== null && this.#parser.hasMore);
  }

  /** Whether the body that is to come was not asked for yet. */
  get awaitsContinue(): boolean {
    return this.#receiving?.awaitsContinue === true;
  }

  /** Whether bytes that arrive now mean anything. */
  get wantsBytes(): boolean {
    return this.#receiving !== null || !this.isOver;
  }

  /** Whether the client should wait: there is enough work, or its body is not read. */
  get shouldWait(): boolean {
    if (this.#receiving !== null) return this.#receiving.body.isFull(this.#host.limits.highWaterBytes);
    return this.stash !== null || (!this.isOver && !this.accepts());
  }

  /** Takes bytes, and keeps those that have to wait; returns those that belong to another protocol, if there are any. */
  read(bytes: Buffer, length: number): Buffer | null {
    const parser = this.#parser;
    this.#host.admission.read();
    this.lentMemory = bytes.buffer;
    try {
      parser.feed(bytes, length);
      while (this.#receiving !== null || this.accepts()) {
        const step = parser.next();
        if (step === Step.more) break;
        if (step === Step.head) this.#begin(bytes);
        else this.#takeStep(step, bytes);
      }
    } finally {
      this.lentMemory = null;
    }
    return parser.at === length ? null : this.#keep(bytes.subarray(parser.at, length));
  }

  /** Adds bytes behind those that wait. */
  stashMore(bytes: Buffer): void {
    this.stash = this.stash === null ? Buffer.from(bytes) : Buffer.concat([this.stash, bytes]);
  }

  /** Whether the next head may be taken. */
  accepts(): boolean {
    if (this.isOver || this.#gate !== null || !this.#owner.takesRequests) return false;
    const { answers } = this.#owner;
    const { maxPipelined, highWaterBytes } = this.#host.limits;
    if (answers.queue.size >= maxPipelined) return false;
    if (answers.unsent >= highWaterBytes) answers.flush();
    return answers.unsent < highWaterBytes;
  }

  /** The client sends nothing more. */
  end(): void {
    this.isOver = true;
    if (this.#receiving !== null) this.refuse(FAULTS.bodyIncomplete);
  }

  /** The client is gone, or nobody listens to it any more. */
  drop(reason: Error): void {
    this.stash = null;
    this.#receiving?.body.fail(incomplete(reason));
    this.#receiving = null;
  }

  /** What arrives cannot be a request, or does not arrive in time: nothing behind it is read. */
  refuse(fault: Fault): void {
    const exchange = this.#stop(fault);
    if (exchange === null) this.#owner.answers.refuseRest(fault, this.#tellRefusal(fault, null));
    else if (exchange.state !== AnswerState.open) this.#refuseBody(exchange, fault);
    else {
      const fields = isWaiting(exchange) ? this.#tellRefusal(fault, exchange) : null;
      this.#owner.answers.refuse(exchange, fault, fields);
    }
  }

  #stop({ code }: Fault): EngineExchange | null {
    this.#host.counters.refuse(code);
    this.isOver = true;
    this.#parser.dropHead();
    const exchange = this.#receiving;
    this.#receiving = null;
    return exchange;
  }

  /** No handler has seen this request. */
  #tellRefusal(fault: Fault, exchange: EngineExchange | null): FieldList | null {
    return this.#host.onRefusal(refusalOf(fault, exchange ?? UNKNOWN_REQUEST, this.#owner.peer));
  }

  isReceiving(exchange: EngineExchange): boolean {
    return this.#receiving === exchange;
  }

  /** Whether so little is missing of a body that nobody reads that the connection is worth keeping. */
  canDropBody(exchange: EngineExchange): boolean {
    if (this.#receiving !== exchange) return true;
    if (exchange.awaitsContinue) return false;
    const { length, received } = exchange.body;
    return length === null || length - received <= DROP_BYTES;
  }

  /** All of an answer was given: what is missing of its request is dropped. */
  answered(exchange: EngineExchange): void {
    if (this.#gate === exchange && exchange.takeOver === null) this.#gate = null;
    if (this.#receiving !== exchange) return;
    exchange.body.drop();
    this.#dropLeft = DROP_BYTES;
  }

  /** The connection speaks another protocol now. */
  openGate(): void {
    this.#gate = null;
    // It may last for hours, and parses nothing more.
    this.#parser = spent ??= new RequestParser(this.#host.limits);
  }

  #takeStep(step: Step, bytes: Buffer): void {
    if (step === Step.data) this.#bodyData(bytes);
    else if (step === Step.end) this.#bodyDone();
    else this.refuse(this.#parser.fault ?? FAULTS.chunk);
  }

  #keep(rest: Buffer): Buffer | null {
    if (!this.#owner.takesRequests) return rest;
    if (!this.isOver) this.stash = Buffer.from(rest);
    return null;
  }

  #begin(bytes: Buffer): void {
    const parser = this.#parser;
    const exchange = new EngineExchange(this.#owner, parser);
    this.heads++;
    this.#owner.answers.add(exchange);
    if (!exchange.keepsAlive || --this.requestsLeft === 0) this.isOver = true;
    if (exchange.asksUpgrade || exchange.method === "CONNECT") this.#gate = exchange;
    if (parser.hasBody && !this.#takeBody(exchange, bytes)) return;
    this.#host.admission.gate.enter(exchange);
    exchange.settle();
  }

  /** It is the turn of a request. */
  run(exchange: EngineExchange): void {
    const isLate = exchange.bytes === null;
    this.#host.counters.requests++;
    try {
      this.#host.handler(exchange);
    } catch (error) {
      this.#handlerThrew(exchange, error);
    }
    if (exchange.state === AnswerState.open) this.#startDeadline(exchange);
    else if (isLate) exchange.forget();
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
      const fault = parser.fault ?? FAULTS.chunk;
      this.#stop(fault);
      this.#owner.answers.refuse(exchange, fault, this.#tellRefusal(fault, exchange));
      return false;
    }
    if (step === Step.end) this.#receiving = null;
    if (end > start) exchange.awaitsContinue = false;
    exchange.body.start(bytes.subarray(start, end), step === Step.end ? parser.trailers : null);
    return true;
  }

  #handlerThrew(exchange: EngineExchange, error: unknown): void {
    this.#host.onError(error);
    if (exchange.state === AnswerState.open) this.#owner.answers.refuse(exchange, FAULTS.handler);
    else if (exchange.state === AnswerState.streaming) this.#owner.abort(exchange);
  }

  #startDeadline(exchange: EngineExchange): void {
    const { handlerTimeoutMs } = this.#host.limits;
    if (handlerTimeoutMs === 0) return;
    exchange.deadlineMs = this.#host.now() + handlerTimeoutMs;
    this.#owner.handlerUntil(exchange.deadlineMs);
  }

  #bodyData(bytes: Buffer): void {
    const exchange = this.#receiving;
    if (exchange === null) return;
    const { dataStart, dataEnd } = this.#parser;
    exchange.awaitsContinue = false;
    if (exchange.state >= AnswerState.complete) return this.#dropData(exchange, dataEnd - dataStart);
    exchange.body.push(bytes.subarray(dataStart, dataEnd));
    // The client is at work, not the handler.
    if (exchange.state === AnswerState.open && !isWaiting(exchange)) this.#startDeadline(exchange);
  }

  #bodyDone(): void {
    this.#receiving?.body.finish(this.#parser.trailers);
    this.#receiving = null;
  }

  /** Nobody reads this body; where it does not end, the connection closes behind its answer. */
  #dropData(exchange: EngineExchange, length: number): void {
    this.#dropLeft -= length;
    if (this.#dropLeft >= 0) return;
    this.#receiving = null;
    this.#closeBehind(exchange);
  }

  /** The answer has begun already: the body's reader is told, and the connection closes behind the answer. */
  #refuseBody(exchange: EngineExchange, fault: Fault): void {
    exchange.body.fail(new HttpError(fault.status, fault.code, fault.detail));
    this.#closeBehind(exchange);
  }

  #closeBehind(exchange: EngineExchange): void {
    this.isOver = true;
    exchange.closes = true;
    if (this.#owner.answers.done) this.#owner.close();
  }
}

/** What the reader of a body sees of a client that left within it. */
function incomplete(cause: Error): HttpError {
  const { status, code, detail } = FAULTS.bodyIncomplete;
  return new HttpError(status, code, detail, { cause });
}
