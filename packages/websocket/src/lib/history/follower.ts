import { followsOn } from "../protocol/message-id.ts";
import type { RoomMember } from "../rooms/room-member.ts";
import { RoomMessage } from "../rooms/room-message.ts";
import type { HistoryPage, KeptMessage } from "./room-history.ts";

/** What a follower is made of. */
export interface FollowerParts {
  readonly member: RoomMember;
  readonly room: string;
  /** Reads what is kept of the room. */
  readonly read: (after: string | null) => Promise<HistoryPage>;
}

/** Stands for a message in front of everything that is kept. */
export const START = "start-0";

/**
 * Takes one member through the history of one room: first what it has missed, page by page, then what comes. It holds no messages: what
 * is kept while it reads, or was lost on the way here, is read.
 */
export class Follower {
  readonly #parts: FollowerParts;
  /** The last message that was given; `null` until it is known where to begin. */
  #at: string | null;
  /** Whether the member is still to be told where it goes on. */
  #isUnplaced = true;
  #isResumed: boolean;
  #isReading = false;
  /** The newest message that came while it reads. */
  #heard: string | null = null;
  #isOver = false;

  /** @param after the last message that the member has; `null` begins with what comes, {@link START} with all that is kept */
  constructor(parts: FollowerParts, after: string | null) {
    this.#parts = parts;
    this.#at = after;
    this.#isResumed = after !== null && after !== START;
    void this.#read();
  }

  /** A message was kept. */
  take(kept: KeptMessage, message: RoomMessage): void {
    if (this.#isReading) this.#heard = kept.at;
    else this.#follow(kept, message);
  }

  /** Something may have been kept without a word. */
  look(): void {
    if (this.#isReading) this.#heard = "";
    else void this.#read();
  }

  /** The member says where it has left off. */
  rewind(after: string): void {
    this.#at = after;
    this.#isUnplaced = true;
    this.#isResumed = true;
    if (!this.#isReading) void this.#read();
  }

  stop(): void {
    this.#isOver = true;
  }

  #follow(kept: KeptMessage, message: RoomMessage): void {
    const step = followsOn(this.#at, kept.at);
    if (step === "gap") void this.#read();
    if (step !== "next") return;
    this.#at = kept.at;
    this.#parts.member.send(message);
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      do {
        this.#heard = null;
        await this.#readOn();
      } while (this.#isBehind());
    } catch {
      // The history is closed: nothing more comes.
      this.#isOver = true;
    }
    this.#isReading = false;
  }

  /** Whether a message came that was not read. */
  #isBehind(): boolean {
    if (this.#isOver || this.#heard === null) return false;
    return this.#heard === "" || followsOn(this.#at, this.#heard) !== "old";
  }

  async #readOn(): Promise<void> {
    let isLast = false;
    while (!isLast && !this.#isOver) {
      const at = this.#at;
      const page = await this.#parts.read(at);
      // What the member says meanwhile counts.
      if (this.#isOver || this.#at !== at) continue;
      isLast = (await this.#give(page)) && page.isLast;
    }
  }

  /** Gives a page as fast as the member takes it. @returns whether all of it was given, and the member has not said that it is elsewhere */
  async #give({ after, messages, missed: isGap }: HistoryPage): Promise<boolean> {
    const { member, room } = this.#parts;
    const missed = isGap && this.#at !== START;
    this.#at = after;
    if (this.#isUnplaced || missed) member.placed?.({ room, at: after, resumed: this.#isResumed, missed });
    this.#isUnplaced = false;
    for (const { event, json, at } of messages) {
      this.#at = at;
      member.send(new RoomMessage(event, json, { room, at }));
      await member.drained?.();
      if (this.#isOver || this.#at !== at) return false;
    }
    return true;
  }
}
