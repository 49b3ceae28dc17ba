import type { Packet, PacketError } from "./packet.ts";

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
}

function readPacket(fields: Fields): Packet | NoPacket {
  if (fields.event !== undefined) return readEvent(fields);
  if (fields.ack !== undefined) return readAck(fields);
  if (fields.error !== undefined) return readError(fields);
  if (isNumber(fields.ping)) return { kind: "ping", ping: fields.ping };
  if (isNumber(fields.pong)) return { kind: "pong", pong: fields.pong };
  return malformed('it has neither "event" nor another member that says what it is');
}

function readEvent({ event, data, id = null }: Fields): Packet | NoPacket {
  if (typeof event !== "string") return malformed('"event" must be a string');
  if (id !== null && !isNumber(id)) return malformed('"id" must be a whole number, 0 or more');
  return { kind: "event", event, data, id };
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
