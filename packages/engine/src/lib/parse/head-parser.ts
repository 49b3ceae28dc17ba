import type { Limits } from "@armature/http";
import { byteAt, COLON, CR, isBlank, isTargetByte, LF, skipFieldValue, skipToken, SPACE } from "./bytes.ts";
import { type Fault, FAULTS } from "./fault.ts";
import { FieldKind, fieldKindOf, FramingFields } from "./framing-fields.ts";
import { methodOf } from "./method.ts";
import { isTargetForm } from "./target.ts";

/** Returned by {@link HeadParser.parse} where more bytes are needed. */
export const INCOMPLETE = -1;
/** Returned by {@link HeadParser.parse} where the head is refused; `fault` says why. */
export const REFUSED = -2;

/** Empty lines that are tolerated in front of a request line (RFC 9112, 2.2). */
const MAX_EMPTY_LINES = 4;
/** "HTTP/" */
const PROTOCOL = Uint8Array.of(0x48, 0x54, 0x54, 0x50, 0x2f);

type HeadLimits = Pick<Limits, "maxRequestLineBytes" | "maxHeaderBytes" | "maxHeaderFields">;

/**
 * Positions of the fields of a head that lies in one buffer as a whole. Shared by all parsers of the process: what it holds is
 * used before the next head is parsed, or copied.
 */
let shared = new Int32Array(4 * 100);

function sharedPositions(fields: number): Int32Array {
  if (shared.length < 4 * fields) shared = new Int32Array(4 * fields);
  return shared;
}

/**
 * Parses the request line and header fields of HTTP/1.1 (RFC 9112, 2 to 5), strictly.
 *
 * Works line by line: where bytes run out it remembers the line it was in, and goes on when called again with the same start
 * and more bytes. All positions are relative to that start. Nothing is decoded but the method.
 */
export class HeadParser {
  method = "";
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  minorVersion = 1;
  targetStart = 0;
  targetEnd = 0;
  fieldCount = 0;
  /** Four positions for each field line: name start, name end, value start, value end. */
  positions: Int32Array;
  /** Where those of this head begin in `positions`. */
  positionsStart = 0;
  /** What the fields say about framing and the connection. */
  readonly framing: FramingFields = new FramingFields();
  /** Why the last call returned {@link REFUSED}. */
  fault: Fault | null = null;

