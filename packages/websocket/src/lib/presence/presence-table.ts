/** Who is in a room, in whichever process. */
export interface PresentMember {
  /** That of the member, as of a socket. */
  readonly id: string;
  /** What was said of it when it came in. */
  readonly info: unknown;
}

/** Somebody came into a room, or is in it no more. */
export interface PresenceChange {
  readonly kind: "join" | "leave";
  readonly room: string;
  readonly member: PresentMember;
}

/** A member of a room. */
export interface Presence {
  readonly room: string;
  readonly member: PresentMember;
}

type Room = Map<string, PresentMember>;

/** Who is in which room, by the processes that they are in. Each call that changes something gives what it has changed. */
export class PresenceTable {
  readonly #processes = new Map<string, Map<string, Room>>();

  /** Who is in a room. */
  in(room: string): readonly PresentMember[] {
    return [...this.#processes.values()].flatMap((rooms) => [...(rooms.get(room)?.values() ?? [])]);
  }

  /** Everyone who is in a process. */
  of(process: string): readonly Presence[] {
    return [...(this.#processes.get(process) ?? [])].flatMap(([room, members]) =>
      [...members.values()].map((member) => ({ room, member })),
    );
  }

  add(process: string, { room, member }: Presence): readonly PresenceChange[] {
    const rooms = this.#processes.get(process) ?? new Map<string, Room>();
    const members = rooms.get(room) ?? new Map<string, PresentMember>();
    if (members.has(member.id)) return [];
    this.#processes.set(process, rooms.set(room, members.set(member.id, member)));
    return [{ kind: "join", room, member }];
  }

  remove(process: string, room: string, id: string): readonly PresenceChange[] {
    const rooms = this.#processes.get(process);
    const members = rooms?.get(room);
    const member = members?.get(id);
    if (rooms === undefined || members === undefined || member === undefined) return [];
    members.delete(id);
    if (members.size === 0) rooms.delete(room);
    if (rooms.size === 0) this.#processes.delete(process);
    return [{ kind: "leave", room, member }];
  }

  /** The process has these members and no others. */
  replace(process: string, all: readonly Presence[]): readonly PresenceChange[] {
    const stay = new Set(all.map(keyOf));
    const gone = this.of(process).filter((presence) => !stay.has(keyOf(presence)));
    return [
      ...gone.flatMap(({ room, member }) => this.remove(process, room, member.id)),
      ...all.flatMap((presence) => this.add(process, presence)),
    ];
  }
}

/** Ids are unique, but not what rooms are called. */
function keyOf({ room, member }: Presence): string {
  return `${member.id} ${room}`;
}
