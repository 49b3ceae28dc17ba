import type { HeaderList, Limits } from "@armature/http";
import { CR, LF } from "./bytes.ts";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { Fault } from "./fault.ts";
import { HeadParser, INCOMPLETE, REFUSED } from "./head-parser.ts";
import type { KnownHeads } from "./known-heads.ts";
import { NO_TRAILERS, parseTrailers } from "./trailers.ts";

/** What {@link RequestParser.next} found. */
export const Step = {
  /** All bytes are taken; feed more. */
  more: 0,
  /** A head is complete: `head` and its position in `headBytes`. */
  head: 1,
  /** A piece of the body: `dataStart` to `dataEnd` of the bytes that were fed. */
  data: 2,
  /** The body is complete. Reported only where `hasBody` is true. */
  end: 3,
  /** The request is refused; nothing can be parsed after it. */
  fault: 4,
} as const;

/** One of {@link Step}. */
export type Step = (typeof Step)[keyof typeof Step];

/** Empty lines and line ends that a head has beside what the limits count. */
const SLACK_BYTES = 16;

/** Heads up to so many bytes are parsed again with every piece. */
const SMALL_HEAD = 1024;

const NO_BYTES = Buffer.alloc(0);

/**
 * Splits a stream of bytes into requests: heads, pieces of bodies, ends. Never sees a socket.
 *
 * A head that lies in the fed bytes as a whole is parsed where it lies; one that is split is collected in a buffer of its own.
 */
export class RequestParser {
  readonly head: HeadParser;
  /** The buffer that holds the last head, until the next bytes are fed. */
  headBytes: Buffer = NO_BYTES;
  /** Where the last head starts in `headBytes`; the positions in `head` are relative to it. */
  headStart = 0;
  /** Where the last head ends in `headBytes`. */
  headEnd = 0;
  /** Whether the last head announces a body that is not empty. */
  hasBody = false;
  dataStart = 0;
  dataEnd = 0;
  /** How far the fed bytes are taken. */
  at = 0;
  fault: Fault | null = null;
  /** The trailer fields of the last body, once it is complete. */
  trailers: HeaderList = NO_TRAILERS;

  readonly #limits: Limits;
  readonly #known: KnownHeads | null;
  #bytes: Buffer = NO_BYTES;
  #end = 0;
  /** The part of a head that came in earlier reads. */
  #carry: Buffer | null = null;
  #carried = 0;
  /** From so many bytes on the head is parsed again, whatever the new ones are. */
  #worthAt = 0;
  /** Bytes of a body with a known length that are still to come. */
  #left = 0;
  #inBody = false;
  #chunks: ChunkedDecoder | null = null;

  constructor(limits: Limits, known: KnownHeads | null = null) {
    this.#limits = limits;
    this.#known = known;
    this.head = new HeadParser(limits);
  }

  /** Whether a head has begun and is not complete. */
  get inHead(): boolean {
    return this.#carry !== null;
  }

  /** Whether some of the bytes that were fed are not taken. */
  get hasMore(): boolean {
    return this.at < this.#end;
  }

  /** Gives the next bytes; `next` is called until it says `Step.more`. */
  feed(bytes: Buffer, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.at = 0;
  }

  /** Forgets the head that has begun. */
  dropHead(): void {
    this.#carry = null;
  }

  next(): Step {
    if (this.#inBody) return this.#chunks === null ? this.#fixedBody() : this.#chunkedBody(this.#chunks);
    if (this.at === this.#end) return Step.more;
    return this.#carry === null ? this.#wholeHead() : this.#splitHead(this.#carry);
  }

  #wholeHead(): Step {
    const end = this.#parseHead();
    if (end === INCOMPLETE) return this.#keepForLater();
    if (end === REFUSED) return this.#refuse(this.head.fault);
    this.headBytes = this.#bytes;
    this.headStart = this.at;
    this.headEnd = end;
    this.at = end;
    return this.#headDone();
  }

  #parseHead(): number {
    const end = this.#known === null ? 0 : this.#known.take(this.#bytes, this.at, this.head);
    return end === 0 ? this.head.parse(this.#bytes, this.at, this.#end) : end;
  }

  #keepForLater(): Step {
    const length = this.#end - this.at;
    this.#carry = Buffer.allocUnsafeSlow(Math.max(256, length * 2));
    this.#bytes.copy(this.#carry, 0, this.at, this.#end);
    this.#carried = length;
    this.#worthAt = 2 * length;
    this.at = this.#end;
    return Step.more;
  }

