import type { RoomMember } from "../rooms/room-member.ts";
import { RoomMessage } from "../rooms/room-message.ts";
import type { RoomTable } from "../rooms/room-table.ts";
import { Follower, START } from "./follower.ts";
import type { HistoryPage, KeptMessage, NewMessage, RoomHistory } from "./room-history.ts";
import { SeenRooms } from "./seen-rooms.ts";

/** What a member says of where it has left off, by room. */
export type Seen = Readonly<Record<string, string>>;

/** Takes the members of rooms through what is kept of them. */
export class RoomReplay {
  readonly #history: RoomHistory;
  readonly #table: RoomTable;
  readonly #followers = new Map<RoomMember, Map<string, Follower>>();
  /** Where members have left off in rooms that they are not in yet. */
  readonly #seen = new WeakMap<RoomMember, SeenRooms>();
  /** Reads that are on their way, so that many who want the same read it once. */
  readonly #reads = new Map<string, Promise<HistoryPage>>();

  constructor(history: RoomHistory, table: RoomTable) {
    this.#history = history;
    this.#table = table;
  }

  start(): void | Promise<void> {
    return this.#history.start({
      kept: (message) => this.#kept(message),
      gap: () => {
        this.#reads.clear();
        for (const rooms of this.#followers.values()) for (const follower of rooms.values()) follower.look();
      },
    });
  }

  /** Keeps a message. @returns its id, once it is kept */
  append(message: NewMessage): Promise<string> {
    return this.#history.append(message);
  }

  close(): void | Promise<void> {
    return this.#history.close();
  }

  /** A member has come into a room. @param from where it begins, if it does not say where it has left off */
  joined(member: RoomMember, room: string, from: "now" | "start"): void {
    const rooms = this.#followers.get(member) ?? new Map<string, Follower>();
    this.#followers.set(member, rooms);
    const after = this.#seen.get(member)?.take(room) ?? (from === "start" ? START : null);
    rooms.set(room, new Follower({ member, room, read: (at) => this.#read(room, at) }, after));
  }

  /** A member has left a room. */
  left(member: RoomMember, room: string): void {
    const rooms = this.#followers.get(member);
    rooms?.get(room)?.stop();
    rooms?.delete(room);
    if (rooms?.size === 0) this.#followers.delete(member);
    member.placed?.({ room, at: null });
  }

  /** A member is gone. */
  removed(member: RoomMember): void {
    for (const follower of this.#followers.get(member)?.values() ?? []) follower.stop();
    this.#followers.delete(member);
    this.#seen.delete(member);
  }

  /** A member says where it has left off, in rooms that it is in and in those that it will come into. */
  resume(member: RoomMember, seen: Seen): void {
    const later = this.#seen.get(member) ?? new SeenRooms();
    for (const [room, at] of Object.entries(seen)) {
      const follower = this.#followers.get(member)?.get(room);
      if (follower !== undefined) follower.rewind(at);
      else later.set(room, at);
    }
    this.#seen.set(member, later);
  }

  #kept(kept: KeptMessage): void {
    const { room, event, json, at } = kept;
    // Who comes from now on is not told of this message, and must not read what was read in front of it.
    this.#reads.clear();
    const message = new RoomMessage(event, json, { room, at });
    for (const member of this.#table.membersOf(room))
      this.#followers.get(member)?.get(room)?.take(kept, message);
  }

  #read(room: string, after: string | null): Promise<HistoryPage> {
    const key = `${after ?? ""} ${room}`;
    const known = this.#reads.get(key);
    if (known !== undefined) return known;
    const reading = this.#history.read(room, after);
    this.#reads.set(key, reading);
    const forget = (): void => {
      if (this.#reads.get(key) === reading) this.#reads.delete(key);
    };
    void reading.then(forget, forget);
    return reading;
  }
}
