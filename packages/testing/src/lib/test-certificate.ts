import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP, isIPv4 } from "node:net";
import { bitString, der, identifier, integer, sequence, utcTime } from "./der.ts";

/** What a certificate says. */
export interface TestCertificateOptions {
  /** Host names and addresses that it is for; the first is its common name. Default "localhost", "127.0.0.1" and "::1". */
  readonly names?: readonly string[];
  /** Who signs it. Default: itself. */
  readonly issuer?: TestCertificate;
  /** Whether it may sign others. Default false. */
  readonly isAuthority?: boolean;
  /** Default: an hour ago. */
  readonly validFrom?: Date;
  /** Default: in a day. */
  readonly validTo?: Date;
  /** Encrypts the key in `key`. Default: it is not encrypted. */
  readonly passphrase?: string;
}

/** A certificate with its key, made for one test. */
export interface TestCertificate {
  /** PEM text. */
  readonly cert: string;
  /** PEM text. */
  readonly key: string;
  /** What it was made of; for signing others. */
  readonly signer: { readonly name: string; readonly privateKey: KeyObject };
}

const HOUR_MS = 3_600_000;
const ECDSA_SHA256 = sequence(identifier("1.2.840.10045.4.3.2"));
const TRUE = der(0x01, Buffer.of(0xff));

/**
 * Makes a fresh key and a certificate for it, so that tests of TLS need no files and no private key is ever stored.
 *
 * @example
 * const { key, cert } = createTestCertificate();
 * await app.listen({ port: 0, tls: { key, cert } });
 */
export function createTestCertificate(options: TestCertificateOptions = {}): TestCertificate {
  const { names = ["localhost", "127.0.0.1", "::1"], issuer, passphrase } = options;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = names[0] ?? "localhost";
  const signer = issuer?.signer ?? { name, privateKey };
  const body = sequence(
    der(0xa0, integer(2)),
    // A first byte that is not 0 keeps the encoding the shortest one.
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(signer.name),
    validity(options),
    nameOf(name),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions(names, options.isAuthority ?? false))),
  );
  const signature = sign("sha256", body, signer.privateKey);
  return {
    cert: toPem(sequence(body, ECDSA_SHA256, bitString(signature))),
    key: exportKey(privateKey, passphrase),
    signer: { name, privateKey },
  };
}

function validity({ validFrom, validTo }: TestCertificateOptions): Buffer {
  const now = Date.now();
  return sequence(
    utcTime(validFrom ?? new Date(now - HOUR_MS)),
    utcTime(validTo ?? new Date(now + 24 * HOUR_MS)),
  );
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(identifier("2.5.4.3"), der(0x0c, Buffer.from(commonName)))));
}

function extensions(names: readonly string[], isAuthority: boolean): Buffer[] {
  const constraints = sequence(...(isAuthority ? [TRUE] : []));
  return [
    sequence(identifier("2.5.29.19"), TRUE, der(0x04, constraints)),
    sequence(identifier("2.5.29.17"), der(0x04, sequence(...names.map(alternative)))),
  ];
}

/** A host name or an address (RFC 5280, 4.2.1.6). */
function alternative(name: string): Buffer {
  return isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail = ""] = address.split("::");
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const all = [...before, ...zeros, ...after];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function groupsOf(text: string): string[] {
  return text.split(":").filter((group) => group !== "");
}

function exportKey(key: KeyObject, passphrase: string | undefined): string {
  const encryption = passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase };
  return key.export({ type: "pkcs8", format: "pem", ...encryption }) as string; // PEM is text
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}
