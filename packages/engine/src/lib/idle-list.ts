/** A connection that is idle now and then: a link of the lists, so that becoming idle allocates nothing. */
export interface Idler {
  /** Whether nothing is in work, arriving or leaving now. */
  readonly isIdle: boolean;
  /** Has been idle for too long: says goodbye. */
  close(): void;
  /** Goes away at once, to make room for another one. */
  cull(): void;
  /** The list that it is linked in; set by the list. */
  idleIn: IdleList | null;
  /** When it became idle, by the list's clock; set by the list. */
  idleSinceMs: number;
  /** Its neighbours in the list; set by the list. */
  idlePrevious: Idler | null;
  idleNext: Idler | null;
}

/**
 * Connections in the order in which they became idle, told apart by ticks of a coarse clock.
 *
 * A connection is moved once for each tick in which it becomes idle, however many requests it has, and is not taken out when
 * it starts to work: one that works is passed over, and taken out, where the list is read.
 */
export class IdleList {
  /** The coarse clock, which its owner moves on. */
  nowMs = 0;
  #first: Idler | null = null;
  #last: Idler | null = null;

  /** A connection became idle. */
  add(idler: Idler): void {
    if (idler.idleSinceMs === this.nowMs && idler.idleIn === this) return;
    idler.idleIn?.remove(idler);
    idler.idleIn = this;
    idler.idleSinceMs = this.nowMs;
    idler.idlePrevious = this.#last;
    if (this.#last === null) this.#first = idler;
    else this.#last.idleNext = idler;
    this.#last = idler;
  }

  /** Takes out a connection that is linked here. */
  remove(idler: Idler): void {
    const { idlePrevious, idleNext } = idler;
    if (idlePrevious === null) this.#first = idleNext;
    else idlePrevious.idleNext = idleNext;
    if (idleNext === null) this.#last = idlePrevious;
    else idleNext.idlePrevious = idlePrevious;
    idler.idlePrevious = null;
    idler.idleNext = null;
    idler.idleIn = null;
  }

  /** The connection that has been idle for the longest time, if that is at least so long. */
  longest(leastMs: number): Idler | null {
    const untilMs = this.nowMs - leastMs;
    for (let idler = this.#first; idler !== null; idler = this.#first) {
      if (idler.idleSinceMs > untilMs) return null;
      if (idler.isIdle) return idler;
      this.remove(idler);
    }
    return null;
  }
}
