/** What is said of an error over a socket. */
export interface PacketError {
  /** Stable, see docs/errors.md. */
  readonly code: string;
  readonly message: string;
  /** The event that it is about, where there is one. */
  readonly event?: string;
}

/**
 * One text frame of the protocol of typed messages. Each is a JSON object:
 *
 * | Packet | JSON | Sent by |
 * | --- | --- | --- |
 * | event | `{ "event": "say", "data": ..., "id"?: 1 }`; with `id` it asks for a reply | both |
 * | ack | `{ "ack": 1, "data": ... }` | both |
 * | ack-error | `{ "ack": 1, "error": { "code": ..., "message": ... } }` | both |
 * | error | `{ "error": { "code": ..., "message": ..., "event"?: "say" } }` | server |
 * | ping | `{ "ping": 1 }`; browsers cannot send ping frames, so this asks for a sign of life | client |
 * | pong | `{ "pong": 1 }`; the answer to it, with its number | server |
 * | seen | `{ "seen": { "lobby": "x-17" } }`; the last message of each room that the client has, first on a connection | client |
 * | place | `{ "room": "lobby", "at": "x-17", "resumed"?: true, "missed"?: true }`; the messages of the room go on behind this one | server |
 *
 * An event that is kept for those who come back says where it stands: `"room": "lobby", "at": "x-18"`. A request that is sent again where
 * its connection breaks says which one it is: `"key": "..."`.
 */
export type Packet =
  | {
      readonly kind: "event";
      readonly event: string;
      readonly data: unknown;
      /** Number of the request, `null` where no reply is asked for. */
      readonly id: number | null;
      /** The same whenever a request is sent again. */
      readonly key?: string;
      /** Where it stands in the history of a room. */
      readonly place?: MessagePlace;
    }
  | { readonly kind: "ack"; readonly ack: number; readonly data: unknown }
  | { readonly kind: "ack-error"; readonly ack: number; readonly error: PacketError }
  | { readonly kind: "error"; readonly error: PacketError }
  | { readonly kind: "ping"; readonly ping: number }
  | { readonly kind: "pong"; readonly pong: number }
  | { readonly kind: "seen"; readonly seen: Readonly<Record<string, string>> }
  | ({ readonly kind: "place" } & RoomPlace);

/** Where a message stands. */
export interface MessagePlace {
  readonly room: string;
  /** Its id in the history of the room. */
  readonly at: string;
}

/** Where a member is in the history of a room. */
export interface RoomPlace {
  readonly room: string;
  /** The message behind which it goes on; `null` where the member has left the room. */
  readonly at: string | null;
  /** Whether it goes on where the member says that it has left off. */
  readonly resumed?: boolean;
  /** Whether messages in between are not kept any more. */
  readonly missed?: boolean;
}

/** The most characters of the key of a request. */
export const MAX_KEY_LENGTH = 100;

/** The most rooms in whose histories a client says where it is. */
export const MAX_SEEN_ROOMS = 1_000;

/**
 * Writes a packet as the text of its frame. Data that JSON has no form for, as `undefined`, is left out.
 * @throws TypeError for data that cannot be written, e.g. with a cycle or a BigInt
 */
export function encodePacket(packet: Packet): string {
  switch (packet.kind) {
    case "event":
      return encodeEvent(packet.event, JSON.stringify(packet.data), packet.id, marksOf(packet));
    case "ack":
      return JSON.stringify({ ack: packet.ack, data: packet.data });
    case "ack-error":
      return JSON.stringify({ ack: packet.ack, error: packet.error });
    case "error":
      return JSON.stringify({ error: packet.error });
    case "ping":
      return JSON.stringify({ ping: packet.ping });
    case "pong":
      return JSON.stringify({ pong: packet.pong });
    case "seen":
      return JSON.stringify({ seen: packet.seen });
    case "place":
      return encodePlace(packet);
  }
}

/** Writes a reply whose data is JSON already; without data where that is `undefined`. */
export function encodeAck(ack: number, json: string | undefined): string {
  return json === undefined ? `{"ack":${ack}}` : `{"ack":${ack},"data":${json}}`;
}

/**
 * Writes an event whose data is JSON already.
 * @param json the data, or `undefined` where there is none
 * @param marks further members, as {@link marksOf} writes them
 */
export function encodeEvent(event: string, json: string | undefined, id: number | null, marks = ""): string {
  const data = json === undefined ? "" : `,"data":${json}`;
  return `{"event":${JSON.stringify(event)}${data}${id === null ? "" : `,"id":${id}`}${marks}}`;
}

/** What else is said of an event, behind its other members. */
export function marksOf({ key, place }: { readonly key?: string; readonly place?: MessagePlace }): string {
  const keyMark = key === undefined ? "" : `,"key":${JSON.stringify(key)}`;
  const room = place === undefined ? "" : `,"room":${JSON.stringify(place.room)}`;
  return `${keyMark}${room}${place === undefined ? "" : `,"at":${JSON.stringify(place.at)}`}`;
}

/** Members that are false are left out. */
function encodePlace({ room, at, resumed = false, missed = false }: RoomPlace): string {
  return JSON.stringify({ room, at, ...(resumed ? { resumed } : {}), ...(missed ? { missed } : {}) });
}
