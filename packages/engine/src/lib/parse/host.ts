import { byteAt, COLON, hexValue, isDigit, isHostByte } from "./bytes.ts";

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const PERCENT = 0x25;

/** Whether bytes are `uri-host [ ":" port ]` (RFC 9110, 7.2); empty is one, for targets without an authority. */
export function isHostAndPort(bytes: Uint8Array, start: number, end: number): boolean {
  const hostEnd = skipHost(bytes, start, end);
  if (hostEnd < 0) return false;
  return hostEnd === end || (byteAt(bytes, hostEnd) === COLON && isPort(bytes, hostEnd + 1, end));
}

/** Whether bytes are a non-empty host with a port: what CONNECT names (RFC 9112, 3.2.3). */
export function isAuthority(bytes: Uint8Array, start: number, end: number): boolean {
  const hostEnd = skipHost(bytes, start, end);
  return hostEnd > start && hostEnd + 1 < end && isHostAndPort(bytes, start, end);
}

/** The end of the host, or -1 where a byte cannot stand in one. */
function skipHost(bytes: Uint8Array, start: number, end: number): number {
  if (start < end && byteAt(bytes, start) === OPEN_BRACKET) return skipAddress(bytes, start + 1, end);
  let at = start;
  while (at < end && byteAt(bytes, at) !== COLON) {
    const byte = byteAt(bytes, at);
    if (!isHostByte(byte) || (byte === PERCENT && !isEncoded(bytes, at, end))) return -1;
    at++;
  }
  return at;
}

/** The end of an IP literal whose "[" was seen; hexadecimal digits, colons and dots, as IPv6 has (RFC 3986, 3.2.2). */
function skipAddress(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isAddressByte(byteAt(bytes, at))) at++;
  return at > start && at < end && byteAt(bytes, at) === CLOSE_BRACKET ? at + 1 : -1;
}

function isAddressByte(byte: number): boolean {
  return hexValue(byte) >= 0 || byte === COLON || byte === 0x2e;
}

function isEncoded(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 2 < end && hexValue(byteAt(bytes, at + 1)) >= 0 && hexValue(byteAt(bytes, at + 2)) >= 0;
}

/** A port is digits, and may be empty (RFC 3986, 3.2.3). */
function isPort(bytes: Uint8Array, start: number, end: number): boolean {
  let port = 0;
  for (let at = start; at < end; at++) {
    if (!isDigit(byteAt(bytes, at))) return false;
    port = port * 10 + byteAt(bytes, at) - 0x30;
    if (port > 65535) return false;
  }
  return true;
}
