import type { BackPressurePolicy } from "./options.ts";
import type { Outgoing } from "./outgoing.ts";

/** What a queue holds at most. */
export interface SendQueueLimits {
  readonly highWaterBytes: number;
  readonly maxQueuedBytes: number;
}

/** Messages that wait for a client which takes them too slowly, and what becomes of them. */
export class SendQueue {
  readonly #policy: BackPressurePolicy;
  readonly #maxBytes: number;
  #waiting: Outgoing[] = [];
  /** Where the oldest one is; those in front of it have left. */
  #start = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(policy: BackPressurePolicy, limits: SendQueueLimits) {
    this.#policy = policy;
    this.#maxBytes = policy === "pause" ? limits.maxQueuedBytes : limits.highWaterBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#start === this.#waiting.length;
  }

  /** Messages that were lost. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a message as the policy says; `false` where the connection has to be cut. */
  push(message: Outgoing): boolean {
    if (this.#bytes + sizeOf(message) <= this.#maxBytes) return this.#add(message);
    switch (this.#policy) {
      case "drop-oldest":
        return this.#replaceOldest(message);
      case "drop-newest":
        this.#dropped++;
        return true;
      default:
        return false;
    }
  }

  /** The oldest message, which is no longer in the queue then. */
  shift(): Outgoing | null {
    if (this.isEmpty) return null;
    const message = this.#waiting[this.#start++] as Outgoing; // the queue is not empty
    this.#bytes -= sizeOf(message);
    if (this.#start * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#start);
      this.#start = 0;
    }
    return message;
  }

  clear(): void {
    this.#waiting = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  /** Who sends bytes may change them as soon as they are given. */
  #add(message: Outgoing): true {
    this.#waiting.push(message.kept());
    this.#bytes += sizeOf(message);
    return true;
  }

  #replaceOldest(message: Outgoing): true {
    while (!this.isEmpty && this.#bytes + sizeOf(message) > this.#maxBytes) {
      this.shift();
      this.#dropped++;
    }
    return this.#add(message);
  }
}

/** Strings are counted by characters: close enough, and nothing has to be encoded for it. */
function sizeOf({ payload }: Outgoing): number {
  return payload.length;
}
