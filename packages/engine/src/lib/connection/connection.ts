import {
  ArmatureError,
  type ConnectionSink,
  HttpError,
  type Peer,
  type RawConnection,
  type ResponseHead,
} from "@armature/http";
import { type Fault, FAULTS } from "../parse/fault.ts";
import { RequestParser, Step } from "../parse/request-parser.ts";
import type { Transport, TransportUser } from "../transport/transport.ts";
import { Answers, type AnswersOwner } from "./answers.ts";
import type { ConnectionControl, ConnectionHost } from "./connection-host.ts";
import { AnswerState, EngineExchange, type ExchangeOwner } from "./exchange.ts";
import { Phase, PhaseClock } from "./phase.ts";
import { EngineRawConnection, type RawOutput } from "./raw-connection.ts";
import { atEndOfTurn, type TurnTask } from "./turn-queue.ts";

/** Bytes of a body that nobody read which are dropped to keep the connection. */
const DROP_BYTES = 64 * 1024;
/** Bytes dropped behind the last answer; after them the client is no longer read. */
const LINGER_BYTES = 1024 * 1024;

/** One client: makes requests of what it sends, as long as there is room for their answers. */
export class Connection
  implements TransportUser, ExchangeOwner, AnswersOwner, RawOutput, TurnTask, ConnectionControl
{
  readonly answers: Answers;
  /** Whether no further request is taken. */
  takesNoMore = false;
  lentMemory: ArrayBufferLike | null = null;
  readonly #host: ConnectionHost;
  readonly #transport: Transport;
  readonly #parser: RequestParser;
  readonly #clock: PhaseClock;
  /** The exchange whose body is arriving. */
  #receiving: EngineExchange | null = null;
  /** An exchange that may turn this into another protocol: nothing behind it is parsed before it is answered. */
  #gate: EngineExchange | null = null;
  #raw: EngineRawConnection | null = null;
  /** What was read and is not parsed yet, because there is enough work. */
  #stash: Buffer | null = null;
  #paused = false;
  #turnQueued = false;
  #inputEnded = false;
  /** Heads that were complete since the phase was last looked at. */
  #heads = 0;
  /** Bytes that may still be dropped. */
  #dropLeft = 0;

  constructor(transport: Transport, host: ConnectionHost) {
    this.#transport = transport;
    this.#host = host;
    this.#parser = new RequestParser(host.limits);
    this.#clock = new PhaseClock(host.limits);
    this.answers = new Answers(transport, host, this);
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
    const { phase } = this.#clock;
    if (phase === Phase.upgraded) this.#raw?.receive(bytes.subarray(0, length));
    else if (phase === Phase.draining) this.#discard(length);
    else if (this.#stash !== null) this.#stash = Buffer.concat([this.#stash, bytes.subarray(0, length)]);
    else if (this.#receiving !== null || !this.takesNoMore) this.#read(bytes, length);
  }

  ended(): void {
    this.#inputEnded = true;
    if (this.#clock.phase === Phase.upgraded) this.#raw?.inputEnded();
    else if (this.#stash === null) this.#inputOver();
  }

  drained(): void {
    this.#raw?.drained();
    this.answers.wakeWriter();
    this.endTurnLater();
  }

  closed(error: Error | null): void {
    if (this.#clock.phase === Phase.closed) return;
    this.#clock.enter(Phase.closed, 0);
    this.#drop(clientLeft(error));
    this.#raw?.closed(error);
    this.#host.left(this);
  }

  // Reading.

  #read(bytes: Buffer, length: number): void {
    this.lentMemory = bytes.buffer;
    try {
      this.#parse(bytes, length);
    } catch (error) {
      this.#host.onError(error);
      this.#transport.destroy();
    }
    this.lentMemory = null;
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
    if (this.takesNoMore || this.#gate !== null || this.#clock.phase >= Phase.upgraded) return false;
    const { answers } = this;
    const { maxPipelined, highWaterBytes } = this.#host.limits;
    if (answers.queue.size >= maxPipelined) return false;
    if (answers.unsent >= highWaterBytes) answers.flush();
    return answers.unsent < highWaterBytes;
  }

  #begin(bytes: Buffer): void {
    const parser = this.#parser;
    const exchange = new EngineExchange(this, parser);
    this.#heads++;
    this.answers.add(exchange);
    if (!exchange.keepsAlive) this.takesNoMore = true;
    if (exchange.asksUpgrade || exchange.method === "CONNECT") this.#gate = exchange;
    if (!parser.hasBody || this.#takeBody(exchange, bytes)) this.#handle(exchange);
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
    if (exchange.state === AnswerState.open) this.answers.refuse(exchange, FAULTS.handler);
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
    if (exchange.state >= AnswerState.complete) return this.#dropData(exchange, dataEnd - dataStart);
    exchange.body.push(bytes.subarray(dataStart, dataEnd));
    // The client is at work, not the handler.
    if (exchange.state === AnswerState.open) this.#startDeadline(exchange);
  }

  /** Nobody reads this body; where it does not end, the connection closes behind its answer. */
  #dropData(exchange: EngineExchange, length: number): void {
    this.#dropLeft -= length;
    if (this.#dropLeft >= 0) return;
    this.takesNoMore = true;
    this.#receiving = null;
    exchange.closes = true;
    if (this.answers.done) this.close();
  }

  #bodyDone(): void {
    const exchange = this.#receiving;
    this.#receiving = null;
    exchange?.body.finish();
    if (exchange?.state === AnswerState.open) this.#startDeadline(exchange);
  }

  #afterRead(bytes: Buffer, length: number): void {
    const rest = this.#parser.at;
    if (this.#clock.phase === Phase.upgraded) {
      this.answers.flush();
      if (rest < length) this.#raw?.receive(bytes.subarray(rest, length));
      return this.#steer();
    }
    if (rest < length && !this.takesNoMore && this.#clock.phase < Phase.upgraded) {
      this.#stash = Buffer.from(bytes.subarray(rest, length));
    }
    this.#settle();
  }

  /** What comes at the end of each read and each turn. */
  #settle(): void {
    this.answers.flush();
    if (this.#clock.phase >= Phase.draining) return;
    if (this.#inputEnded && this.#stash === null) this.#inputOver();
    this.#steer();
    if (this.#clock.phase < Phase.upgraded) this.#enterPhase();
  }

  #enterPhase(): void {
    this.#clock.enter(this.#currentPhase(), this.#heads);
    this.#heads = 0;
    if (this.#host.closing && this.#clock.phase === Phase.idle) this.close();
  }

  #currentPhase(): Phase {
    if (this.#receiving !== null) return Phase.receiving;
    if (this.#parser.inHead) return Phase.reading;
    if (this.answers.queue.first !== null) return Phase.handling;
    return this.answers.unsent > 0 ? Phase.writing : Phase.idle;
  }

  /** Stops or starts reading: the client waits where there is enough work, or where its body is not read. */
  #steer(): void {
    const { phase } = this.#clock;
    const stop = phase < Phase.draining && this.#shouldStop();
    if (stop === this.#paused || phase === Phase.closed) return;
    this.#paused = stop;
    if (stop) this.#transport.pause();
    else this.#transport.resume();
  }

  #shouldStop(): boolean {
    if (this.#raw !== null) return this.#raw.paused;
    if (this.#receiving !== null) return this.#receiving.body.isFull(this.#host.limits.highWaterBytes);
    return this.#stash !== null || (!this.takesNoMore && !this.#accepts());
  }

  /** The client sends nothing more; what it asked for is still answered. */
  #inputOver(): void {
    if (this.#clock.phase >= Phase.upgraded) return;
    this.takesNoMore = true;
    if (this.#receiving !== null) this.#refuse(FAULTS.bodyIncomplete);
    else if (this.answers.done) this.close();
    else this.answers.signalEnd(clientLeft(null));
  }

  // What exchanges and their answers ask for.

  abort(exchange: EngineExchange): void {
    exchange.drop(
      new ArmatureError(
        "E_EXCHANGE_ABORTED",
        "The application cut the connection before the answer was complete.",
      ),
    );
    this.takesNoMore = true;
    this.answers.flush();
    this.#transport.destroy();
  }

  bodyWanted(exchange: EngineExchange): void {
    if (this.#receiving !== exchange) return;
    this.answers.continue(exchange);
    this.endTurnLater();
  }

  canDropBody(exchange: EngineExchange): boolean {
    if (this.#receiving !== exchange) return true;
    if (exchange.awaitsContinue) return false;
    const { length, received } = exchange.body;
    return length === null || length - received <= DROP_BYTES;
  }

  answered(exchange: EngineExchange): void {
    if (this.#gate === exchange && exchange.takeOver === null) this.#gate = null;
    if (this.#receiving === exchange) {
      exchange.body.drop();
      this.#dropLeft = DROP_BYTES;
    }
    this.endTurnLater();
  }

  /** Ends our side behind the last answer, and drops what comes until the client has read it. */
  close(): void {
    if (this.#clock.phase >= Phase.draining) return;
    this.#drop(connectionClosed());
    this.answers.flush();
    this.#clock.enter(Phase.draining, 0);
    this.#dropLeft = LINGER_BYTES;
    this.#transport.end();
    this.#steer();
  }

  #discard(length: number): void {
    this.#dropLeft -= length;
    if (this.#dropLeft < 0) this.#transport.pause();
  }

  #drop(reason: Error): void {
    this.#stash = null;
    this.#receiving?.body.fail(reason);
    this.#receiving = null;
    this.answers.drop(reason);
  }

  /** What arrives cannot be a request, or does not arrive in time: nothing behind it is read. */
  #refuse(fault: Fault): void {
    this.#host.counters.refused++;
    this.takesNoMore = true;
    const exchange = this.#receiving;
    this.#receiving = null;
    if (exchange === null) this.answers.refuseRest(fault);
    else if (exchange.state === AnswerState.open) this.answers.refuse(exchange, fault);
    else this.#refuseBody(exchange, fault);
  }

  /** The answer has begun already: the body's reader is told, and the connection closes behind the answer. */
  #refuseBody(exchange: EngineExchange, fault: Fault): void {
    exchange.closes = true;
    exchange.body.fail(new HttpError(fault.status, fault.code, fault.detail));
    if (this.answers.done) this.close();
  }

  // Another protocol.

  upgrade(exchange: EngineExchange, head: ResponseHead, sink: ConnectionSink): RawConnection {
    const raw = new EngineRawConnection(this, sink, this.#host.onError);
    if (exchange.answered) {
      queueMicrotask(() => raw.closed(null));
      return raw;
    }
    if (!exchange.asksUpgrade || this.#receiving === exchange || head.status !== 101) {
      throw upgradeUnsupported(exchange, head.status);
    }
    this.answers.upgrade(exchange, head, () => this.#takeOver(raw));
    return raw;
  }

  #takeOver(raw: EngineRawConnection): void {
    this.#gate = null;
    this.#raw = raw;
    this.#clock.enter(Phase.upgraded, 0);
    if (raw.ended) this.endRaw();
  }

  writeRaw(chunk: Uint8Array): boolean {
    return this.answers.writeRaw(this.#gate, chunk);
  }

  endRaw(): void {
    if (this.#raw === null) return;
    this.answers.flush();
    this.#transport.end();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  rawFlow(): void {
    this.endTurnLater();
  }

  // Turns, deadlines, shutdown.

  endTurnLater(): void {
    if (this.lentMemory !== null || this.#turnQueued) return;
    this.#turnQueued = true;
    atEndOfTurn(this);
  }

  endTurn(): void {
    this.#turnQueued = false;
    try {
      if (this.#clock.phase !== Phase.closed) this.#goOn();
    } catch (error) {
      this.#host.onError(error);
      this.#transport.destroy();
    }
  }

  #goOn(): void {
    this.answers.flush();
    this.answers.wakeWriter();
    if (this.#clock.phase === Phase.upgraded) return this.#rawTurn();
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

  sweep(nowMs: number): void {
    if (this.#clock.phase === Phase.writing) this.#enterPhase();
    const due = this.#clock.due(nowMs);
    if (due === "close") this.close();
    else if (due === "destroy") this.#endLinger();
    else if (due !== "nothing")
      this.#refuseLate(due === "headers" ? FAULTS.headersTimeout : FAULTS.requestTimeout);
    for (let exchange = this.answers.queue.first; exchange !== null; exchange = exchange.next) {
      const late = exchange.state === AnswerState.open && nowMs >= exchange.deadlineMs;
      if (late) this.answers.refuse(exchange, FAULTS.handlerTimeout);
    }
  }

  /** The time of a client that still takes its last answer begins when that has left. */
  #endLinger(): void {
    if (this.answers.unsent > 0) this.#clock.enter(Phase.draining, 0);
    else this.#transport.destroy();
  }

  #refuseLate(fault: Fault): void {
    this.#refuse(fault);
    this.#parser.dropHead();
    this.endTurnLater();
  }

  shutdown(): void {
    const isIdle = this.#clock.phase === Phase.idle && this.lentMemory === null;
    if (isIdle && this.answers.done && this.answers.unsent === 0) this.#transport.destroy();
  }

  cut(): boolean {
    const inWork = this.answers.queue.first !== null;
    this.#transport.destroy();
    return inWork;
  }
}

function clientLeft(cause: Error | null): ArmatureError {
  return new ArmatureError("E_CLIENT_LEFT", "The client left before its answer was complete.", { cause });
}

function connectionClosed(): ArmatureError {
  return new ArmatureError("E_CONNECTION_CLOSED", "An earlier answer closed the connection of this request.");
}

function upgradeUnsupported(exchange: EngineExchange, status: number): HttpError {
  return new HttpError(
    501,
    "E_UPGRADE_UNSUPPORTED",
    `This request cannot be upgraded: it must be HTTP/1.1 with "connection: upgrade" and a body that is complete, ` +
      `and the answer 101 (got HTTP/${exchange.version}, ${status}).`,
  );
}
