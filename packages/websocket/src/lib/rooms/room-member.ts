import type { RoomMessage } from "./room-message.ts";

/** Who can be in a room: a socket, an event stream, or anything else that takes messages. */
export interface RoomMember {
  /** Unique among all processes that share the rooms. */
  readonly id: string;
  /** Takes a message; it must not throw, and drops the message where it is closed. */
  send(message: RoomMessage): void;
}
