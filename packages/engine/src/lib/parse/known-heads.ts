import type { HeadParser } from "./head-parser.ts";

/**
 * Heads that someone has parsed before their bytes were handed over, as native sockets do. It speaks of places: whether a request
 * begins there is known to the one who asks.
 */
export interface KnownHeads {
  /**
   * Fills `head` with the complete one that begins at `start`, and gives where it ends; 0 where it knows of none. What it fills in is what
   * {@link HeadParser.parse} would have.
   */
  take(bytes: Buffer, start: number, head: HeadParser): number;
}
