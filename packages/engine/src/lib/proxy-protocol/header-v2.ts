import { formatIpAddress, parseIpAddress } from "@armature/http";
import { crc32c } from "./crc32c.ts";
import type { ProxyHeader, ProxySource, ProxyTls, ReadHeader } from "./proxy-header.ts";
import { findTlv, readTlvs, type Tlv } from "./tlv.ts";

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

/** Signature, version and command, family, length. */
const HEAD_BYTES = 16;

/** More than any proxy sends, client certificates included. */
const MAX_BYTES = 4 * 1024;

const Command = { local: 0x20, proxy: 0x21 } as const;

/** Address family and transport protocol; the others do not tell a client that a byte stream can have. */
const Family = { tcp4: 0x11, tcp6: 0x21, unix: 0x31 } as const;

/** Bytes of the addresses of both ends, by the family in the upper half of its byte. */
const ADDRESS_BYTES = [0, 12, 36, 216];

const Type = { crc32c: 0x03, authority: 0x02, ssl: 0x20, sslVersion: 0x21, sslCipher: 0x23 } as const;

/** Bits of the client byte of the TLV about encryption. */
const Client = { ssl: 0x01, certificate: 0x06 } as const;

/** Reads a header in binary. */
export function readHeaderV2(bytes: Buffer): ReadHeader {
  const known = Math.min(bytes.length, SIGNATURE.length);
  if (bytes.compare(SIGNATURE, 0, known, 0, known) !== 0) return "its signature is wrong";
  if (bytes.length < HEAD_BYTES) return null;
  const length = HEAD_BYTES + bytes.readUInt16BE(14);
  if (length > MAX_BYTES) return `it has more than ${MAX_BYTES} bytes`;
  const command = bytes[12];
  if (command !== Command.local && command !== Command.proxy) return "its version or command is unknown";
  if (bytes.length < length) return null;
  const header = bytes.subarray(0, length);
  return command === Command.local ? local(length) : readConnection(header);
}

/** The proxy speaks for itself, as in health checks; whatever it adds is dropped. */
function local(length: number): ProxyHeader {
  return { length, source: null, tls: null, authority: null };
}

function readConnection(header: Buffer): ProxyHeader | string {
  const family = header[13] ?? 0;
  const addressBytes = ADDRESS_BYTES[family >> 4];
  // What is in a header of another family cannot be told apart.
  if (addressBytes === undefined || family >> 4 === 0) return local(header.length);
  const end = HEAD_BYTES + addressBytes;
  const tlvs = end <= header.length ? readTlvs(header.subarray(end)) : null;
  if (tlvs === null) return "its length does not fit what is in it";
  if (!hasRightChecksum(header, tlvs)) return "its checksum is wrong";
  const ssl = findTlv(tlvs, Type.ssl);
  const tls = ssl === null ? null : readTls(ssl);
  if (tls === "malformed") return "its length does not fit what is in it";
  const authority = findTlv(tlvs, Type.authority)?.toString("utf8") ?? null;
  return { length: header.length, source: readSource(family, header), tls, authority };
}

function readSource(family: number, header: Buffer): ProxySource | null {
  switch (family) {
    case Family.tcp4:
      return { address: formatIpAddress([...header.subarray(16, 20)]), port: header.readUInt16BE(24) };
    case Family.tcp6:
      return { address: canonical(header.subarray(16, 32)), port: header.readUInt16BE(48) };
    case Family.unix:
      return { address: "", port: 0 };
    default:
      return null;
  }
}

/** IPv4 that is mapped into IPv6 is IPv4. */
function canonical(bytes: Buffer): string {
  const text = formatIpAddress([...bytes]);
  return formatIpAddress(parseIpAddress(text) ?? [...bytes]);
}

/** The checksum is one of the whole header with zeros in its own place. */
function hasRightChecksum(header: Buffer, tlvs: readonly Tlv[]): boolean {
  const given = findTlv(tlvs, Type.crc32c);
  if (given === null) return true;
  if (given.length !== 4) return false;
  const blank = Buffer.from(header);
  const at = given.byteOffset - header.byteOffset;
  blank.fill(0, at, at + 4);
  return crc32c(blank) === given.readUInt32BE(0);
}

/** A byte of flags, four that are zero where the certificate was verified, and TLVs; `null` for a client without encryption. */
function readTls(ssl: Buffer): ProxyTls | "malformed" | null {
  const tlvs = ssl.length < 5 ? null : readTlvs(ssl.subarray(5));
  if (tlvs === null) return "malformed";
  const client = ssl[0] ?? 0;
  if ((client & Client.ssl) === 0) return null;
  return {
    protocol: findTlv(tlvs, Type.sslVersion)?.toString("latin1") ?? "",
    cipher: findTlv(tlvs, Type.sslCipher)?.toString("latin1") ?? "",
    authorized: (client & Client.certificate) !== 0 && ssl.readUInt32BE(1) === 0,
  };
}
