/** However late the loop is, some requests are let through: only those that are served tell that it has become better. */
const MAX_SHARE = 0.95;

/**
 * Which share of the requests is shed at a delay: none up to the limit, then as far as the delay is above it, 0.95 at most.
 *
 * The share where things come to rest is the one that the server cannot do anyway: at three times its capacity two thirds are
 * shed, and the delay settles at five thirds of the limit.
 */
export function shedShare(delayMs: number, maxDelayMs: number): number {
  if (delayMs <= maxDelayMs) return 0;
  return Math.min(MAX_SHARE, (delayMs - maxDelayMs) / maxDelayMs);
}

/** Picks a share of what it is asked about, evenly spread: with a share of a quarter every fourth. */
export class EvenPick {
  #due = 0;

  /** Whether this one belongs to the share. */
  take(share: number): boolean {
    this.#due += share;
    if (this.#due < 1) return false;
    this.#due -= 1;
    return true;
  }
}
