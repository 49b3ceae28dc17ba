import type { RoomMember } from "./room-member.ts";

/**
 * Who is in which room. Each call is one step: a room is there as long as it has a member and no longer, and a member that is
 * gone is in no room and never in one again.
 */
export class RoomTable {
  readonly #members = new Map<string, Set<RoomMember>>();
  readonly #rooms = new Map<RoomMember, Set<string>>();
  readonly #gone = new WeakSet<RoomMember>();

  /** The rooms that there are. */
  get names(): IterableIterator<string> {
    return this.#members.keys();
  }

  /** Whether the member has come in by this call. */
  join(member: RoomMember, room: string): boolean {
    if (this.#gone.has(member)) return false;
    const members = entryOf(this.#members, room);
    if (members.has(member)) return false;
    members.add(member);
    entryOf(this.#rooms, member).add(room);
    return true;
  }

  /** Whether the member has left by this call. */
  leave(member: RoomMember, room: string): boolean {
    if (!remove(this.#members, room, member)) return false;
    remove(this.#rooms, member, room);
    return true;
  }

  /** Takes a member out of all rooms for good; gives those that it was in. */
  remove(member: RoomMember): readonly string[] {
    const rooms = [...this.roomsOf(member)];
    for (const room of rooms) this.leave(member, room);
    this.#gone.add(member);
    return rooms;
  }

  /** Takes all members out of a room; gives those that were in it. */
  empty(room: string): readonly RoomMember[] {
    const members = [...this.membersOf(room)];
    for (const member of members) this.leave(member, room);
    return members;
  }

  membersOf(room: string): ReadonlySet<RoomMember> {
    return this.#members.get(room) ?? NOBODY;
  }

  roomsOf(member: RoomMember): ReadonlySet<string> {
    return this.#rooms.get(member) ?? NOWHERE;
  }
}

const NOBODY: ReadonlySet<RoomMember> = new Set();
const NOWHERE: ReadonlySet<string> = new Set();

function entryOf<TKey, TValue>(map: Map<TKey, Set<TValue>>, key: TKey): Set<TValue> {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = new Set<TValue>();
  map.set(key, made);
  return made;
}

/** Removes a value, and its set where it was the last one. */
function remove<TKey, TValue>(map: Map<TKey, Set<TValue>>, key: TKey, value: TValue): boolean {
  const set = map.get(key);
  if (set?.delete(value) !== true) return false;
  if (set.size === 0) map.delete(key);
  return true;
}
