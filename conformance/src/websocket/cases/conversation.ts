import type { RawWebSocketOptions } from "@armature/websocket";
import {
  closeOf,
  frameOf,
  payloadNote,
  type ClientFrame,
  type HandshakeFields,
} from "../harness/frame-client.ts";

/** What a client sends to an endpoint that sends everything back, and what it hears until the connection is closed. */
export interface Conversation {
  readonly name: string;
  readonly sent: readonly Buffer[];
  /** See `noteOf`. */
  readonly heard: readonly string[];
}

/** Conversations with one kind of endpoint. */
export interface ConversationGroup {
  readonly name: string;
  readonly options?: RawWebSocketOptions;
  /** What the handshakes have beside the usual fields. */
  readonly fields?: HandshakeFields;
  readonly conversations: readonly Conversation[];
}

type Payload = string | Uint8Array;

/** A text, or its first fragment. */
export const text = (payload: Payload, isFinal = true): Buffer => frameOf({ payload, isFinal });
/** A message of bytes, or its first fragment. */
export const binary = (payload: Payload, isFinal = true): Buffer => frameOf({ opcode: 2, payload, isFinal });
/** A fragment behind the first one; the last one is final. */
export const more = (payload: Payload, isFinal = false): Buffer => frameOf({ opcode: 0, payload, isFinal });
export const ping = (payload: Payload = ""): Buffer => frameOf({ opcode: 9, payload });
export const pong = (payload: Payload = ""): Buffer => frameOf({ opcode: 10, payload });
/** The goodbye of a client that is content. */
export const BYE: Buffer = closeOf(1000);

/** What is heard of a text that comes back. */
export const textNote = (payload: Payload): string => `text ${payloadNote(Buffer.from(payload))}`;
/** What is heard of bytes that come back. */
export const binaryNote = (payload: Payload): string => `binary ${payloadNote(Buffer.from(payload))}`;

/** A conversation that the client ends. */
export function good(name: string, sent: readonly Buffer[], heard: readonly string[]): Conversation {
  return { name, sent: [...sent, BYE], heard: [...heard, "close 1000"] };
}

/** A conversation that the server ends with a code. */
export function bad(
  name: string,
  code: number,
  sent: readonly Buffer[],
  heard: readonly string[] = [],
): Conversation {
  return { name, sent, heard: [...heard, `close ${code}`] };
}

/** A frame that the server refuses with 1002, in every place where one can stand. */
export function refusedEverywhere(name: string, frame: ClientFrame): Conversation[] {
  const refused = frameOf(frame);
  return [
    bad(`${name}, first of all`, 1002, [refused]),
    bad(`${name}, behind a message and a ping`, 1002, [text("a"), ping("b"), refused], ["text a", "pong b"]),
    bad(
      `${name}, within a message`,
      1002,
      [text("a", false), ping("b"), refused, more("c", true)],
      ["pong b"],
    ),
    bad(`${name}, in front of others`, 1002, [refused, text("a"), ping("b")]),
  ];
}
