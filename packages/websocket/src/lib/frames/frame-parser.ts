import { type KnownPayloads, PayloadContent } from "@armature/http";
import { CloseCode } from "./close-code.ts";
import { FrameError } from "./frame-error.ts";
import { isControl, isKnownOpcode } from "./opcode.ts";
import { type PayloadPiece, readText } from "./read-payload.ts";

/** The head of a frame (RFC 6455, 5.2). */
export interface FrameHead {
  readonly isFinal: boolean;
  /** The first reserved bit: a message that permessage-deflate compressed begins here. */
  readonly isCompressed: boolean;
  readonly opcode: number;
  /** Bytes of the payload. */
  readonly length: number;
}

/** Told of frames as they come; throws a FrameError to refuse one. */
export interface FrameSink {
  /** A head is complete: the last moment to refuse its length. @returns whether all of the payload is wanted as a text, where it comes at once */
  begin(head: FrameHead): boolean;
  /** All of the payload, in place of `payload` and `end`; `null` where it is not UTF-8. */
  wholeText(text: string | null): void;
  /** Bytes of the payload came. */
  payload(piece: PayloadPiece): void;
  /** The payload is complete. */
  end(): void;
}

/** What a parser takes. */
export interface FrameParserOptions {
  /** Whether frames must be masked, as those of clients, or must not, as those of servers. */
  readonly isMasked: boolean;
  /** Whether the first reserved bit was negotiated. */
  readonly takesCompressed: boolean;
}

/** The longest head: two bytes, eight of length, four of the masking key. */
const MAX_HEAD = 14;

/** Reads frames from bytes in any pieces. After an error it takes nothing more. */
export class FrameParser {
  readonly #options: FrameParserOptions;
  readonly #sink: FrameSink;
  /** A head that comes in pieces; `null` until one does. */
  #head: Uint8Array | null = null;
  #headBytes = 0;
  #headNeeded = 2;
  /** Bytes of the payload that are still to come; -1 within a head. */
  #left = -1;
  #position = 0;
  #key = 0;
  #wantsText = false;
  #payloads: KnownPayloads | null = null;
  /** Whether payloads are unmasked before they come. */
  #follows = false;
  #isBroken = false;

  constructor(options: FrameParserOptions, sink: FrameSink) {
    this.#options = options;
    this.#sink = sink;
  }

  /** Looks there for payloads that are unmasked already. */
  use(payloads: KnownPayloads): void {
    this.#payloads = payloads;
  }

