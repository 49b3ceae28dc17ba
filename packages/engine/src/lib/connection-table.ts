import type { ConnectionPhase } from "@armature/http";
import type { LiveConnection } from "./connection/connection-host.ts";
import { PHASE_NAMES } from "./connection/phase.ts";
import { IdleList, type Idler } from "./idle-list.ts";

/** What the connections of a listener do at one moment. */
export interface ConnectionCounts {
  readonly phases: Readonly<Record<ConnectionPhase, number>>;
  /** Bytes of answers that wait for clients. */
  readonly unsentBytes: number;
}

/** The live connections of a listener, and those of them that wait for a request in the order of their idleness. */
export class ConnectionTable {
  /** Those that have had a request. */
  readonly idle: IdleList = new IdleList();
  /** Those that have not sent anything yet. */
  readonly #fresh = new IdleList();
  readonly #live = new Set<LiveConnection>();

  get size(): number {
    return this.#live.size;
  }

  add(connection: LiveConnection): void {
    this.#live.add(connection);
    this.#fresh.add(connection);
  }

  remove(connection: LiveConnection): void {
    connection.idleIn?.remove(connection);
    this.#live.delete(connection);
  }

  [Symbol.iterator](): IterableIterator<LiveConnection> {
    return this.#live.values();
  }

  /** Moves the clock of idleness on. */
  pass(ms: number): void {
    this.idle.nowMs += ms;
    this.#fresh.nowMs = this.idle.nowMs;
  }

  /** Closes the connections that have been idle for so long, and those that have not sent anything for so long. */
  closeIdle(idleMs: number, freshMs: number): void {
    closeAll(this.idle, idleMs);
    closeAll(this.#fresh, freshMs);
  }

  /** The connection that has waited for the longest time, if that is at least so long. */
  longestIdle(leastMs: number): Idler | null {
    const fresh = this.#fresh.longest(leastMs);
    const used = this.idle.longest(leastMs);
    if (fresh === null || used === null) return fresh ?? used;
    return fresh.idleSinceMs < used.idleSinceMs ? fresh : used;
  }

  /** Looks at every connection: for those who ask now and then. */
  count(): ConnectionCounts {
    const phases = { ...NONE };
    let unsentBytes = 0;
    for (const { phase, unsent } of this.#live) {
      phases[PHASE_NAMES[phase] ?? "closed"]++;
      unsentBytes += unsent;
    }
    return { phases, unsentBytes };
  }
}

/** No connection in any phase. */
const NONE = Object.fromEntries(PHASE_NAMES.map((name) => [name, 0])) as Record<ConnectionPhase, number>; // all names

function closeAll(list: IdleList, leastMs: number): void {
  for (let idler = list.longest(leastMs); idler !== null; idler = list.longest(leastMs)) idler.close();
}
