import { ArmatureError } from "@armature/http";
import type { RoomMessage } from "../rooms/room-message.ts";

/** The text of one event or comment, as it stands in a stream, and its bytes in UTF-8. */
export interface EncodedEvent {
  readonly text: string;
  readonly bytes: number;
}

const utf8 = new TextEncoder();

/** A text that is ready for a stream. */
export function toEncoded(text: string): EncodedEvent {
  return { text, bytes: utf8.encode(text).length };
}

/**
 * Writes an event (HTML, 9.2.6). JSON has no line ends outside its strings and none unescaped within, so the data is one line.
 * @param event its name; "message" is the one that needs no name
 * @param id what a client names when it comes back, `null` where the event has none
 * @throws ArmatureError `E_SSE_NAME_INVALID`, `E_SSE_ID_INVALID`
 */
export function encodeEvent(event: string, json: string, id: string | null = null): EncodedEvent {
  assertEventName(event);
  if (id !== null) assertEventId(id);
  const idLine = id === null ? "" : `id: ${id}\n`;
  const eventLine = event === "message" ? "" : `event: ${event}\n`;
  return toEncoded(`${idLine}${eventLine}data: ${json}\n\n`);
}

/** Writes what no client shows; each line is one of its own. */
export function encodeComment(text: string): EncodedEvent {
  const lines = text.split(/\r\n|\r|\n/).map((line) => `: ${line}\n`);
  return toEncoded(`${lines.join("")}\n`);
}

/** Writes how long clients wait before they come back, in milliseconds. */
export function encodeRetry(retryMs: number): EncodedEvent {
  return toEncoded(`retry: ${Math.round(retryMs)}\n\n`);
}

/** A message to rooms as an event; without data it has `null`, because an event that has none is not shown. */
export function encodeRoomMessage({ event, json = "null" }: RoomMessage): EncodedEvent {
  return encodeEvent(event, json);
}

/** A name with a line end would be several fields. @throws ArmatureError `E_SSE_NAME_INVALID` */
export function assertEventName(event: string): void {
  if (event !== "" && !/[\r\n]/.test(event)) return;
  throw new ArmatureError(
    "E_SSE_NAME_INVALID",
    `The name of an event must be a text without line ends (got ${JSON.stringify(event)}).`,
  );
}

function assertEventId(id: string): void {
  // Clients ignore an id with NUL, and take an empty one for none.
  if (id !== "" && !/[\r\n\0]/.test(id)) return;
  throw new ArmatureError(
    "E_SSE_ID_INVALID",
    `The id of an event must be a text without line ends and NUL (got ${JSON.stringify(id)}).`,
  );
}
