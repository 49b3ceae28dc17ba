import type { Limits } from "@armature/http";
import { byteAt, COLON, CR, hexValue, isBlank, isFieldByte, isTokenByte, LF, SEMICOLON } from "./bytes.ts";
import { ExtensionState, nextExtensionState } from "./chunk-extension.ts";
import { type Fault, FAULTS } from "./fault.ts";

const State = {
  size: 0,
  extension: 1,
  sizeLineFeed: 2,
  data: 3,
  dataReturn: 4,
  dataLineFeed: 5,
  trailerStart: 6,
  trailerName: 7,
  trailerValue: 8,
  trailerLineFeed: 9,
  endLineFeed: 10,
  done: 11,
} as const;
type State = (typeof State)[keyof typeof State];

/** Hexadecimal digits of a chunk size, leading zeros included. */
const MAX_SIZE_DIGITS = 16;

type ChunkLimits = Pick<Limits, "maxChunkExtensionBytes" | "maxTrailerBytes" | "maxHeaderFields">;

/** Decodes the chunked transfer coding (RFC 9112, 7.1), strictly; extensions are checked and dropped, trailer fields are kept. */
export class ChunkedDecoder {
  /** The data that the last call found; empty where both are equal. */
  dataStart = 0;
  dataEnd = 0;
  /** Whether the body is complete. */
  done = false;
  /** Why the body is refused. */
  fault: Fault | null = null;
  /** The trailer fields as lines, each ended by LF; one character per byte. */
  trailerLines = "";

  readonly #limits: ChunkLimits;
  #state: State = State.size;
  #extension: ExtensionState = ExtensionState.beforeSemicolon;
  /** The size of the chunk, then what is left of its data. */
  #left = 0;
  #digits = 0;
  #extensionBytes = 0;
  #trailerBytes = 0;
  #trailerFields = 0;

  constructor(limits: ChunkLimits) {
    this.#limits = limits;
  }

  /** Takes bytes until a run of data, the end or a fault is found, or they run out; returns where it arrived. */
  decode(bytes: Uint8Array, from: number, end: number): number {
    this.dataStart = 0;
    this.dataEnd = 0;
    let at = from;
    while (at < end && this.#state !== State.data && !this.done && this.fault === null) {
      this.#take(byteAt(bytes, at++));
    }
    return this.#state === State.data && at < end ? this.#data(at, end) : at;
  }

  #data(at: number, end: number): number {
    const size = Math.min(this.#left, end - at);
    this.dataStart = at;
    this.dataEnd = at + size;
    this.#left -= size;
    if (this.#left === 0) this.#state = State.dataReturn;
    return this.dataEnd;
  }

  #take(byte: number): void {
    switch (this.#state) {
      case State.size:
        return this.#size(byte);
      case State.extension:
        return this.#extensionByte(byte);
      case State.sizeLineFeed:
        return this.#expect(byte, LF, this.#left === 0 ? State.trailerStart : State.data);
      case State.dataReturn:
        return this.#expect(byte, CR, State.dataLineFeed);
      case State.dataLineFeed:
        this.#digits = 0;
        return this.#expect(byte, LF, State.size);
      case State.endLineFeed:
        this.done = byte === LF;
        return this.#expect(byte, LF, State.done);
      default:
        return this.#trailer(byte);
    }
  }

  #expect(byte: number, wanted: number, next: State): void {
    if (byte === wanted) this.#state = next;
    else this.fault = FAULTS.chunk;
  }

  #size(byte: number): void {
    const value = hexValue(byte);
    if (value < 0) return this.#sizeEnd(byte);
    this.#left = this.#left * 16 + value;
    this.#digits++;
    if (this.#digits > MAX_SIZE_DIGITS || this.#left > Number.MAX_SAFE_INTEGER) this.fault = FAULTS.chunk;
  }

  #sizeEnd(byte: number): void {
    if (this.#digits === 0) {
      this.fault = FAULTS.chunk;
    } else if (byte === CR) {
      this.#state = State.sizeLineFeed;
    } else if (isBlank(byte) || byte === SEMICOLON) {
      this.#state = State.extension;
      this.#extension = ExtensionState.beforeSemicolon;
      this.#extensionByte(byte);
    } else {
      this.fault = FAULTS.chunk;
    }
  }

  #extensionByte(byte: number): void {
    this.#extension = nextExtensionState(this.#extension, byte);
    if (this.#extension === ExtensionState.end) this.#state = State.sizeLineFeed;
    else if (this.#extension === ExtensionState.invalid) this.fault = FAULTS.chunkExtension;
    else if (++this.#extensionBytes > this.#limits.maxChunkExtensionBytes)
      this.fault = FAULTS.chunkExtensionSize;
  }

  #trailer(byte: number): void {
    if (this.#state === State.trailerStart && byte === CR) {
      this.#state = State.endLineFeed;
      return;
    }
    if (++this.#trailerBytes > this.#limits.maxTrailerBytes) this.fault = FAULTS.trailerSize;
    else if (this.#state === State.trailerStart && ++this.#trailerFields > this.#limits.maxHeaderFields)
      this.fault = FAULTS.trailerCount;
    else if (this.#state === State.trailerLineFeed) this.#trailerState(byte === LF, State.trailerStart);
    else if (this.#state === State.trailerValue) this.#trailerValue(byte);
    else this.#trailerName(byte);
    if (this.#state < State.trailerLineFeed) this.#keepTrailer(byte);
  }

  #keepTrailer(byte: number): void {
    this.trailerLines += String.fromCharCode(byte);
  }

  #trailerName(byte: number): void {
    if (this.#state === State.trailerName && byte === COLON) this.#state = State.trailerValue;
    else this.#trailerState(isTokenByte(byte), State.trailerName);
  }

  #trailerValue(byte: number): void {
    if (byte === CR) this.#state = State.trailerLineFeed;
    else this.#trailerState(isFieldByte(byte), State.trailerValue);
  }

  #trailerState(valid: boolean, next: State): void {
    if (valid) this.#state = next;
    else this.fault = FAULTS.trailer;
  }
}
