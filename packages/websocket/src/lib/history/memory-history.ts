import { assertWhole, historyClosed, resolveHistoryLimits } from "./history-errors.ts";
import type { HistoryLimits, HistoryListener, HistoryPage, NewMessage, RoomHistory } from "./room-history.ts";
import { RoomRecord } from "./room-record.ts";

/** How much is kept in the memory of a process. */
export interface MemoryHistoryLimits extends HistoryLimits {
  /** Rooms that are known; where there are more, the one that was quiet for longest is forgotten. Default 10 000. */
  readonly maxRooms?: number;
  /**
   * Bytes of all messages, counted by characters; where there are more, rooms that were quiet for longest lose theirs, and the last one its
   * oldest. Default 64 MiB.
   */
  readonly maxBytes?: number;
}

const MAX_BYTES = 64 * 1024 * 1024;

interface Entry {
  readonly record: RoomRecord;
  readonly touchedAt: number;
}

/**
 * A history in the memory of this process: clients that lose their connection lose no message, a process that ends takes it with it. Each
 * {@link Rooms} takes an end of its own.
 *
 * @example
 * const rooms = new Rooms({ history: new MemoryHistory().connect() });
 */
export class MemoryHistory {
  readonly #limits: Required<MemoryHistoryLimits>;
  /** The rooms that something is kept of, that which was quiet for longest first. */
  readonly #rooms = new Map<string, Entry>();
  /** Those that were quiet for so long that no more than their numbers is known. */
  readonly #quiet = new Map<string, RoomRecord>();
  readonly #listeners = new Set<HistoryListener>();
  /** Those of all messages. */
  #characters = 0;

  /** @throws ArmatureError `E_OPTION_INVALID` */
  constructor({ maxRooms = 10_000, maxBytes = MAX_BYTES, ...limits }: MemoryHistoryLimits = {}) {
    assertWhole("maxRooms", maxRooms);
    assertWhole("maxBytes", maxBytes);
    this.#limits = { ...resolveHistoryLimits(limits), maxRooms, maxBytes };
  }

  /** Rooms that something is kept of. */
  get size(): number {
    return this.#rooms.size;
  }

  /** Keeps a message and gives its id; one that is kept already is not kept again. */
  append(message: NewMessage): string {
    const record = this.#recordOf(message.room);
    const known = record.idOf(message.key);
    if (known !== null) return known;
    const before = record.characters;
    const kept = record.add(message);
    this.#characters += record.characters - before;
    this.#shrink(record);
    for (const listener of this.#listeners) listener.kept(kept);
    return kept.at;
  }

  /** What is kept of a room behind a message. */
  read(room: string, after: string | null): HistoryPage {
    this.#forgetQuiet(performance.now());
    // Who reads a room does not have it kept for longer.
    const record = this.#rooms.get(room)?.record ?? this.#recordOf(room);
    return record.read(after);
  }

  /** Has a listener told of what is kept. @returns ends that */
  listen(listener: HistoryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** An end of the history, for one {@link Rooms}. */
  connect(): RoomHistory {
    let stop: (() => void) | null = null;
    let isClosed = false;
    const whileOpen = <T>(work: () => T): Promise<T> =>
      isClosed ? Promise.reject(historyClosed()) : Promise.resolve(work());
    return {
      start: (listener) => {
        stop = this.listen(listener);
      },
      append: (message) => whileOpen(() => this.append(message)),
      read: (room, after) => whileOpen(() => this.read(room, after)),
      close: () => {
        isClosed = true;
        stop?.();
      },
    };
  }

  #recordOf(room: string): RoomRecord {
    const now = performance.now();
    this.#forgetQuiet(now);
    const known = this.#rooms.get(room)?.record ?? this.#quiet.get(room);
    const record = known ?? new RoomRecord(this.#limits.maxMessages);
    this.#quiet.delete(room);
    this.#rooms.delete(room);
    this.#rooms.set(room, { record, touchedAt: now });
    if (this.#rooms.size + this.#quiet.size > this.#limits.maxRooms) this.#forgetOldest();
    return record;
  }

  /** Those that were quiet for longest stand in front. */
  #forgetQuiet(now: number): void {
    for (const [room, { record, touchedAt }] of this.#rooms) {
      if (now - touchedAt < this.#limits.keepMs) return;
      this.#quieten(room, record);
    }
  }

  /** Makes room for what was added to a record: that of the room that was touched last. */
  #shrink(last: RoomRecord): void {
    const { maxBytes } = this.#limits;
    for (const [room, { record }] of this.#rooms) {
      if (this.#characters <= maxBytes || record === last) break;
      this.#quieten(room, record);
    }
    while (this.#characters > maxBytes && last.size > 1) {
      const before = last.characters;
      last.dropOldest();
      this.#characters -= before - last.characters;
    }
  }

  #quieten(room: string, record: RoomRecord): void {
    this.#characters -= record.characters;
    record.clear();
    this.#rooms.delete(room);
    this.#quiet.set(room, record);
  }

  #forgetOldest(): void {
    const [first] = this.#rooms;
    if (this.#quiet.size === 0 && first !== undefined) this.#quieten(first[0], first[1].record);
    const [oldest] = this.#quiet.keys();
    if (oldest !== undefined) this.#quiet.delete(oldest);
  }
}
