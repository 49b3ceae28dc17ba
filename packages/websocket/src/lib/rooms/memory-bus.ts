import type { RoomBus } from "./room-bus.ts";

/** A bus between several rooms of one process, as of applications beside each other. Each of them takes an end of its own. */
export class MemoryBus {
  readonly #ends = new Set<(envelope: string) => void>();

  /** An end of the bus, for one {@link Rooms}. */
  connect(): RoomBus {
    let own: ((envelope: string) => void) | null = null;
    return {
      start: (deliver) => {
        own = deliver;
        this.#ends.add(deliver);
      },
      publish: (envelope) => {
        for (const end of this.#ends) if (end !== own) end(envelope);
      },
      close: () => {
        if (own !== null) this.#ends.delete(own);
      },
    };
  }
}
