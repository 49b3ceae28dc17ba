import { byteAt, COMMA, equalsToken, isBlank, isDigit, isTokenByte, skipToken } from "./bytes.ts";
import { type Fault, FAULTS } from "./fault.ts";
import { isHostAndPort } from "./host.ts";

/** Digits of a content-length that every number holds exactly. */
const MAX_LENGTH_DIGITS = 15;

/** The fields that the engine itself must understand. */
export const FieldKind = {
  other: 0,
  host: 1,
  expect: 2,
  connection: 3,
  contentLength: 4,
  transferEncoding: 5,
} as const;

/** One of {@link FieldKind}. */
export type FieldKind = (typeof FieldKind)[keyof typeof FieldKind];

/** The names of these fields differ in length, so that most names are told apart by it. */
export function fieldKindOf(bytes: Buffer, start: number, end: number): FieldKind {
  switch (end - start) {
    case 4:
      return equalsToken(bytes, start, end, "host") ? FieldKind.host : FieldKind.other;
    case 6:
      return equalsToken(bytes, start, end, "expect") ? FieldKind.expect : FieldKind.other;
    case 10:
      return equalsToken(bytes, start, end, "connection") ? FieldKind.connection : FieldKind.other;
    case 14:
      return equalsToken(bytes, start, end, "content-length") ? FieldKind.contentLength : FieldKind.other;
    case 17:
      return equalsToken(bytes, start, end, "transfer-encoding")
        ? FieldKind.transferEncoding
        : FieldKind.other;
    default:
      return FieldKind.other;
  }
}

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

  /** Takes a field of interest by its value. */
  take(kind: FieldKind, bytes: Buffer, start: number, end: number): Fault | null {
    switch (kind) {
      case FieldKind.host:
        return this.#host(bytes, start, end);
      case FieldKind.expect:
        return this.#expect(bytes, start, end);
      case FieldKind.connection:
        return this.#connection(bytes, start, end);
      case FieldKind.contentLength:
        return this.#length(bytes, start, end);
      case FieldKind.transferEncoding:
        return this.#coding(bytes, start, end);
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

  #connection(bytes: Buffer, start: number, end: number): null {
    let at = start;
    while (at < end) {
      const next = skipToken(bytes, at, end);
      if (equalsToken(bytes, at, next, "close")) this.close = true;
      else if (equalsToken(bytes, at, next, "keep-alive")) this.keepAlive = true;
      else if (equalsToken(bytes, at, next, "upgrade")) this.upgrade = true;
      at = next === at ? at + 1 : next;
    }
    return null;
  }
}

/** Other codings in front of a final "chunked" are unknown (501); anything else leaves the length of the body open (400). */
function codingFault(bytes: Buffer, start: number, end: number): Fault {
  let last = end;
  while (last > start && isTokenByte(byteAt(bytes, last - 1))) last--;
  if (!equalsToken(bytes, last, end, "chunked") || last === start) return FAULTS.coding;
  let at = start;
  while (at < last) {
    const next = skipToken(bytes, at, last);
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
