import { followsOn } from "../protocol/message-id.ts";
import { MAX_SEEN_ROOMS, type MessagePlace, type RoomPlace } from "../protocol/packet.ts";

interface Place {
  /** The last message. */
  readonly at: string;
  /** Whether the server was asked to go on behind it, and has not said yet that it does. */
  readonly isAsked: boolean;
}

/** Where a client is in the histories of its rooms: what it has had it does not take again, and what it misses it asks for. */
export class RoomPlaces {
  readonly #places = new Map<string, Place>();

  /** A connection begins: what the server is to be told, `null` where that is nothing. */
  begin(): Readonly<Record<string, string>> | null {
    for (const [room, { at }] of this.#places) this.#places.set(room, { at, isAsked: true });
    if (this.#places.size === 0) return null;
    return Object.fromEntries([...this.#places].map(([room, { at }]) => [room, at]));
  }

  /** Whether a message is new; where one is missing in front of it, what the server is to be told. */
  take({ room, at }: MessagePlace): boolean | Readonly<Record<string, string>> {
    const place = this.#places.get(room);
    // What comes before the server goes back comes again behind that.
    if (place?.isAsked === true) return false;
    const step = place === undefined ? "next" : followsOn(place.at, at);
    if (step === "next") this.#set(room, { at, isAsked: false });
    if (step !== "gap" || place === undefined) return step === "next";
    this.#set(room, { at: place.at, isAsked: true });
    return { [room]: place.at };
  }

  /** The server says where it goes on. @returns whether messages are missed for good */
  placed({ room, at, resumed = false, missed = false }: RoomPlace): boolean {
    const place = this.#places.get(room);
    if (at === null) {
      this.#places.delete(room);
      return false;
    }
    if (place?.isAsked === true && !resumed) return false;
    const isBehind = place !== undefined && !missed && resumed && followsOn(place.at, at) === "old";
    this.#set(room, { at: isBehind ? place.at : at, isAsked: false });
    return missed;
  }

  /** Of too many rooms the one that was first heard of longest ago is forgotten. */
  #set(room: string, place: Place): void {
    this.#places.set(room, place);
    if (this.#places.size <= MAX_SEEN_ROOMS) return;
    const [oldest] = this.#places.keys();
    if (oldest !== undefined) this.#places.delete(oldest);
  }
}
