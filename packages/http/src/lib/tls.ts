/** A certificate or key in PEM form: the text or its bytes, or the file that holds it. */
export type PemSource = string | Uint8Array | PemFile;

/** A file in PEM form; it is read when the listener starts and again with every `reloadTls()`. */
export interface PemFile {
  /** Path of the file, absolute or relative to the working directory. */
  readonly file: string;
}

/** What a server proves its name with. */
export interface TlsIdentity {
  /** The private key. */
  readonly key: PemSource;
  /** The certificate, followed by those that lead to a root (the "full chain"). */
  readonly cert: PemSource;
  /** What an encrypted key is opened with. */
  readonly passphrase?: string;
}

/**
 * How a listener encrypts.
 *
 * @example
 * const tls: TlsOptions = {
 *   key: { file: "/etc/tls/example.key" },
 *   cert: { file: "/etc/tls/example.pem" },
 *   servers: { "*.example.org": { key: otherKey, cert: otherCert } },
 * };
 */
export interface TlsOptions extends TlsIdentity {
  /**
   * Identities by the name that clients ask for (SNI, RFC 6066, 3): "api.example.com", or "*.example.com" for names with one
   * label more. Other names, and clients that name nobody, get `key` and `cert`.
   */
  readonly servers?: Readonly<Record<string, TlsIdentity>>;
  /** The authorities that client certificates are checked against. Default: those that Node knows. */
  readonly ca?: PemSource | readonly PemSource[];
  /** Whether clients are asked for a certificate. Default false. */
  readonly requestCert?: boolean;
  /**
   * Whether clients without a trusted certificate are cut off where one was asked for; otherwise `peer.tls.authorized` says.
   * Default true.
   */
  readonly rejectUnauthorized?: boolean;
  /** The oldest protocol that is spoken. Default "TLSv1.2". */
  readonly minVersion?: TlsVersion;
  /** Cipher suites in the form of OpenSSL. Default: those of Node. */
  readonly ciphers?: string;
}

/** A protocol that is spoken. */
export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** What is known of an encrypted connection; read from it when asked for. */
export interface PeerTls {
  /** e.g. "TLSv1.3" */
  readonly protocol: string;
  /** Name of the cipher suite by IANA, e.g. "TLS_AES_256_GCM_SHA384". */
  readonly cipher: string;
  /** The name that the client asked for (SNI); `null` where it named nobody. */
  readonly serverName: string | null;
  /** Whether the client proved who it is with a certificate that is trusted. */
  readonly authorized: boolean;
  /** The client's certificate; `null` where it sent none. */
  readonly clientCertificate: ClientCertificate | null;
}

/** The certificate of a client. Look at {@link PeerTls.authorized} before believing it. */
export interface ClientCertificate {
  /** e.g. "CN=alice\nO=Example" */
  readonly subject: string;
  readonly issuer: string;
  /** e.g. "DNS:alice.example"; "" where there is none. */
  readonly subjectAltName: string;
  readonly serialNumber: string;
  /** SHA-256 of the certificate, as hexadecimal pairs with colons. */
  readonly fingerprint256: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** The certificate in DER form. */
  readonly raw: Uint8Array;
}
