import { ASTERISK, byteAt, equalsToken, SLASH } from "./bytes.ts";
import { isAuthority, isHostAndPort } from "./host.ts";

const QUESTION = 0x3f;

/** Where a request target lies. */
export interface TargetSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Whether the form of a target fits its method (RFC 9112, 3.2): origin, absolute, authority or asterisk. */
export function isTargetForm(method: string, { bytes, start, end }: TargetSpan): boolean {
  if (method === "CONNECT") return isAuthority(bytes, start, end);
  const first = byteAt(bytes, start);
  if (first === SLASH) return true;
  if (first === ASTERISK) return end - start === 1 && method === "OPTIONS";
  return isAbsolute(bytes, start, end);
}

/** `http://` or `https://` with a host and without user information (RFC 9110, 4.2). */
function isAbsolute(bytes: Uint8Array, start: number, end: number): boolean {
  const authority = skipScheme(bytes, start, end);
  if (authority < 0) return false;
  let at = authority;
  while (at < end && byteAt(bytes, at) !== SLASH && byteAt(bytes, at) !== QUESTION) at++;
  return at > authority && byteAt(bytes, authority) !== 0x3a && isHostAndPort(bytes, authority, at);
}

function skipScheme(bytes: Uint8Array, start: number, end: number): number {
  for (const scheme of ["http://", "https://"]) {
    const after = start + scheme.length;
    if (after <= end && startsWith(bytes, start, scheme)) return after;
  }
  return -1;
}

/** "://" has bit 0x20 set in each byte, so that folding case does not change it. */
function startsWith(bytes: Uint8Array, start: number, lower: string): boolean {
  return equalsToken(bytes, start, start + lower.length, lower);
}
