import type {
  Exchange,
  FieldList,
  Limits,
  RequestPriority,
  ResponseHead,
  ShedCounters,
} from "@armature/http";
import { AcceptStreak } from "./accept-streak.ts";
import { LoopDelay } from "./loop-delay.ts";
import { OVERLOADED_BODY, overloadedHead } from "./overloaded-answer.ts";
import { Pace } from "./pace.ts";
import { EvenPick, shedShare } from "./shed-share.ts";
import { Ticket, WaitingLine } from "./waiting-line.ts";

/** How often the gate looks at the clock while requests come. */
export const TICK_MS = 20;

/** Ticks without a request after which the gate sleeps. */
const QUIET_TICKS = 50;

/** A turn that goes on for so much longer than to the next tick calls no more handlers: what it reads waits for the next one. */
const LATE_MS = 30;

/** Handlers are called for so long in a turn; the requests that still wait then have their chance in the next one. */
const SLICE_MS = 10;

/** While connections wait to be accepted, turns that accept and read, and call no handler, get a fifth of the time. */
const INTAKE_MS = 2.5;

/** As many of those who wait for the loop are served however old they are: a pause is no overload, a pile of requests is. */
const PILE = 8;

/** Of a pause that no handler took so much counts at most as waiting: what the process was kept from doing is no pile of requests. */
const MAX_PAUSE_MS = 50;

/** What comes to the gate: an exchange, whatever the protocol. */
export interface Entrant {
  /** Kept by the gate; `null` before it came and after it left. */
  pass: Pass | null;
  /** What `priorityOf` is asked about. */
  readonly exchange: Exchange;
  /** Calls the handler. Must not throw. */
  run(): void;
  /** Answers without the handler. */
  respond(head: ResponseHead, body: string): void;
}

/** Where an entrant is: in the line, or with the handler. */
export type Pass = Ticket<Entrant> | typeof INSIDE;

const INSIDE: unique symbol = Symbol("inside");

/** Why a request was shed. */
export type ShedReason = keyof ShedCounters;

/** The time that a gate lives in. */
export interface GateClock {
  /** Milliseconds of `performance.now()`. */
  now(): number;
  /** Calls `endTurn` at the end of this turn of the event loop, behind everything that it reads. */
  atTurnEnd(): void;
}

/** What a gate goes by. */
export interface GateOptions {
  readonly limits: GateLimits;
  /** `null` where all requests have the same one. */
  readonly priorityOf: ((exchange: Exchange) => RequestPriority) | null;
  readonly onError: (error: unknown) => void;
  /** Told of each request that is shed; gives fields for its answer. */
  readonly onShed: (exchange: Exchange) => FieldList | null;
}

type GateLimits = Pick<
  Limits,
  "maxConcurrentRequests" | "maxQueuedRequests" | "maxQueueAgeMs" | "maxLoopDelayMs"
>;

/**
 * Stands in front of the handler and decides for each request: in at once, in when it is its turn, or 503.
 *
 * While all is well a request costs two comparisons, and its handler is called where it was read. When a turn of the event
 * loop takes too long, or connections wait to be accepted, what is read waits in a line instead, and each turn calls handlers for
 * some milliseconds. So the loop keeps turning: it reads what is new, and sees what matters more, and what waits does so where its age
 * is known and not in buffers of the system.
 */
export class Gate {
  readonly shed: Record<ShedReason, number> = { age: 0, delay: 0, full: 0, left: 0 };
  readonly #options: GateOptions;
  readonly #clock: GateClock;
  readonly #delay: LoopDelay = new LoopDelay();
  readonly #pick: EvenPick = new EvenPick();
  readonly #streak: AcceptStreak = new AcceptStreak();
  readonly #line: WaitingLine<Entrant> = new WaitingLine();
  readonly #pace: Pace = new Pace();
  /** Requests whose handler was called and whose answer is not complete. */
  #inside = 0;
  /** Whether nobody waits and nobody has to. */
  #isCalm = true;
  /** Whether this turn has taken so long that it calls no more handlers where they are read. */
  #isLate = false;
  #isTurnWatched = false;
  #isCalling = false;
  /** When the last slice of handlers was over. */
  #slicedMs = 0;
  /** The clock by which those who wait grow older, and when it was last set. */
  #ageMs = 0;
  #agedMs = 0;
  /** Handlers called since the line was empty. */
  #called = 0;
  /** Whether somebody came to the line because of `maxConcurrentRequests` since it was empty. */
  #isCrowded = false;
  /** Handlers called since the last tick. */
  #served = 0;
  #quietTicks = 0;
  /** When the next tick is due; `null` while the gate sleeps. */
  #dueMs: number | null = null;
  #lastTickMs = 0;
  /** Reads from then on are in a turn that takes too long; or the gate sleeps. */
  #alarmMs = -Infinity;