  /** Reads the next bytes, and leaves them as they are. @throws FrameError where they break the protocol, or the sink refuses them */
  push(chunk: Uint8Array): void {
    if (this.#isBroken) return;
    try {
      let at = 0;
      while (at < chunk.length)
        at = this.#left < 0 ? this.#readHead(chunk, at) : this.#readPayload(chunk, at);
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    if (this.#payloads !== null && !this.#follows) this.#follow(this.#payloads);
  }

  /** Payloads can be unmasked from a place on that is between two frames. */
  #follow(payloads: KnownPayloads): void {
    if (this.#left < 0 && this.#headBytes === 0 && !this.#isBroken) this.#follows = payloads.follow();
  }

  /** Takes nothing more, also of the bytes that are being read. */
  stop(): void {
    this.#isBroken = true;
  }

  /** A head that is there as a whole is read where it lies. */
  #readHead(chunk: Uint8Array, start: number): number {
    const length = chunk.length - start;
    if (this.#headBytes > 0 || length < 2) return this.#gatherHead(chunk, start);
    const needed = this.#checkStart(chunk[start] as number, chunk[start + 1] as number); // both are there
    if (length < needed) return this.#gatherHead(chunk, start);
    this.#begin(chunk, start, needed);
    return this.#isBroken ? chunk.length : start + needed;
  }

  #gatherHead(chunk: Uint8Array, start: number): number {
    const head = (this.#head ??= new Uint8Array(MAX_HEAD));
    this.#follows = false;
    let at = start;
    while (at < chunk.length) {
      head[this.#headBytes++] = chunk[at++] as number; // at < length
      if (this.#headBytes === 2) this.#headNeeded = this.#checkStart(head[0] as number, head[1] as number);
      if (this.#headBytes === this.#headNeeded) {
        this.#headBytes = 0;
        this.#begin(head, 0, this.#headNeeded);
        return this.#isBroken ? chunk.length : at;
      }
    }
    return at;
  }

  /** Refuses what the first two bytes cannot be, and gives how long the head is. */
  #checkStart(first: number, second: number): number {
    const opcode = first & 0x0f;
    const short = second & 0x7f;
    if ((first & 0x30) !== 0 || ((first & 0x40) !== 0 && !this.#mayBeCompressed(opcode)))
      throw broken("A reserved bit is set that was not negotiated.");
    if (!isKnownOpcode(opcode)) throw broken(`The opcode ${opcode} is reserved.`);
    if (isControl(opcode) && (first & 0x80) === 0) throw broken("A control frame is fragmented.");
    if (isControl(opcode) && short > 125) throw broken("A control frame has more than 125 bytes.");
    if (((second & 0x80) !== 0) !== this.#options.isMasked)
      throw broken(
        this.#options.isMasked ? "A frame of the client is not masked." : "A frame of the server is masked.",
      );
    return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (this.#options.isMasked ? 4 : 0);
  }

  #mayBeCompressed(opcode: number): boolean {
    return this.#options.takesCompressed && (opcode === 1 || opcode === 2);
  }

  /** @param headLength as the first two bytes say it; so many bytes are there */
  #begin(bytes: Uint8Array, at: number, headLength: number): void {
    const first = bytes[at] as number;
    const length = lengthOf(bytes, at + 2, (bytes[at + 1] as number) & 0x7f);
    if (this.#options.isMasked) this.#key = keyOf(bytes, at + headLength - 4);
    this.#left = length;
    this.#position = 0;
    this.#wantsText = this.#sink.begin({
      isFinal: (first & 0x80) !== 0,
      isCompressed: (first & 0x40) !== 0,
      opcode: first & 0x0f,
      length,
    });
    if (length === 0) this.#end();
  }

  #readPayload(chunk: Uint8Array, start: number): number {
    const end = Math.min(chunk.length, start + this.#left);
    const content = this.#contentAt(chunk, start);
    const key = content === PayloadContent.masked ? this.#key : 0;
    const piece: PayloadPiece = { chunk, start, end, key, offset: this.#position, content };
    const isWhole = this.#position === 0 && end - start === this.#left;
    if (isWhole && this.#wantsText) this.#tellText(piece);
    else this.#tellPayload(piece);
    return this.#isBroken ? chunk.length : end;
  }

  /** A payload that nobody has unmasked is the last one that could be. */
  #contentAt(chunk: Uint8Array, start: number): PayloadContent {
    if (this.#payloads === null || !this.#follows) return PayloadContent.masked;
    const content = this.#payloads.contentAt(chunk, start);
    this.#follows = content !== PayloadContent.masked;
    return content;
  }

  #tellText(piece: PayloadPiece): void {
    this.#left = -1;
    this.#sink.wholeText(readText(piece));
  }

  #tellPayload(piece: PayloadPiece): void {
    const length = piece.end - piece.start;
    this.#position += length;
    this.#left -= length;
    this.#sink.payload(piece);
    if (this.#left === 0) this.#end();
  }

  #end(): void {
    this.#left = -1;
    this.#sink.end();
  }
}

/** @throws FrameError for a length that is not written in its shortest form, or that no number holds */
function lengthOf(bytes: Uint8Array, at: number, short: number): number {
  if (short < 126) return short;
  if (short === 126) return atLeast(((bytes[at] as number) << 8) | (bytes[at + 1] as number), 126);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8);
  const high = view.getUint32(0);
  if (high > 0x7fff_ffff) throw broken("The most significant bit of a length is set.");
  if (high > 0x1f_ffff)
    throw new FrameError(CloseCode.messageTooBig, "A frame has more bytes than can be counted.");
  return atLeast(high * 2 ** 32 + view.getUint32(4), 0x1_0000);
}

/** Four bytes, the first one lowest. */
function keyOf(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8); // the head has all four
  return low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
}

function atLeast(length: number, least: number): number {
  if (length < least) throw broken(`The length ${length} is not written in its shortest form.`);
  return length;
}

function broken(message: string): FrameError {
  return new FrameError(CloseCode.protocolError, message);
}
