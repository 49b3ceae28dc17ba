import { randomUUID } from "node:crypto";
import { formatMessageId, parseMessageId } from "../protocol/message-id.ts";
import { PAGE_MESSAGES, type HistoryPage, type KeptMessage, type NewMessage } from "./room-history.ts";

interface Keyed {
  readonly key?: string | undefined;
}

/** What is kept of one room in the memory of a process. */
export class RoomRecord {
  readonly #most: number;
  readonly #epoch: string = newEpoch();
  readonly #messages: (KeptMessage & { readonly key?: string })[] = [];
  readonly #keys = new Map<string, string>();
  #last = 0;
  #characters = 0;

  /** @param most messages that are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** Messages that are kept. */
  get size(): number {
    return this.#messages.length;
  }

  /** Characters of what is kept. */
  get characters(): number {
    return this.#characters;
  }

  /** The id of the message with this key. */
  idOf(key: string | undefined): string | null {
    return key === undefined ? null : (this.#keys.get(key) ?? null);
  }

  add({ key, ...message }: NewMessage): KeptMessage {
    const kept = { ...message, at: this.#id(++this.#last) };
    this.#messages.push(key === undefined ? kept : { ...kept, key });
    this.#characters += charactersOf({ key, ...message });
    if (key !== undefined) this.#keys.set(key, kept.at);
    if (this.#messages.length > this.#most) this.dropOldest();
    return kept;
  }

  /** Forgets the messages, but not how many there were: who has had them all has missed nothing. */
  clear(): void {
    this.#messages.length = 0;
    this.#characters = 0;
    this.#keys.clear();
  }

  /** Forgets the oldest message. */
  dropOldest(): void {
    const oldest = this.#messages.shift();
    if (oldest === undefined) return;
    this.#characters -= charactersOf(oldest);
    if (oldest.key !== undefined && this.#keys.get(oldest.key) === oldest.at) this.#keys.delete(oldest.key);
  }

  /** What is kept behind a message. */
  read(after: string | null): HistoryPage {
    if (after === null) return this.#page(this.#last, false);
    const id = parseMessageId(after);
    const first = this.#last - this.#messages.length + 1;
    if (id?.epoch !== this.#epoch || id.number > this.#last) return this.#page(first - 1, true);
    return id.number + 1 < first ? this.#page(first - 1, true) : this.#page(id.number, false);
  }

  #page(after: number, missed: boolean): HistoryPage {
    const start = after - (this.#last - this.#messages.length);
    const messages = this.#messages.slice(start, start + PAGE_MESSAGES);
    return {
      after: this.#id(after),
      messages: messages.map(({ key: _key, ...message }) => message),
      isLast: after + messages.length === this.#last,
      missed,
    };
  }

  #id(number: number): string {
    return formatMessageId({ epoch: this.#epoch, number });
  }
}

function charactersOf({ event, json = "", key = "" }: Omit<NewMessage, "room" | "key"> & Keyed): number {
  return event.length + json.length + key.length;
}

/** A name for a history that begins. */
export function newEpoch(): string {
  return randomUUID().slice(0, 8);
}
