import { readHeaderV1 } from "./header-v1.ts";
import { readHeaderV2 } from "./header-v2.ts";
import type { ReadHeader } from "./proxy-header.ts";

const FIRST_OF_V1 = 0x50;
const FIRST_OF_V2 = 0x0d;

/**
 * Reads the header of the PROXY protocol (versions 1 and 2) at the start of a connection.
 *
 * It is given all bytes that came so far, each time more; what can be no header is refused at its first wrong byte.
 */
export function readProxyHeader(bytes: Buffer): ReadHeader {
  if (bytes.length === 0) return null;
  if (bytes[0] === FIRST_OF_V1) return readHeaderV1(bytes);
  return bytes[0] === FIRST_OF_V2 ? readHeaderV2(bytes) : "it begins with something else";
}