  readonly #limits: HeadLimits;
  #start = 0;
  /** Where the line to parse next starts, relative to the head's start. */
  #line = 0;
  /** Where the fields start, relative to the head's start; 0 while the request line is not complete. */
  #fields = 0;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
    this.positions = sharedPositions(limits.maxHeaderFields);
  }

  /** Returns where the head ends, {@link INCOMPLETE} or {@link REFUSED}. */
  parse(bytes: Buffer, start: number, end: number): number {
    this.#start = start;
    let at = start + this.#line;
    if (this.#line === 0) this.#reset();
    if (this.#fields === 0) {
      at = this.#requestLine(bytes, at, end);
      if (at < 0) return this.#stop(at);
    }
    return this.#fieldLines(bytes, at, end);
  }

  #reset(): void {
    this.positions = sharedPositions(this.#limits.maxHeaderFields);
    this.positionsStart = 0;
    this.fieldCount = 0;
    this.framing.reset();
  }

  /** Leaves the parser ready for the next head, or for more bytes of this one. */
  #stop(result: number): number {
    if (result === INCOMPLETE) {
      if (this.fieldCount > 0 && this.positions === shared) {
        this.positions = shared.slice(0, 4 * this.#limits.maxHeaderFields);
      }
      return INCOMPLETE;
    }
    this.#line = 0;
    this.#fields = 0;
    return result;
  }

  #refuse(fault: Fault): number {
    this.fault = fault;
    return REFUSED;
  }

  #requestLine(bytes: Buffer, from: number, end: number): number {
    const lineStart = this.#skipEmptyLines(bytes, from, end);
    if (lineStart < 0) return lineStart;
    const stop = Math.min(end, lineStart + this.#limits.maxRequestLineBytes + 1);
    let at = this.#method(bytes, lineStart, stop);
    if (at >= 0) at = this.#target(bytes, at, stop);
    if (at >= 0) at = this.#version(bytes, at, stop);
    if (at === INCOMPLETE && stop - lineStart > this.#limits.maxRequestLineBytes) {
      return this.#refuse(FAULTS.requestLineSize);
    }
    if (at < 0) return at;
    at = this.#lineFeed(bytes, at, end);
    return at < 0 ? at : this.#checkRequestLine(bytes, at);
  }

  #skipEmptyLines(bytes: Buffer, from: number, end: number): number {
    let at = from;
    for (let lines = 0; at < end && (byteAt(bytes, at) === CR || byteAt(bytes, at) === LF); lines++) {
      if (byteAt(bytes, at) === LF) return this.#refuse(FAULTS.lineEnding);
      if (lines === MAX_EMPTY_LINES) return this.#refuse(FAULTS.emptyLines);
      at = this.#lineFeed(bytes, at + 1, end);
      if (at < 0) return at;
    }
    return at < end ? at : INCOMPLETE;
  }

  #method(bytes: Buffer, from: number, stop: number): number {
    const at = skipToken(bytes, from, stop);
    if (at === stop) return INCOMPLETE;
    if (at === from || byteAt(bytes, at) !== SPACE) return this.#refuse(FAULTS.method);
    this.method = methodOf(bytes, from, at);
    return at + 1;
  }

  #target(bytes: Buffer, from: number, stop: number): number {
    let at = from;
    while (at < stop && isTargetByte(byteAt(bytes, at))) at++;
    if (at === stop) return INCOMPLETE;
    if (at === from || byteAt(bytes, at) !== SPACE) return this.#refuse(FAULTS.target);
    this.targetStart = from - this.#start;
    this.targetEnd = at - this.#start;
    return at + 1;
  }

  /** Takes `HTTP/d.d` and the CR behind it. */
  #version(bytes: Buffer, from: number, stop: number): number {
    if (stop - from > 8 && isHttp11(bytes, from)) {
      this.minorVersion = 1;
      return from + 9;
    }
    return this.#anyVersion(bytes, from, stop);
  }

  #anyVersion(bytes: Buffer, from: number, stop: number): number {
    for (let i = 0; i < 9; i++) {
      if (from + i === stop) return INCOMPLETE;
      if (!isVersionByte(byteAt(bytes, from + i), i)) {
        return this.#refuse(i === 8 && byteAt(bytes, from + i) === LF ? FAULTS.lineEnding : FAULTS.version);
      }
    }
    const minor = byteAt(bytes, from + 7) - 0x30;
    if (byteAt(bytes, from + 5) !== 0x31 || minor > 1) return this.#refuse(FAULTS.versionUnsupported);
    this.minorVersion = minor;
    return from + 9;
  }

  #checkRequestLine(bytes: Buffer, at: number): number {
    const start = this.#start + this.targetStart;
    if (!isTargetForm(this.method, { bytes, start, end: this.#start + this.targetEnd })) {
      return this.#refuse(FAULTS.targetForm);
    }
    this.#line = at - this.#start;
    this.#fields = this.#line;
    return at;
  }

  #fieldLines(bytes: Buffer, from: number, end: number): number {
    const limit = this.#start + this.#fields + this.#limits.maxHeaderBytes;
    let at = from;
    for (;;) {
      if (at === end) return this.#stop(INCOMPLETE);
      if (byteAt(bytes, at) === CR) return this.#stop(this.#endOfHead(bytes, at + 1, end));
      const next = this.#fieldLine(bytes, at, Math.min(end, limit));
      if (next < 0)
        return this.#stop(next === INCOMPLETE && end >= limit ? this.#refuse(FAULTS.headerSize) : next);
      at = next;
      this.#line = at - this.#start;
    }
  }

  #fieldLine(bytes: Buffer, from: number, stop: number): number {
    if (from === stop) return INCOMPLETE;
    if (this.fieldCount === this.#limits.maxHeaderFields) return this.#refuse(FAULTS.headerCount);
    let at = skipToken(bytes, from, stop);
    if (at === stop) return INCOMPLETE;
    if (at === from || byteAt(bytes, at) !== COLON)
      return this.#refuse(nameFault(byteAt(bytes, at), at === from));
    const nameEnd = at++;
    while (at < stop && isBlank(byteAt(bytes, at))) at++;
    const valueStart = at;
    at = skipFieldValue(bytes, at, stop);
    if (at === stop) return INCOMPLETE;
    if (byteAt(bytes, at) !== CR) {
      return this.#refuse(byteAt(bytes, at) === LF ? FAULTS.lineEnding : FAULTS.fieldValue);
    }
    const next = this.#lineFeed(bytes, at + 1, stop);
    if (next < 0) return next;
    while (at > valueStart && isBlank(byteAt(bytes, at - 1))) at--;
    this.#record(from, nameEnd, valueStart, at);
    this.fieldCount++;
    const kind = fieldKindOf(bytes, from, nameEnd);
    if (kind === FieldKind.other) return next;
    const fault = this.framing.take(kind, bytes, valueStart, at);
    return fault === null ? next : this.#refuse(fault);
  }

  #record(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const positions = this.positions;
    const start = this.#start;
    const entry = this.fieldCount * 4;
    positions[entry] = nameStart - start;
    positions[entry + 1] = nameEnd - start;
    positions[entry + 2] = valueStart - start;
    positions[entry + 3] = valueEnd - start;
  }

  #lineFeed(bytes: Buffer, at: number, stop: number): number {
    if (at === stop) return INCOMPLETE;
    return byteAt(bytes, at) === LF ? at + 1 : this.#refuse(FAULTS.lineEnding);
  }

  #endOfHead(bytes: Buffer, at: number, end: number): number {
    const next = this.#lineFeed(bytes, at, end);
    if (next < 0) return next;
    const fault = this.framing.check(this.minorVersion);
    return fault === null ? next : this.#refuse(fault);
  }
}

/** The line end that nearly all requests have, without a call for each byte. */
function isHttp11(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === 0x48 &&
    bytes[at + 1] === 0x54 &&
    bytes[at + 2] === 0x54 &&
    bytes[at + 3] === 0x50 &&
    bytes[at + 4] === 0x2f &&
    bytes[at + 5] === 0x31 &&
    bytes[at + 6] === 0x2e &&
    bytes[at + 7] === 0x31 &&
    bytes[at + 8] === CR
  );
}

function isVersionByte(byte: number, index: number): boolean {
  if (index < 5) return byte === PROTOCOL[index];
  if (index === 6) return byte === 0x2e;
  return index === 8 ? byte === CR : byte >= 0x30 && byte <= 0x39;
}

function nameFault(byte: number, first: boolean): Fault {
  if (byte === LF) return FAULTS.lineEnding;
  return first && isBlank(byte) ? FAULTS.fold : FAULTS.fieldName;
}
