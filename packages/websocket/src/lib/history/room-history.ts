import type { MessagePlace } from "../protocol/packet.ts";

/** A message to be kept. */
export interface NewMessage {
  readonly room: string;
  readonly event: string;
  /** The data as JSON. */
  readonly json?: string;
  /** Tells a message that comes again from another one: as long as it is kept, it is not kept twice. */
  readonly key?: string;
}

/** A message that is kept. */
export interface KeptMessage extends MessagePlace {
  readonly event: string;
  /** The data as JSON. */
  readonly json?: string;
}

/** Some of what is kept of a room. */
export interface HistoryPage {
  /** The message behind which the page begins. */
  readonly after: string;
  /** In their order, and without a gap. */
  readonly messages: readonly KeptMessage[];
  /** Whether the page ends with what was the newest message when it was read. */
  readonly isLast: boolean;
  /** Whether messages behind the one that was asked for are not kept any more. */
  readonly missed: boolean;
}

/** Told of what others, and this process, have kept; it does not throw. */
export interface HistoryListener {
  kept(message: KeptMessage): void;
  /** Some messages may have been kept without a word. */
  gap(): void;
}

/** Keeps the last messages of rooms, numbered in one order for all processes, for those who come back. */
export interface RoomHistory {
  /** Begins to tell of what is kept. */
  start(listener: HistoryListener): void | Promise<void>;
  /**
   * Keeps a message, in the order of the calls.
   * @returns its id, once it is kept
   * @throws ArmatureError `E_ROOM_HISTORY_FULL` where as many wait as may, `E_ROOM_HISTORY_CLOSED`
   */
  append(message: NewMessage): Promise<string>;
  /**
   * What is kept of a room behind a message.
   * @param after an id; `null` gives a page without messages that says where the newest one is
   * @throws ArmatureError `E_ROOM_HISTORY_CLOSED`
   */
  read(room: string, after: string | null): Promise<HistoryPage>;
  close(): void | Promise<void>;
}

/** How much is kept. */
export interface HistoryLimits {
  /** Messages of each room. Default 1000. */
  readonly maxMessages?: number;
  /** Milliseconds that a room is kept behind its last message. Default 600 000. */
  readonly keepMs?: number;
}

/** Messages of one page. */
export const PAGE_MESSAGES = 100;
