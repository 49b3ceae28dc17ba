import {
  type AnswerWatcher,
  ArmatureError,
  type BodyWriter,
  type ConnectionSink,
  type Exchange,
  type FieldList,
  HeaderList,
  type HttpVersion,
  type Peer,
  type RawConnection,
  type ResponseHead,
} from "@armature/http";
import type { Entrant, Pass } from "../admission/gate.ts";
import type { Output } from "../encode/output.ts";
import type { RequestParser } from "../parse/request-parser.ts";
import { AnswerState } from "./answer-state.ts";
import { AnswerWatch } from "./answer-watch.ts";
import { type BodySource, EngineBody } from "./request-body.ts";

/** Where the answers of a connection go. */
export interface ExchangeAnswers {
  respond(exchange: EngineExchange, head: ResponseHead, body: string | Uint8Array | null): void;
  inform(exchange: EngineExchange, status: number, fields: FieldList): void;
  stream(exchange: EngineExchange, head: ResponseHead, length: number | null): BodyWriter;
}

/** What an exchange asks of its connection. */
export interface ExchangeOwner {
  readonly peer: Peer;
  readonly maxBodyBytes: number;
  readonly answers: ExchangeAnswers;
  upgrade(exchange: EngineExchange, head: ResponseHead, sink: ConnectionSink): RawConnection;
  abort(exchange: EngineExchange): void;
  bodyWanted(exchange: EngineExchange): void;
  /** Calls the handler. */
  run(exchange: EngineExchange): void;
}

/**
 * One request and its answer. A fresh object for each request: what the application keeps never shows another request.
 *
 * While the handler runs the head lies in a buffer that is used again. When it returns, `settle` either takes a copy (the
 * answer is not complete) or lets go of it (what was not read by then throws `E_EXCHANGE_DONE`).
 */
export class EngineExchange implements Exchange, BodySource, Entrant {
  readonly method: string;
  readonly version: HttpVersion;
  bytes: Buffer | null;
  readonly targetStart: number;
  readonly targetEnd: number;

  /** The exchange behind this one on its connection. */
  next: EngineExchange | null = null;
  state: AnswerState = AnswerState.open;
  /** Whether the connection can be used again after the answer, as far as the request says. */
  readonly keepsAlive: boolean;
  /** Whether the answer says, or means, that the connection is closed behind it. */
  closes = false;
  /** The client waits for 100 before it sends the body. */
  awaitsContinue: boolean;
  /** The application wants that body. */
  isContinued = false;
  readonly asksUpgrade: boolean;
  /** What was written before it was this exchange's turn. */
  held: Output | null = null;
  /** Hands the connection over, when it is this exchange's turn. */
  takeOver: (() => void) | null = null;
  /** Who is told what becomes of the answer; `null` where nobody asked. */
  watched: AnswerWatch | null = null;
  /** Wakes the writer that waits for room. */
  wakeWriter: (() => void) | null = null;
  /** When the handler's time is over, in milliseconds of `performance.now()`; `null` before it has returned without an answer. */
  deadlineMs: number | null = null;
  /** Where it is at the gate in front of the handler. */
  pass: Pass | null = null;

  readonly #owner: ExchangeOwner;
  readonly #bodyLength: number | null;
  #headStart: number;
  #headEnd: number;
  #positions: Int32Array | null;
  readonly #positionsStart: number;
  #fieldCount: number;
  /** The head as text, one character per byte, once it was asked for or copied. */
  #text: string | null = null;
  #headers: HeaderList | null = null;
  #body: EngineBody | null = null;
  #aborter: AbortController | null = null;
  #abortReason: Error | null = null;

  constructor(owner: ExchangeOwner, parser: RequestParser) {
    const { head } = parser;
    const { framing } = head;
    this.#owner = owner;
    this.method = head.method;
    this.version = head.minorVersion === 1 ? "1.1" : "1.0";
    this.bytes = parser.headBytes;
    this.targetStart = parser.headStart + head.targetStart;
    this.targetEnd = parser.headStart + head.targetEnd;
    this.keepsAlive = head.minorVersion === 1 ? !framing.close : framing.keepAlive && !framing.close;
    this.awaitsContinue = framing.expectsContinue && head.minorVersion === 1 && parser.hasBody;
    this.asksUpgrade = framing.upgrade && head.minorVersion === 1;
    this.#headStart = parser.headStart;
    this.#headEnd = parser.headEnd;
    this.#positions = head.positions;
    this.#positionsStart = head.positionsStart;
    this.#fieldCount = head.fieldCount;
    this.#bodyLength = framing.chunked ? null : Math.max(0, framing.length);
  }

