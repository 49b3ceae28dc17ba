import { formatIpAddress, parseIpAddress } from "@armature/http";
import type { ProxyHeader, ReadHeader } from "./proxy-header.ts";

/** The longest line, its CR LF included. */
const MAX_BYTES = 107;

const START = "PROXY ";

/** Addresses and ports of both ends; what is behind UNKNOWN is dropped. */
const LINE = /^PROXY (?:UNKNOWN(?: [^\r]*)?|(TCP[46]) (\S+) (\S+) (\d{1,5}) (\d{1,5}))$/;

/** Reads a header in text. */
export function readHeaderV1(bytes: Buffer): ReadHeader {
  const text = bytes.toString("latin1", 0, MAX_BYTES);
  const end = text.indexOf("\n");
  if (end < 0) {
    const isStart = text.startsWith(START.slice(0, text.length));
    if (!isStart) return "it begins with something else";
    return text.length < MAX_BYTES ? null : `its line has more than ${MAX_BYTES} bytes`;
  }
  if (text[end - 1] !== "\r") return "its line does not end with CR LF";
  return readLine(text.slice(0, end - 1), end + 1);
}

function readLine(line: string, length: number): ProxyHeader | string {
  const match = LINE.exec(line);
  if (match === null) return "its line is malformed";
  const [, family, source, destination, sourcePort, destinationPort] = match;
  const unknown = { length, source: null, tls: null, authority: null };
  if (family === undefined) return unknown;
  const address = readAddress(family, source);
  const port = readPort(sourcePort);
  if (address === null || readAddress(family, destination) === null) return "an address of it is malformed";
  if (port === null || readPort(destinationPort) === null) return "a port of it is malformed";
  return { ...unknown, source: { address, port } };
}

function readAddress(family: string, text: string = ""): string | null {
  if (text.includes(":") !== (family === "TCP6")) return null;
  const address = parseIpAddress(text);
  return address === null ? null : formatIpAddress(address);
}

function readPort(text: string = ""): number | null {
  const port = Number(text);
  return port <= 65535 && text === String(port) ? port : null;
}
