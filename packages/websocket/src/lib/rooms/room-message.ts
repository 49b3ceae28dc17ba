import { encodeEvent, marksOf, type MessagePlace } from "../protocol/packet.ts";

/** Turns a message into what one transport writes. */
export type MessageEncoder<T> = (message: RoomMessage) => T;

/** A message to the members of rooms; what a transport makes of it is made once for all of them. */
export class RoomMessage {
  readonly event: string;
  /** The data as JSON text; `undefined` where the event has none. */
  readonly json: string | undefined;
  /** Where it stands in the history of its room; `null` where it is not kept. */
  readonly place: MessagePlace | null;
  readonly #encodings = new Map<MessageEncoder<unknown>, unknown>();
  #text: string | null = null;

  constructor(event: string, json: string | undefined, place: MessagePlace | null = null) {
    this.event = event;
    this.json = json;
    this.place = place;
  }

  /** The message as a packet. */
  get text(): string {
    return (this.#text ??= this.#encode());
  }

  /** What an encoder makes of the message, made on the first call for it. */
  encoded<T>(encoder: MessageEncoder<T>): T {
    // Only the lines below write under an encoder, and they write what it gave.
    if (this.#encodings.has(encoder)) return this.#encodings.get(encoder) as T;
    const made = encoder(this);
    this.#encodings.set(encoder, made);
    return made;
  }

  #encode(): string {
    const { event, json, place } = this;
    return encodeEvent(event, json, null, place === null ? "" : marksOf({ place }));
  }
}
