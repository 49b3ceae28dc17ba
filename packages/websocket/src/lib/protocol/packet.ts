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
 */
export type Packet =
  | {
      readonly kind: "event";
      readonly event: string;
      readonly data: unknown;
      /** Number of the request, `null` where no reply is asked for. */
      readonly id: number | null;
    }
  | { readonly kind: "ack"; readonly ack: number; readonly data: unknown }
  | { readonly kind: "ack-error"; readonly ack: number; readonly error: PacketError }
  | { readonly kind: "error"; readonly error: PacketError }
  | { readonly kind: "ping"; readonly ping: number }
  | { readonly kind: "pong"; readonly pong: number };

/**
 * Writes a packet as the text of its frame. Data that JSON has no form for, as `undefined`, is left out.
 * @throws TypeError for data that cannot be written, e.g. with a cycle or a BigInt
 */
export function encodePacket(packet: Packet): string {
  switch (packet.kind) {
    case "event":
      return encodeEvent(packet.event, JSON.stringify(packet.data), packet.id);
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
  }
}

/**
 * Writes an event whose data is JSON already.
 * @param json the data, or `undefined` where there is none
 */
export function encodeEvent(event: string, json: string | undefined, id: number | null): string {
  const data = json === undefined ? "" : `,"data":${json}`;
  return `{"event":${JSON.stringify(event)}${data}${id === null ? "" : `,"id":${id}`}}`;
}
