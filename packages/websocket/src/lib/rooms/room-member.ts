import type { RoomPlace } from "../protocol/packet.ts";
import type { RoomMessage } from "./room-message.ts";

/** Who can be in a room: a socket, an event stream, or anything else that takes messages. */
export interface RoomMember {
  /** Unique among all processes that share the rooms. */
  readonly id: string;
  /** Takes a message; it must not throw, and drops the message where it is closed. */
  send(message: RoomMessage): void;
  /** Told where it is in the history of a room; it must not throw. */
  placed?(place: RoomPlace): void;
  /** Resolves when there is room again, or it is closed; waited for between the messages of a history. */
  drained?(): Promise<void>;
}
