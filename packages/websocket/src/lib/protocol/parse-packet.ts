import { parseMessageId } from "./message-id.ts";
import { MAX_KEY_LENGTH, MAX_SEEN_ROOMS, type Packet, type PacketError } from "./packet.ts";

/** A frame that is no packet, and why. */
export interface NoPacket {
  readonly kind: "malformed";
  /** What is wrong with it. */
  readonly reason: string;
}

/** Reads the text of a frame; never throws. Members that a packet does not have are left out. */
export function parsePacket(text: string): Packet | NoPacket {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed("it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return malformed("it is not a JSON object");
  return readPacket(value);
}

interface Fields {
  readonly event?: unknown;
  readonly data?: unknown;
  readonly id?: unknown;
  readonly ack?: unknown;
  readonly error?: unknown;
  readonly ping?: unknown;
  readonly pong?: unknown;
  readonly seen?: unknown;
  readonly key?: unknown;
  readonly room?: unknown;
  readonly at?: unknown;
  readonly resumed?: unknown;
  readonly missed?: unknown;
}

function readPacket(fields: Fields): Packet | NoPacket {
  if (fields.event !== undefined) return readEvent(fields);
  if (fields.ack !== undefined) return readAck(fields);
  if (fields.error !== undefined) return readError(fields);
  if (isNumber(fields.ping)) return { kind: "ping", ping: fields.ping };
  if (isNumber(fields.pong)) return { kind: "pong", pong: fields.pong };
  if (fields.seen !== undefined) return readSeen(fields);
  if (fields.room !== undefined) return readPlace(fields);
  return malformed('it has neither "event" nor another member that says what it is');
}

function readEvent({ event, data, id = null, key, room, at }: Fields): Packet | NoPacket {
  if (typeof event !== "string") return malformed('"event" must be a string');
  if (id !== null && !isNumber(id)) return malformed('"id" must be a whole number, 0 or more');
  if (key === undefined && at === undefined) return { kind: "event", event, data, id };
  if (key !== undefined && !isKey(key))
    return malformed(`"key" must be a string of 1 to ${MAX_KEY_LENGTH} characters`);
  if (at !== undefined && (typeof room !== "string" || !isId(at)))
    return malformed('"room" and "at" must say where a message stands');
  return {
    kind: "event",
    event,
    data,
    id,
    ...(key === undefined ? {} : { key }),
    ...(typeof room === "string" && isId(at) ? { place: { room, at } } : {}),
  };
}

function readSeen({ seen }: Fields): Packet | NoPacket {
  if (typeof seen !== "object" || seen === null) return malformed('"seen" must be an object');
  const entries = Object.entries(seen);
  if (entries.length > MAX_SEEN_ROOMS) return malformed(`"seen" must have ${MAX_SEEN_ROOMS} rooms at most`);
  const known = entries.filter((entry): entry is [string, string] => isId(entry[1]));
  if (known.length < entries.length) return malformed('"seen" must have the id of a message for each room');
  return { kind: "seen", seen: Object.fromEntries(known) };
}

function readPlace({ room, at, resumed = false, missed = false }: Fields): Packet | NoPacket {
  if (typeof room !== "string" || (at !== null && !isId(at)))
    return malformed('"room" and "at" must say where a member is');
  return { kind: "place", room, at, resumed: resumed === true, missed: missed === true };
}

function isKey(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_KEY_LENGTH;
}

function isId(value: unknown): value is string {
  return typeof value === "string" && parseMessageId(value) !== null;
}

function readAck({ ack, data, error }: Fields): Packet | NoPacket {
  if (!isNumber(ack)) return malformed('"ack" must be a whole number, 0 or more');
  if (error === undefined) return { kind: "ack", ack, data };
  return isPacketError(error) ? { kind: "ack-error", ack, error } : badError();
}

function readError({ error }: Fields): Packet | NoPacket {
  return isPacketError(error) ? { kind: "error", error } : badError();
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isPacketError(value: unknown): value is PacketError {
  if (typeof value !== "object" || value === null) return false;
  const { code, message, event } = value as Partial<Record<keyof PacketError, unknown>>; // looked at in the next line
  return (
    typeof code === "string" && typeof message === "string" && ["string", "undefined"].includes(typeof event)
  );
}

function badError(): NoPacket {
  return malformed('"error" must have a code and a message');
}

function malformed(reason: string): NoPacket {
  return { kind: "malformed", reason };
}
