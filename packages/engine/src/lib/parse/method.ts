import { byteAt } from "./bytes.ts";

const KNOWN = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"];

/** Known methods by their length and first byte, which no two of them share but by a later byte. */
const BY_KEY: (readonly string[])[] = [];
for (const method of KNOWN) {
  const key = keyOf(method.length, method.charCodeAt(0));
  BY_KEY[key] = [...(BY_KEY[key] ?? []), method];
}

/** The method that bytes spell, without a new string where it is a usual one. */
export function methodOf(bytes: Buffer, start: number, end: number): string {
  const candidates = end - start < 8 ? BY_KEY[keyOf(end - start, byteAt(bytes, start))] : undefined;
  if (candidates !== undefined) {
    for (const method of candidates) if (spells(bytes, start, method)) return method;
  }
  return bytes.toString("latin1", start, end);
}

function keyOf(length: number, first: number): number {
  return (first & 31) * 8 + (length & 7);
}

function spells(bytes: Uint8Array, start: number, method: string): boolean {
  for (let i = 0; i < method.length; i++) {
    if (byteAt(bytes, start + i) !== method.charCodeAt(i)) return false;
  }
  return true;
}
