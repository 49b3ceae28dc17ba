import { byteAt, COMMA, equalsToken, isBlank, isDigit, isTokenByte } from "./bytes.ts";
import { type Fault, FAULTS } from "./fault.ts";
import { isHostAndPort } from "./host.ts";

/** Digits of a content-length that every number holds exactly. */
const MAX_LENGTH_DIGITS = 15;

/** What the fields of a head say about its framing and its connection; faults are found as the lines come. */
export class FramingFields {
  /** The content-length, -1 where there is none. */
  length = -1;
  /** Whether the body is chunked. */
  chunked = false;
  /** `connection: close` was sent. */
  close = false;
  /** `connection: keep-alive` was sent. */
  keepAlive = false;
  /** `connection: upgrade` was sent. */
  upgrade = false;
  /** `expect: 100-continue` was sent. */
  expectsContinue = false;
  #hosts = 0;

  reset(): void {
    this.length = -1;
    this.chunked = false;
    this.close = false;
    this.keepAlive = false;
    this.upgrade = false;
    this.expectsContinue = false;
    this.#hosts = 0;
  }

  /** Looks at a field line by its entry in `positions`, which are relative to `start`; most names are not of interest. */
  take(bytes: Buffer, start: number, positions: Int32Array, entry: number): Fault | null {
    const nameStart = start + (positions[entry * 4] as number); // the parser has just written the entry
    const nameEnd = start + (positions[entry * 4 + 1] as number);
    const valueStart = start + (positions[entry * 4 + 2] as number);
    const valueEnd = start + (positions[entry * 4 + 3] as number);
    switch (nameEnd - nameStart) {
      case 4:
        return equalsToken(bytes, nameStart, nameEnd, "host")
          ? this.#host(bytes, valueStart, valueEnd)
          : null;
      case 6:
        return equalsToken(bytes, nameStart, nameEnd, "expect")
          ? this.#expect(bytes, valueStart, valueEnd)
          : null;
      case 10:
        if (equalsToken(bytes, nameStart, nameEnd, "connection"))
          this.#connection(bytes, valueStart, valueEnd);
        return null;
      case 14:
        return equalsToken(bytes, nameStart, nameEnd, "content-length")
          ? this.#length(bytes, valueStart, valueEnd)
          : null;
      case 17:
        return equalsToken(bytes, nameStart, nameEnd, "transfer-encoding")
          ? this.#coding(bytes, valueStart, valueEnd)
          : null;
      default:
        return null;
    }
  }

  /** What is wrong with the fields together, once all are there (RFC 9112, 3.2 and 6). */
  check(minorVersion: number): Fault | null {
    if (this.chunked && this.length >= 0) return FAULTS.lengthAndCoding;
    if (this.chunked && minorVersion === 0) return FAULTS.codingVersion;
    return this.#hosts === 0 && minorVersion === 1 ? FAULTS.hostMissing : null;
  }

  #host(bytes: Buffer, start: number, end: number): Fault | null {
    if (this.#hosts++ > 0) return FAULTS.hostDuplicate;
    return isHostAndPort(bytes, start, end) ? null : FAULTS.host;
  }

  #expect(bytes: Buffer, start: number, end: number): Fault | null {
    if (!equalsToken(bytes, start, end, "100-continue")) return FAULTS.expectation;
    this.expectsContinue = true;
    return null;
  }

  #length(bytes: Buffer, start: number, end: number): Fault | null {
    if (this.length >= 0) return FAULTS.lengthDuplicate;
    if (start === end || end - start > MAX_LENGTH_DIGITS) return FAULTS.length;
    let length = 0;
    for (let at = start; at < end; at++) {
      if (!isDigit(byteAt(bytes, at))) return FAULTS.length;
      length = length * 10 + byteAt(bytes, at) - 0x30;
    }
    this.length = length;
    return null;
  }

  #coding(bytes: Buffer, start: number, end: number): Fault | null {
    if (this.chunked) return FAULTS.coding;
    if (equalsToken(bytes, start, end, "chunked")) {
      this.chunked = true;
      return null;
    }
    return codingFault(bytes, start, end);
  }

  #connection(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const next = tokenEnd(bytes, at, end);
      if (equalsToken(bytes, at, next, "close")) this.close = true;
      else if (equalsToken(bytes, at, next, "keep-alive")) this.keepAlive = true;
      else if (equalsToken(bytes, at, next, "upgrade")) this.upgrade = true;
      at = next === at ? at + 1 : next;
    }
  }
}

function tokenEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isTokenByte(byteAt(bytes, at))) at++;
  return at;
}

/** Other codings in front of a final "chunked" are unknown (501); anything else leaves the length of the body open (400). */
function codingFault(bytes: Buffer, start: number, end: number): Fault {
  let last = end;
  while (last > start && isTokenByte(byteAt(bytes, last - 1))) last--;
  if (!equalsToken(bytes, last, end, "chunked") || last === start) return FAULTS.coding;
  let at = start;
  while (at < last) {
    const next = tokenEnd(bytes, at, last);
    if (next === at || equalsToken(bytes, at, next, "chunked")) return FAULTS.coding;
    at = skipComma(bytes, next, last);
    if (at < 0) return FAULTS.coding;
  }
  return FAULTS.codingUnknown;
}

/** The start of the next list member, or -1 where there is no comma. */
function skipComma(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(byteAt(bytes, at))) at++;
  if (at === end || byteAt(bytes, at) !== COMMA) return -1;
  at++;
  while (at < end && isBlank(byteAt(bytes, at))) at++;
  return at;
}