  constructor(options: GateOptions, clock: GateClock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Requests that wait for their handler. */
  get queued(): number {
    return this.#line.size;
  }

  /** How late the event loop is, smoothed, while requests queue up behind each other. */
  get loopDelayMs(): number {
    return this.#delay.ms;
  }

  /** 0 where there is time for everything, 1 from where requests are shed. */
  get load(): number {
    const { maxLoopDelayMs, maxQueueAgeMs } = this.#options.limits;
    const byDelay = maxLoopDelayMs === 0 ? 0 : this.#delay.ms / maxLoopDelayMs;
    const byWait = maxQueueAgeMs === 0 ? 0 : this.#longestWaitMs() / maxQueueAgeMs;
    return Math.min(1, Math.max(byDelay, byWait));
  }

  /** A connection was accepted. */
  accepted(): void {
    this.#streak.accepted();
    this.#watchTurn();
  }

  /** Bytes were read that may hold requests; called once for each read. Gives `true` where the gate wakes: ticks are wanted then. */
  read(nowMs: number): boolean {
    if (nowMs < this.#alarmMs) return false;
    if (this.#dueMs === null) {
      this.#schedule(nowMs);
      return true;
    }
    this.#isLate = true;
    this.#isCalm = false;
    this.#watchTurn();
    return false;
  }

  /** A head is complete: the request goes in, waits, or is shed. */
  enter(entrant: Entrant): void {
    if (this.#isCalm && this.#inside < this.#options.limits.maxConcurrentRequests) this.#admit(entrant);
    else this.#stop(entrant);
  }

  /** The request needs nothing more: its answer is complete, or nobody waits for that. */
  left(entrant: Entrant): void {
    const { pass } = entrant;
    if (pass === null) return;
    entrant.pass = null;
    if (pass === INSIDE) {
      this.#inside--;
      if (this.#line.size > 0) this.#watchTurn();
    } else {
      this.shed.left++;
      this.#line.remove(pass);
    }
  }

  /**
   * The client sends nothing more. Where there are many requests it has probably given up, and the handler is not called; one that
   * waits because the loop was late for a moment is served, as clients may end their side and still read.
   */
  clientEnded(entrant: Entrant): void {
    if (isWaiting(entrant) && this.#isPile) this.#shed(entrant, "left");
  }

  /** A turn of the event loop is over: calls those whose turn it is. */
  endTurn(): void {
    this.#isTurnWatched = false;
    this.#isLate = false;
    const nowMs = this.#clock.now();
    this.#age(nowMs, MAX_PAUSE_MS);
    const hasAccepted = this.#streak.endTurn(nowMs);
    const isIntake = hasAccepted && this.#streak.lasts && nowMs - this.#slicedMs < INTAKE_MS;
    if (!isIntake) this.#callSlice(nowMs);
    this.#look();
    if (this.#streak.isOpen || (this.#line.size > 0 && this.#hasRoom())) this.#watchTurn();
  }

  /** The timer ran. Gives `false` where the gate goes to sleep: no tick is wanted until it wakes. */
  tick(nowMs: number): boolean {
    this.#noteDelay(nowMs);
    this.#age(nowMs, MAX_PAUSE_MS);
    this.#shedOld("normal");
    this.#shedOld("low");
    this.#look();
    this.#quietTicks = this.#served === 0 && this.#line.size === 0 ? this.#quietTicks + 1 : 0;
    this.#served = 0;
    if (this.#quietTicks < QUIET_TICKS) {
      this.#schedule(nowMs);
      return true;
    }
    this.#sleep();
    return false;
  }

  #schedule(nowMs: number): void {
    this.#lastTickMs = nowMs;
    this.#dueMs = nowMs + TICK_MS;
    this.#alarmMs = this.#dueMs + LATE_MS;
  }

  #sleep(): void {
    this.#quietTicks = 0;
    this.#dueMs = null;
    this.#alarmMs = -Infinity;
    this.#delay.forget();
    this.#look();
  }

  #watchTurn(): void {
    if (this.#isTurnWatched || this.#isCalling) return;
    this.#isTurnWatched = true;
    this.#clock.atTurnEnd();
  }

  /** Turns that served one request had no queue, however long they took. */
  #noteDelay(nowMs: number): void {
    if (this.#dueMs === null) return;
    const lateMs = this.#served < 2 ? 0 : Math.max(0, nowMs - this.#dueMs);
    this.#delay.note(lateMs, nowMs - this.#lastTickMs);
  }

  #age(nowMs: number, mostMs: number): void {
    this.#ageMs += Math.min(nowMs - this.#agedMs, mostMs);
    this.#agedMs = nowMs;
  }

  #admit(entrant: Entrant): void {
    this.#inside++;
    this.#served++;
    entrant.pass = INSIDE;
    entrant.run();
  }

  #stop(entrant: Entrant): void {
    const priority = this.#priorityOf(entrant.exchange);
    if (this.#isUnlucky(priority)) this.#refuse(entrant, "delay");
    else if (this.#mayPass()) this.#admit(entrant);
    else if (this.#isHopeless(priority)) this.#refuse(entrant, "age");
    else this.#lineUp(entrant, priority);
  }

  /** Whether it is one of the share that is shed because the loop is late. */
  #isUnlucky(priority: RequestPriority): boolean {
    const { maxLoopDelayMs } = this.#options.limits;
    if (priority === "high" || maxLoopDelayMs === 0) return false;
    return this.#pick.take(shedShare(this.#delay.ms, allowed(maxLoopDelayMs, priority)));
  }

  /** Whether it would wait for too long: better told so now than then. */
  #isHopeless(priority: RequestPriority): boolean {
    const { maxQueueAgeMs } = this.#options.limits;
    if (priority === "high" || maxQueueAgeMs === 0 || !this.#isPile) return false;
    return this.#pace.waitBehind(this.#line.ahead(priority)) > allowed(maxQueueAgeMs, priority);
  }

  #mayPass(): boolean {
    return this.#line.size === 0 && !this.#isLate && !this.#streak.lasts && this.#hasRoom();
  }

  #hasRoom(): boolean {
    return this.#inside < this.#options.limits.maxConcurrentRequests;
  }

  #priorityOf(exchange: Exchange): RequestPriority {
    const { priorityOf, onError } = this.#options;
    if (priorityOf === null) return "normal";
    try {
      return priorityOf(exchange);
    } catch (error) {
      onError(error);
      return "normal";
    }
  }

