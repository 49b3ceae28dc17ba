import { MAX_SEEN_ROOMS } from "../protocol/packet.ts";

/** The most characters of the names of all rooms together: as many as a message may have by default. */
const MAX_CHARACTERS = 1024 * 1024;

/** Where a member has left off in rooms that it is not in yet, with a bound: it says so itself, and may never come into them. */
export class SeenRooms {
  readonly #rooms = new Map<string, string>();
  #characters = 0;

  /** Notes where it has left off in a room, where there is room for that. */
  set(room: string, at: string): void {
    if (!this.#rooms.has(room)) {
      if (this.#rooms.size >= MAX_SEEN_ROOMS || this.#characters + room.length > MAX_CHARACTERS) return;
      this.#characters += room.length;
    }
    this.#rooms.set(room, at);
  }

  /** Where it has left off in a room, which is not known any more then; `null` where it did not say. */
  take(room: string): string | null {
    const at = this.#rooms.get(room) ?? null;
    if (this.#rooms.delete(room)) this.#characters -= room.length;
    return at;
  }
}
