import type { Limits } from "@armature/http";

/** Bytes that a client can be ahead by at most: what it moved before buys no more time than these. */
const CREDIT_BYTES = 16 * 1024;

/**
 * Whether bytes move at the least rate in one direction, as a time until which the client has to move some: at first that is
 * the grace, and each byte that moves buys as much more as it may take at the least rate, up to the worth of 16 KiB. So it is looked
 * at when the time is over and not when bytes move, and a client that was quick may rest.
 */
export class RateFloor {
  /** When the client's time is over if nothing has moved since; `Infinity` where nothing has to move. */
  untilMs: number = Infinity;
  readonly #graceMs: number;
  readonly #msPerByte: number;
  /** Bytes that had moved when it was looked at last. */
  #moved = 0;

  /** The floor that the limits say; there is none where the rate is 0. */
  constructor({ minBytesPerSecond, rateGraceMs }: Pick<Limits, "minBytesPerSecond" | "rateGraceMs">) {
    this.#graceMs = rateGraceMs;
    this.#msPerByte = 1000 / minBytesPerSecond;
  }

  get runs(): boolean {
    return this.untilMs < Infinity;
  }

  /**
   * Bytes have to move from now on.
   * @param moved how many have moved so far
   * @param ahead how many of them buy time already
   */
  start(nowMs: number, moved: number, ahead: number): void {
    this.untilMs = nowMs + this.#graceMs + this.#worthMs(ahead);
    this.#moved = moved;
  }

  stop(): void {
    this.untilMs = Infinity;
  }

  /** Whether the time is over, with all that has moved. */
  isTooSlow(nowMs: number, moved: number): boolean {
    if (nowMs < this.untilMs) return false;
    const boughtMs = this.untilMs + this.#worthMs(moved - this.#moved);
    this.untilMs = Math.min(boughtMs, nowMs + this.#graceMs + this.#worthMs(CREDIT_BYTES));
    this.#moved = moved;
    return this.untilMs <= nowMs;
  }

  #worthMs(bytes: number): number {
    return bytes <= 0 ? 0 : Math.min(bytes, CREDIT_BYTES) * this.#msPerByte;
  }
}
