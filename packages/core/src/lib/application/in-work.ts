import type { CloseReport, Exchange } from "@armature/http";

/** An exchange that no listener knows of. */
export interface GuestExchange extends Exchange {
  /** Has someone told, once, when nothing more can be done for the answer: it is complete, or nobody waits for it. */
  whenDone(done: () => void): void;
  /** Gives the answer up, however far it is. */
  cut(): void;
}

/** What was cut of the requests of a kind. */
export type GuestLosses = Pick<CloseReport, "requests" | "streams">;

/** The requests in work that came in through `fetch`, or a server of `node:http`. */
export class InWork {
  readonly #guests = new Set<GuestExchange>();
  #whenEmpty: (() => void) | null = null;

  add(guest: GuestExchange): void {
    this.#guests.add(guest);
    guest.whenDone(() => {
      this.#guests.delete(guest);
      if (this.#guests.size === 0) this.#whenEmpty?.();
    });
  }

  /** Waits until all are answered, and cuts those that are not in time. */
  async drain(graceMs: number): Promise<GuestLosses> {
    const losses = { requests: 0, streams: 0 };
    if (this.#guests.size === 0) return losses;
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    const deadline = setTimeout(() => this.#cutAll(losses), graceMs);
    await empty;
    clearTimeout(deadline);
    return losses;
  }

  #cutAll(losses: { requests: number; streams: number }): void {
    for (const guest of this.#guests) {
      losses[guest.answered ? "streams" : "requests"]++;
      guest.cut();
    }
  }
}
