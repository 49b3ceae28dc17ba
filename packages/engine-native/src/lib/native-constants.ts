import { type AnswersBelow, type ConnectionPool, constantParts } from "@armature/engine/transport";
import type { ConstantAnswers } from "@armature/http";
import type { NativeSockets } from "./binding.ts";
import type { NativeTransport } from "./native-transport.ts";

/** Larger answers are given by the connections, which do not copy them. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Pairs that are handed over at a time. */
const PAIRS = 256;
/** A connection that has had so many says again that it rests. */
const MOST_REQUESTS = 0x7fff_ffff;
const TOTALS_BYTES = 24;
const PAIR_BYTES = 8;

/** What the constant answers of a listener need of it. */
export interface ConstantsHost {
  readonly pool: ConnectionPool;
  /** What stands for a connection; nothing where it is gone. */
  readonly transportOf: (slot: number) => NativeTransport | null | undefined;
}

/**
 * The answers that the sockets of a listener give by themselves, and what the connections have to know of it.
 *
 * A connection says when it rests. From then on until something else of it is handed over, requests for what is constant are answered without it;
 * how many is told to it where that decides something: in front of what it gets next, at each tick of its listener's clock, and before places
 * are made or counters are read.
 */
export class NativeConstants implements AnswersBelow {
  readonly #constants: ConstantAnswers;
  readonly #totals: Float64Array;
  readonly #answered: Int32Array;
  readonly #answeredBytes: Uint8Array;
  /** Connections that rest, and the requests that they may still have. */
  readonly #resting = new Int32Array(2 * PAIRS);
  readonly #restingBytes = new Uint8Array(this.#resting.buffer);
  #count = 0;
  #isInBatch = false;
  #sockets: NativeSockets | null = null;
  #host: ConstantsHost | null = null;
  #isAllowed = false;

  constructor(constants: ConstantAnswers) {
    const memory = new ArrayBuffer(TOTALS_BYTES + PAIRS * PAIR_BYTES);
    this.#constants = constants;
    this.#totals = new Float64Array(memory, 0, TOTALS_BYTES / 8);
    this.#answered = new Int32Array(memory, TOTALS_BYTES);
    this.#answeredBytes = new Uint8Array(memory);
  }

  /** Hands the answers over; from now on they are given. */
  start(sockets: NativeSockets, host: ConstantsHost): void {
    for (const answer of this.#constants.answers) {
      const { before, dated, after } = constantParts(answer);
      if (answer.head.block.closes || after.length > MAX_ANSWER_BYTES) continue;
      sockets.addConstant(
        answer.method === "HEAD",
        Buffer.from(answer.target, "latin1"),
        before,
        dated,
        after,
      );
    }
    this.#sockets = sockets;
    this.#host = host;
    this.#look();
  }

  /** The connections answer everything from now on. */
  stop(): void {
    this.tally();
    this.#sockets?.allowConstants(false);
    this.#sockets = null;
  }

  /** What the sockets tell is handed over now. */
  beginBatch(): void {
    this.#isInBatch = true;
  }

  endBatch(): void {
    this.#isInBatch = false;
    if (this.#count > 0) this.#handOver();
    this.#look();
  }

  /** A connection rests, and may have so many requests more. */
  rested(slot: number, requestsLeft: number): void {
    const at = 2 * this.#count++;
    this.#resting[at] = slot;
    this.#resting[at + 1] = Math.min(requestsLeft, MOST_REQUESTS);
    // Within a batch nothing is read, so that there is time until its end.
    if (!this.#isInBatch || this.#count === PAIRS) this.#handOver();
  }

  tally(): void {
    this.#look();
    while (this.#sockets !== null && this.#take(this.#sockets) === PAIRS);
  }

  #take(sockets: NativeSockets): number {
    const totals = this.#totals.fill(0);
    const pairs = sockets.takeAnswered(this.#answeredBytes);
    const { pool, transportOf } = this.#host as ConstantsHost; // it came with the sockets
    pool.counters.requests += totals[0] as number; // there are three
    pool.counters.bytesIn += totals[1] as number;
    pool.counters.bytesOut += totals[2] as number;
    for (let at = 0; at < 2 * pairs; at += 2)
      transportOf(this.#answered[at] as number)?.served(this.#answered[at + 1] as number, 0); // so many pairs
    return pairs;
  }

  #handOver(): void {
    this.#sockets?.rest(this.#restingBytes, this.#count);
    this.#count = 0;
  }

  /** Somebody may want to see requests who did not before, or the other way round. */
  #look(): void {
    const isAllowed = this.#constants.mayAnswer();
    if (isAllowed === this.#isAllowed || this.#sockets === null) return;
    this.#isAllowed = isAllowed;
    this.#sockets.allowConstants(isAllowed);
  }
}