  get target(): string {
    if (this.#text === null && this.bytes !== null) {
      return this.bytes.toString("latin1", this.targetStart, this.targetEnd);
    }
    return this.#headText().slice(this.targetStart - this.#headStart, this.targetEnd - this.#headStart);
  }

  get headers(): HeaderList {
    return (this.#headers ??= this.#readHeaders());
  }

  get body(): EngineBody {
    return (this.#body ??= new EngineBody(this, this.#bodyLength));
  }

  get peer(): Peer {
    return this.#owner.peer;
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

  run(): void {
    this.#owner.run(this);
  }

  get maxBodyBytes(): number {
    return this.#owner.maxBodyBytes;
  }

  bodyWanted(): void {
    this.#owner.bodyWanted(this);
  }

  respond(head: ResponseHead, body: string | Uint8Array | null): void {
    if (this.state === AnswerState.open) this.#owner.answers.respond(this, head, body);
    else this.#assertDropped();
  }

  inform(status: number, fields: FieldList): void {
    if (this.state === AnswerState.open) this.#owner.answers.inform(this, status, fields);
    else this.#assertDropped();
  }

  watch(watcher: AnswerWatcher): void {
    this.watched = new AnswerWatch(watcher);
  }

  stream(head: ResponseHead, length: number | null): BodyWriter {
    if (this.state !== AnswerState.open) this.#assertDropped();
    return this.#owner.answers.stream(this, head, length);
  }

  upgrade(head: ResponseHead, sink: ConnectionSink): RawConnection {
    if (this.state !== AnswerState.open) this.#assertDropped();
    return this.#owner.upgrade(this, head, sink);
  }

  abort(): void {
    if (this.state === AnswerState.open) this.#owner.abort(this);
    else this.#assertDropped();
  }

  /** The handler has returned: the buffers that this exchange looks into are used again now. */
  settle(): void {
    if (this.bytes === null) return;
    if (this.state < AnswerState.complete) return this.detach();
    if (this.#headers === null) this.#positions = null;
    this.#body?.release();
    this.bytes = null;
  }

  /** A handler that was called late, on a copy, has answered: the request is as if it had been called at once. */
  forget(): void {
    if (this.state < AnswerState.complete || this.takeOver !== null) return;
    if (this.#headers === null) {
      this.#positions = null;
      this.#text = null;
    }
    this.#body?.release();
  }

  /** Gives the connection to another protocol. It may last for hours, and the application may keep its request. */
  leave(): void {
    const { takeOver } = this;
    this.takeOver = LEFT;
    takeOver?.();
  }

  /** Takes a copy of what lies in buffers that are used again. */
  detach(): void {
    this.#headText();
    this.#positions = this.#copyPositions();
    this.#body?.detach();
    this.bytes = null;
  }

  /** Nothing that the application does can reach the client any more. */
  drop(reason: Error): void {
    this.state = AnswerState.dropped;
    this.held = null;
    this.#body?.fail(reason);
    this.signalAbort(reason);
    this.wake();
  }

  /** Tells the application that its answer is probably for nobody. */
  signalAbort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#aborter?.abort(reason);
  }

  /** Wakes the writer that waits for room. */
  wake(): void {
    const wake = this.wakeWriter;
    this.wakeWriter = null;
    wake?.();
  }

  #headText(): string {
    if (this.#text !== null) return this.#text;
    if (this.bytes === null) throw exchangeDone();
    return (this.#text = this.bytes.toString("latin1", this.#headStart, this.#headEnd));
  }

  #readHeaders(): HeaderList {
    return HeaderList.fromWire(this.#headText(), this.#copyPositions());
  }

  /** The table of positions belongs to the parser as long as `bytes` is there. */
  #copyPositions(): Int32Array {
    if (this.#positions === null) throw exchangeDone();
    const own = this.bytes === null || this.#headers !== null;
    if (own) return this.#positions;
    const start = this.#positionsStart;
    return (this.#positions = this.#positions.slice(start, start + 4 * this.#fieldCount));
  }

  #assertDropped(): void {
    if (this.state === AnswerState.dropped) return;
    throw new ArmatureError(
      "E_EXCHANGE_ANSWERED",
      `${this.method} was answered before; answer each request once, through respond, stream, upgrade or abort.`,
    );
  }
}

function exchangeDone(): ArmatureError {
  return new ArmatureError(
    "E_EXCHANGE_DONE",
    "The answer to this request is complete; read what is needed of the request before it is answered.",
  );
}

/** In place of what has given the connection away. */
const LEFT = (): void => {};