  #lineUp(entrant: Entrant, priority: RequestPriority): void {
    if (this.#line.size >= this.#options.limits.maxQueuedRequests) {
      const last = this.#line.lastBelow(priority);
      if (last === null) return this.#refuse(entrant, "full");
      this.#shed(last.holder, "full");
    }
    this.#age(this.#clock.now(), MAX_PAUSE_MS);
    const ticket = new Ticket(entrant, priority, this.#ageMs);
    entrant.pass = ticket;
    if (this.#line.size === 0) this.#pace.start(this.#ageMs);
    this.#line.push(ticket);
    this.#isCalm = false;
    if (this.#hasRoom()) this.#watchTurn();
    else this.#isCrowded = true;
  }

  #callSlice(startMs: number): void {
    // What is answered at once makes room while this runs.
    this.#isCalling = true;
    for (let nowMs = startMs; nowMs - startMs < SLICE_MS && this.#hasRoom(); nowMs = this.#clock.now()) {
      this.#age(nowMs, Infinity);
      const ticket = this.#next();
      if (ticket === null) break;
      this.#called++;
      this.#pace.called();
      this.#line.remove(ticket);
      this.#admit(ticket.holder);
    }
    this.#isCalling = false;
    this.#slicedMs = this.#clock.now();
    this.#age(this.#slicedMs, Infinity);
    this.#pace.note(this.#ageMs);
  }

  /** The first one who has not waited for too long; those before it are shed. */
  #next(): Ticket<Entrant> | null {
    for (let ticket = this.#line.first; ticket !== null; ticket = this.#line.first) {
      if (!this.#isOver(ticket)) return ticket;
      this.#shed(ticket.holder, "age");
    }
    return null;
  }

  /** Takes one out of the line, and answers it. */
  #shed(entrant: Entrant, reason: ShedReason): void {
    const { pass } = entrant;
    if (pass === null || pass === INSIDE) return;
    entrant.pass = null;
    this.#line.remove(pass);
    this.#refuse(entrant, reason);
  }

  #refuse(entrant: Entrant, reason: ShedReason): void {
    const head = overloadedHead(this.shed[reason]++);
    const fields = this.#options.onShed(entrant.exchange);
    entrant.respond(fields === null ? head : { ...head, fields }, OVERLOADED_BODY);
  }

  #isOver({ priority, sinceMs }: Ticket<Entrant>): boolean {
    const { maxQueueAgeMs } = this.#options.limits;
    if (priority === "high" || maxQueueAgeMs === 0) return false;
    if (!this.#isPile) return false;
    return this.#ageMs - sinceMs > allowed(maxQueueAgeMs, priority);
  }

  #shedOld(priority: RequestPriority): void {
    for (let ticket = this.#line.oldest(priority); ticket !== null; ticket = this.#line.oldest(priority)) {
      if (!this.#isOver(ticket)) return;
      this.#shed(ticket.holder, "age");
    }
  }

  /** Whether those who wait do so for each other, and not for a turn that took long. */
  get #isPile(): boolean {
    return this.#isCrowded || this.#called >= PILE;
  }

  #longestWaitMs(): number {
    const first = this.#line.oldest("normal") ?? this.#line.first;
    return first === null ? 0 : this.#ageMs - first.sinceMs;
  }

  /** Whether requests can go in without being looked at. */
  #look(): void {
    if (this.#line.size === 0) {
      this.#called = 0;
      this.#isCrowded = false;
    }
    const { maxLoopDelayMs } = this.#options.limits;
    const isDelayed = maxLoopDelayMs > 0 && this.#delay.ms > allowed(maxLoopDelayMs, "low");
    this.#isCalm = this.#line.size === 0 && !this.#isLate && !this.#streak.lasts && !isDelayed;
  }
}

/** Whether an entrant is in the line. */
export function isWaiting({ pass }: Entrant): boolean {
  return pass !== null && pass !== INSIDE;
}

/** What a limit is for requests of a priority: those of the low one are the first to be shed. */
function allowed(limitMs: number, priority: RequestPriority): number {
  return priority === "low" ? limitMs / 2 : limitMs;
}