  #splitHead(collected: Buffer): Step {
    const earlier = this.#carried;
    const carry = this.#append(collected);
    const end = this.#mayTell(carry, earlier) ? this.head.parse(carry, 0, this.#carried) : INCOMPLETE;
    if (end === INCOMPLETE) {
      this.at += this.#carried - earlier;
      return Step.more;
    }
    this.#carry = null;
    if (end === REFUSED) return this.#refuse(this.head.fault);
    this.headBytes = carry;
    this.headStart = 0;
    this.headEnd = end;
    this.at += end - earlier;
    return this.#headDone();
  }

  /**
   * Whether it is worth to parse what was collected, from its start. A head is complete at the end of a line only; a large one
   * that comes in drops is looked at again when it has doubled or is at a limit, so that a client cannot make the server read it
   * for every byte.
   */
  #mayTell(carry: Buffer, earlier: number): boolean {
    const size = this.#carried;
    const isWorth = size <= SMALL_HEAD || size >= this.#worthAt || this.#isAtLimit(carry, size);
    if (!isWorth && !carry.subarray(earlier, size).includes(LF)) return false;
    this.#worthAt = 2 * size;
    return true;
  }

  /** Whether the request line, or all fields together, are about as large as they may be. */
  #isAtLimit(carry: Buffer, size: number): boolean {
    let start = 0;
    while (start < size && (carry[start] === CR || carry[start] === LF)) start++;
    const lineEnd = carry.subarray(0, size).indexOf(LF, start);
    const { maxRequestLineBytes, maxHeaderBytes } = this.#limits;
    return lineEnd < 0 ? size - start >= maxRequestLineBytes : size - lineEnd > maxHeaderBytes;
  }

  get #mostBytes(): number {
    return this.#limits.maxRequestLineBytes + this.#limits.maxHeaderBytes + SLACK_BYTES;
  }

  /** Adds what a head can still need of the new bytes; what is behind its end is taken from where it lies. */
  #append(collected: Buffer): Buffer {
    const length = Math.min(this.#end - this.at, this.#mostBytes - this.#carried);
    let carry = collected;
    if (this.#carried + length > carry.length) {
      carry = Buffer.allocUnsafeSlow(Math.max(this.#carried + length, carry.length * 2));
      collected.copy(carry, 0, 0, this.#carried);
      this.#carry = carry;
    }
    this.#bytes.copy(carry, this.#carried, this.at, this.at + length);
    this.#carried += length;
    return carry;
  }

  #headDone(): Step {
    const { framing } = this.head;
    this.hasBody = framing.chunked || framing.length > 0;
    this.#inBody = this.hasBody;
    this.#left = framing.length;
    this.#chunks = framing.chunked ? new ChunkedDecoder(this.#limits) : null;
    return Step.head;
  }

  #fixedBody(): Step {
    if (this.#left === 0) return this.#bodyDone();
    const size = Math.min(this.#left, this.#end - this.at);
    if (size === 0) return Step.more;
    this.#left -= size;
    return this.#data(this.at, this.at + size);
  }

  #chunkedBody(chunks: ChunkedDecoder): Step {
    if (chunks.done) return this.#bodyDone();
    this.at = chunks.decode(this.#bytes, this.at, this.#end);
    if (chunks.fault !== null) return this.#refuse(chunks.fault);
    if (chunks.dataEnd > chunks.dataStart) return this.#data(chunks.dataStart, chunks.dataEnd);
    return chunks.done ? this.#bodyDone() : Step.more;
  }

  #data(start: number, end: number): Step {
    this.dataStart = start;
    this.dataEnd = end;
    this.at = end;
    return Step.data;
  }

  #bodyDone(): Step {
    this.#inBody = false;
    this.trailers = this.#chunks === null ? NO_TRAILERS : parseTrailers(this.#chunks.trailerLines);
    this.#chunks = null;
    return Step.end;
  }

  #refuse(fault: Fault | null): Step {
    this.fault = fault;
    return Step.fault;
  }
}
