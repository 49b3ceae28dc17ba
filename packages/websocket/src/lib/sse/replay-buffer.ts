import type { EncodedEvent } from "./encode-event.ts";

/** An event of a channel. */
export interface ChannelEvent {
  /** Counts the events of the channel, from 1. */
  readonly number: number;
  readonly id: string;
  readonly encoded: EncodedEvent;
}

/** How much is kept. */
export interface ReplayLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** The last events of a channel, for those who come back. */
export class ReplayBuffer {
  readonly #limits: ReplayLimits;
  /** The ring of events: that of a number stands at its remainder. */
  readonly #ring: (ChannelEvent | undefined)[] = [];
  readonly #byId = new Map<string, number>();
  #first = 1;
  #last = 0;
  #bytes = 0;

  constructor(limits: ReplayLimits) {
    this.#limits = limits;
  }

  /** Number of the oldest event that is kept; one more than the last where none is. */
  get first(): number {
    return this.#first;
  }

  /** Number of the last event; 0 where there was none. */
  get last(): number {
    return this.#last;
  }

  /** Bytes of the events that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of the event with this id; `null` where it is not kept. */
  numberOf(id: string): number | null {
    return this.#byId.get(id) ?? null;
  }

  /** The event of a number that is kept. */
  at(number: number): ChannelEvent | null {
    if (number < this.#first || number > this.#last) return null;
    return this.#ring[number % this.#limits.maxEvents] ?? null;
  }

  /** Keeps an event, and lets go of the oldest ones beyond the limits. */
  add(id: string, encoded: EncodedEvent): ChannelEvent {
    const { maxEvents, maxBytes } = this.#limits;
    const event: ChannelEvent = { number: ++this.#last, id, encoded };
    while (
      this.#first < this.#last &&
      (this.#last - this.#first >= maxEvents || this.#bytes + encoded.bytes > maxBytes)
    )
      this.#dropFirst();
    this.#ring[event.number % maxEvents] = event;
    this.#byId.set(id, event.number);
    this.#bytes += encoded.bytes;
    return event;
  }

  #dropFirst(): void {
    const oldest = this.at(this.#first);
    this.#ring[this.#first % this.#limits.maxEvents] = undefined;
    this.#first++;
    if (oldest === null) return;
    this.#bytes -= oldest.encoded.bytes;
    if (this.#byId.get(oldest.id) === oldest.number) this.#byId.delete(oldest.id);
  }
}
