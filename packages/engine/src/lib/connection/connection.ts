import {
  ArmatureError,
  type ConnectionSink,
  HttpError,
  type Peer,
  type RawConnection,
  type ResponseHead,
} from "@armature/http";
import { type Fault, FAULTS } from "../parse/fault.ts";
import type { IdleList, Idler } from "../idle-list.ts";
import type { Transport, TransportUser } from "../transport/transport.ts";
import { Answers, type AnswersOwner } from "./answers.ts";
import type { ConnectionHost, LiveConnection, Losses } from "./connection-host.ts";
import { Deadlines, type DeadlinesOwner, type Due } from "./deadlines.ts";
import type { EngineExchange } from "./exchange.ts";
import type { ExchangeQueue } from "./exchange-queue.ts";
import { Intake, type IntakeOwner } from "./intake.ts";
import { illegalTransition, mayFollow, Phase } from "./phase.ts";
import { EngineRawConnection, type RawOutput } from "./raw-connection.ts";
import { atEndOfTurn, type TurnTask } from "./turn-queue.ts";

/** Bytes dropped behind the last answer; after them the client is no longer read. */
const LINGER_BYTES = 1024 * 1024;

/** One client: its bytes go to the intake, which makes requests of them, and come back from the answers. */
export class Connection
  implements TransportUser, IntakeOwner, AnswersOwner, RawOutput, TurnTask, DeadlinesOwner, LiveConnection
{
  readonly answers: Answers;
  /** Changed by `#enter` alone. */
  phase: Phase = Phase.idle;
  /** Bytes that came. */
  received = 0;
  idleIn: IdleList | null = null;
  idleSinceMs = 0;
  idlePrevious: Idler | null = null;
  idleNext: Idler | null = null;
  readonly #intake: Intake;
  readonly #host: ConnectionHost;
  readonly #transport: Transport;
  readonly #deadlines: Deadlines;
  #raw: EngineRawConnection | null = null;
  /** The other protocol, while its 101 waits for its turn. */
  #nextRaw: EngineRawConnection | null = null;
  #paused = false;
  #turnQueued = false;
  #inputEnded = false;
  /** Bytes that may still be dropped. */
  #lingerLeft = LINGER_BYTES;
  /** Bytes that had left when the client was given time. */
  #sentAtLinger = 0;

  constructor(transport: Transport, host: ConnectionHost) {
    this.#transport = transport;
    this.#host = host;
    this.#deadlines = new Deadlines(host, this);
    this.answers = new Answers(transport, host, this);
    this.#intake = new Intake(host, this);
    host.counters.accepted++;
    transport.rested?.(this.#intake.requestsLeft);
  }

  get peer(): Peer {
    return this.#transport.peer;
  }

  get maxBodyBytes(): number {
    return this.#host.limits.maxBodyBytes;
  }

  // What the transport tells.

  data(bytes: Buffer, length: number): void {
    this.received += length;
    this.#host.counters.bytesIn += length;
    if (!this.takesRequests || this.#intake.stash !== null || !this.#intake.wantsBytes) {
      return this.#divert(bytes.subarray(0, length));
    }
    let rest: Buffer | null = null;
    try {
      rest = this.#intake.read(bytes, length);
    } catch (error) {
      // Nothing there should throw; if it does, it costs this connection and not the process.
      this.#fail(error);
    }
    if (this.#raw === null) this.#settle();
    else this.#goOnRaw(rest);
  }

  /** Bytes that are not taken for requests now. */
  #divert(bytes: Buffer): void {
    const { phase } = this;
    if (phase === Phase.upgraded) this.#receiveRaw(bytes);
    else if (phase === Phase.draining) this.#discard(bytes.length);
    else if (this.#intake.stash !== null) this.#intake.stashMore(bytes);
  }

  /** What the other protocol writes while it takes a read leaves behind it, in one write and without another turn. */
  #receiveRaw(bytes: Buffer): void {
    const ownTurn = !this.#turnQueued;
    this.#turnQueued = true;
    this.#raw?.receive(bytes);
    if (ownTurn) this.endTurn();
  }

  ended(): void {
    this.#inputEnded = true;
    if (this.phase === Phase.upgraded) this.#raw?.inputEnded();
    else if (this.#intake.stash === null) this.#inputOver();
  }

  drained(): void {
    this.#raw?.drained();
    this.answers.wakeWriter();
    this.endTurnLater();
  }

  served(requests: number, unsent: number): void {
    this.#intake.requestsLeft -= requests;
    if (unsent > 0) this.#wasBackedUp(unsent);
    else if (this.phase === Phase.idle) this.#host.idle.add(this);
  }

  /** What the transport has answered by itself leaves as the answers from here do. */
  #wasBackedUp(unsent: number): void {
    this.answers.written += unsent;
    this.backedUp();
    if (this.takesRequests) this.#enterPhase();
  }

  closed(error: Error | null): void {
    if (this.phase === Phase.closed) return;
    this.#enter(Phase.closed);
    this.#deadlines.stop();
    const reason = clientLeft(error);
    this.#drop(reason);
    this.answers.lose(reason);
    this.#raw?.closed(error);
    this.#host.left(this);
  }

  // Requests and answers.

  get takesRequests(): boolean {
    return this.phase < Phase.upgraded;
  }

  get queue(): ExchangeQueue {
    return this.answers.queue;
  }

  get isHeldBack(): boolean {
    return this.#paused || this.#intake.awaitsContinue;
  }

  get sent(): number {
    return this.answers.written - this.#transport.backlog;
  }

  get backlog(): number {
    return this.#transport.backlog + this.answers.offered;
  }

  backedUp(): void {
    this.#deadlines.startLeaving();
  }

  heldUp(): void {
    this.backedUp();
    // It may look idle.
    this.endTurnLater();
  }

  get takesNoMore(): boolean {
    return this.#intake.isOver;
  }

  get hasUnparsed(): boolean {
    return this.#intake.hasUnparsed;
  }

  get lentMemory(): ArrayBufferLike | null {
    return this.#intake.lentMemory;
  }

  /** What comes at the end of each read and each turn. */
  #settle(): void {
    this.answers.flush();
    if (this.phase >= Phase.draining) return;
    // Its turn may have come within a read.
    this.answers.wakeWriter();
    if (this.#inputEnded && this.#intake.stash === null) this.#inputOver();
    this.#steer();
    if (this.takesRequests) this.#enterPhase();
  }

  #enterPhase(): void {
    const earlier = this.phase;
    const phase = this.#currentPhase();
    this.#enter(phase);
    this.#deadlines.entered(earlier, phase, this.#intake.heads);
    this.#intake.heads = 0;
    if (phase !== Phase.idle) return;
    this.#host.idle.add(this);
    if (!this.#intake.hasUnparsed) this.#transport.rested?.(this.#intake.requestsLeft);
  }

  /** Goes on to another phase. Where that is illegal it costs this connection, not the process. */
  #enter(next: Phase): void {
    if (next === this.phase) return;
    if (mayFollow(this.phase, next)) this.phase = next;
    else this.#fail(illegalTransition(this.phase, next));
  }

  #fail(error: unknown): void {
    this.#host.onError(error);
    this.#transport.destroy();
  }

  #currentPhase(): Phase {
    const { phase } = this.#intake;
    if (phase !== null) return phase;
    if (this.answers.queue.first !== null) return Phase.handling;
    return this.answers.unsent > 0 ? Phase.writing : Phase.idle;
  }

  /** Stops or starts reading. */
  #steer(): void {
    const { phase } = this;
    if (phase === Phase.closed) return;
    const stop = phase < Phase.draining && (this.#raw === null ? this.#intake.shouldWait : this.#raw.paused);
    if (stop === this.#paused) return;
    this.#paused = stop;
    if (stop) this.#deadlines.heldBack();
    if (stop) this.#transport.pause();
    else this.#transport.resume();
  }

  /** The client sends nothing more; what it asked for is still answered. */
  #inputOver(): void {
    if (!this.takesRequests) return;
    this.#intake.end();
    if (this.answers.done) this.close();
    else this.answers.signalEnd(clientLeft(null));
  }

  abort(exchange: EngineExchange): void {
    exchange.drop(
      new ArmatureError(
        "E_EXCHANGE_ABORTED",
        "The application cut the connection before the answer was complete.",
      ),
    );
    this.#intake.isOver = true;
    this.answers.flush();
    this.#transport.destroy();
  }

  run(exchange: EngineExchange): void {
    this.#intake.run(exchange);
  }

  bodyWanted(exchange: EngineExchange): void {
    if (!this.#intake.isReceiving(exchange)) return;
    this.answers.continue(exchange);
    this.endTurnLater();
  }

  canDropBody(exchange: EngineExchange): boolean {
    return this.#intake.canDropBody(exchange);
  }

  answered(exchange: EngineExchange): void {
    this.#intake.answered(exchange);
    this.endTurnLater();
  }

  // The end.

  /** Ends our side behind the last answer, and drops what comes until the client has read it. */
  close(): void {
    if (this.phase >= Phase.draining) return;
    const isBrief = this.#host.closing && this.isIdle;
    this.#drop(connectionClosed());
    this.answers.flush();
    this.#enter(Phase.draining);
    this.#linger(isBrief);
    this.#transport.end();
    this.#steer();
  }

  #discard(length: number): void {
    this.#lingerLeft -= length;
    if (this.#lingerLeft < 0) this.#transport.pause();
  }

  #drop(reason: Error): void {
    this.#intake.drop(reason);
    this.answers.drop(reason);
    const raw = this.#nextRaw;
    this.#nextRaw = null;
    raw?.closed(reason);
  }

  // Another protocol.

  upgrade(exchange: EngineExchange, head: ResponseHead, sink: ConnectionSink): RawConnection {
    const raw = new EngineRawConnection(this, sink, this.#host.onError, this.#transport);
    if (exchange.answered) {
      queueMicrotask(() => raw.closed(null));
      return raw;
    }
    if (!exchange.asksUpgrade || this.#intake.isReceiving(exchange) || head.status !== 101) {
      throw upgradeUnsupported(exchange, head.status);
    }
    this.#nextRaw = raw;
    this.answers.upgrade(exchange, head, () => this.#takeOver(raw));
    return raw;
  }

  #takeOver(raw: EngineRawConnection): void {
    this.#intake.openGate();
    this.#nextRaw = null;
    this.#raw = raw;
    this.#enter(Phase.upgraded);
    if (raw.ended) this.endRaw();
    else if (this.#host.closing) raw.shutdown();
  }

  writeRaw(chunk: string | Uint8Array, front?: string): boolean {
    return this.answers.writeRaw(this.#intake.gate, chunk, front);
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
    if (this.#turnQueued || this.lentMemory !== null) return;
    this.#turnQueued = true;
    atEndOfTurn(this);
  }

  endTurn(): void {
    this.#turnQueued = false;
    try {
      if (this.phase !== Phase.closed) this.#goOn();
    } catch (error) {
      this.#fail(error);
    }
  }

  #goOn(): void {
    this.answers.flush();
    if (this.phase === Phase.upgraded) return this.#goOnRaw(this.#takeStash());
    for (let stash = this.#takeStash(); stash !== null; stash = this.#takeStash())
      this.data(stash, stash.length);
    this.#settle();
  }

  /** What waited and may be parsed now. */
  #takeStash(): Buffer | null {
    const intake = this.#intake;
    const { stash } = intake;
    if (stash === null || (this.#raw === null && !intake.accepts())) return null;
    intake.stash = null;
    return stash;
  }

  /** The rest of what was read belongs to another protocol. */
  #goOnRaw(rest: Buffer | null): void {
    this.answers.flush();
    if (rest !== null) this.#raw?.receive(rest);
    if (this.#inputEnded) this.#raw?.inputEnded();
    this.#steer();
  }

  /** A handler has until a time to begin its answer. */
  handlerUntil(dueMs: number): void {
    this.#deadlines.lookAt(dueMs);
  }

  lookAtDeadlines(nowMs: number): void {
    try {
      if (this.phase === Phase.writing) this.#enterPhase();
      const due = this.#deadlines.takeOver(nowMs);
      if (due !== "nothing") this.#late(due);
      this.answers.refuseLate(nowMs);
    } catch (error) {
      this.#fail(error);
    }
  }

  #late(due: Exclude<Due, "nothing">): void {
    if (due === "linger") this.#endLinger();
    else if (due === "reader") this.#cutSlowReader();
    else this.#refuseLate(LATE[due]);
  }

  #cutSlowReader(): void {
    const reason = clientTooSlow();
    this.#host.counters.refuse(reason.code);
    this.#drop(reason);
    this.answers.lose(reason);
    this.#transport.destroy();
  }

  /** The time of a client that still takes its last answer begins when that has left. */
  #endLinger(): void {
    if (this.answers.unsent > 0 && this.#isLeaving) this.#linger(false);
    else this.#transport.destroy();
  }

  /** A TLS socket that has ended and was reset keeps its last bytes, though the system has taken all that it was given, and tells nobody. */
  get #isLeaving(): boolean {
    return this.backlog > 0 || this.sent !== this.#sentAtLinger;
  }

  #linger(isBrief: boolean): void {
    this.#sentAtLinger = this.sent;
    this.#deadlines.startLinger(isBrief);
  }

  #refuseLate(fault: Fault): void {
    this.#intake.refuse(fault);
    this.endTurnLater();
  }

  get isIdle(): boolean {
    return this.phase === Phase.idle && this.#isDone;
  }

  /** Whether nothing is in work and nothing waits to leave. */
  get #isDone(): boolean {
    return this.lentMemory === null && this.answers.done && this.answers.unsent === 0;
  }

  get unsent(): number {
    return this.answers.unsent;
  }

  cull(): void {
    this.#transport.destroy();
    // Its place is free now, not when the system has closed it.
    this.closed(null);
  }

  shutdown(): void {
    this.#raw?.shutdown();
  }

  cut(losses: Losses): void {
    if (this.phase === Phase.upgraded) losses.upgraded++;
    else this.answers.countLosses(losses);
    this.#transport.destroy();
  }
}

/** What a client is told that does not send in time. */
const LATE = {
  headers: FAULTS.headersTimeout,
  request: FAULTS.requestTimeout,
  body: FAULTS.requestTooSlow,
} as const;

function clientTooSlow(): ArmatureError {
  return new ArmatureError(
    "E_CLIENT_TOO_SLOW",
    "The client took its answer too slowly; the connection was cut.",
  );
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
