import { createPrivateKey, X509Certificate } from "node:crypto";
import type { ListenPlan, LoadedTls } from "@armature/engine/transport";
import type { TlsOptions } from "@armature/http";

/** Bits of the first word; the same as in `native/tls`. */
const HTTP2_BIT = 1;
const TLS13_BIT = 1 << 1;

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const BEGINNINGS = /-----BEGIN [^-]*CERTIFICATE[^-]*-----/g;

type LoadedIdentity = LoadedTls["identities"][number];

/** Every client is handed over. */
export function noSettings(): Buffer {
  return words(0, 0);
}

/** Whether listen options ask of TLS nothing but what rustls has; what certificates and keys ask is found when they are read. */
export function canEncrypt({ tls, proxies }: ListenPlan): boolean {
  // The header of a proxy comes in the clear in front of the handshake.
  return tls !== null && proxies === null && isPlain(tls);
}

/**
 * OpenSSL alone has its suites, its judgement of the certificates of clients, and its way to complete a chain from the authorities that it
 * is given.
 */
function isPlain({ ciphers, ca, requestCert = false }: TlsOptions): boolean {
  return ciphers === undefined && ca === undefined && !requestCert;
}

/** What the native module is told of a listener; `null` where it need not be asked. It holds keys, and is to be wiped. */
export function settingsOf(loaded: LoadedTls, options: TlsOptions, http2: boolean): Buffer | null {
  if (!isPlain(options)) return null;
  const flags = (http2 ? HTTP2_BIT : 0) | (options.minVersion === "TLSv1.3" ? TLS13_BIT : 0);
  const identities = loaded.identities.map(identityBytes);
  if (identities.includes(null)) return null;
  return Buffer.concat([words(flags, identities.length), ...identities.flatMap((bytes) => bytes ?? [])]);
}

/** The pieces of one identity; `null` where its certificates are in a form that OpenSSL alone reads. */
function identityBytes([name, { key, cert, passphrase }]: LoadedIdentity, at: number): Buffer[] | null {
  const certificates = certificatesOf(textOf(cert));
  if (certificates === null) return null;
  const secret = createPrivateKey({ key: textOf(key), ...(passphrase === undefined ? {} : { passphrase }) });
  return [
    ...piece(Buffer.from(at === 0 ? "" : name)),
    ...piece(secret.export({ type: "pkcs8", format: "der" })),
    words(certificates.length),
    ...certificates.flatMap(piece),
  ];
}

function certificatesOf(pem: string): Buffer[] | null {
  const blocks = pem.match(CERTIFICATES) ?? [];
  if (blocks.length === 0 || blocks.length !== pem.match(BEGINNINGS)?.length) return null;
  return blocks.map((block) => new X509Certificate(block).raw);
}

/** What was read is text or bytes. */
function textOf(pem: LoadedIdentity[1]["key"]): string {
  return typeof pem === "string" ? pem : Buffer.isBuffer(pem) ? pem.toString("latin1") : "";
}

function piece(bytes: Buffer): [length: Buffer, bytes: Buffer] {
  return [words(bytes.length), bytes];
}

function words(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}
