import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { ArmatureError, joinErrors, type PemSource, type TlsIdentity, type TlsOptions } from "@armature/http";
import { checkTls } from "./check-tls.ts";

/** The certificates of a listener, read and found to fit their keys. */
export interface LoadedTls {
  /** What `tls.Server` makes the context of those clients from that ask for no known name. */
  readonly fallback: SecureContextOptions;
  /** By the name in lower case, "*." in front of those that stand for several. */
  readonly servers: ReadonlyMap<string, SecureContext>;
  /** What they were made of, by the same names; the first is the fallback. */
  readonly identities: readonly LoadedIdentity[];
}

/** A certificate and its key, as they were read. */
export type LoadedIdentity = readonly [name: string, made: SecureContextOptions];

/**
 * Reads certificates and keys, and checks that they belong together.
 * @throws ArmatureError `E_TLS_INVALID`, `E_TLS_FILE`, `E_TLS_CERTIFICATE`; all mistakes of one kind together
 */
export async function loadTls(options: TlsOptions): Promise<LoadedTls> {
  checkTls(options);
  const mistakes: ArmatureError[] = [];
  const pems = new PemReader(mistakes);
  const common = await commonOptions(options, pems);
  const identities: LoadedIdentity[] = [];
  for (const [place, identity] of [["tls", options] as const, ...Object.entries(options.servers ?? {})])
    identities.push([place, { ...common, ...(await identityOptions(identity, pems, place)) }]);
  assertNone(mistakes);
  const contexts = identities.map(([place, made]) => [place, toContext(place, made, mistakes)] as const);
  assertNone(mistakes);
  return {
    fallback: identities[0]?.[1] ?? {},
    servers: new Map(contexts.slice(1).map(([name, context]) => [name.toLowerCase(), context])),
    identities: identities.map(([name, made]) => [name.toLowerCase(), made]),
  };
}

async function commonOptions(options: TlsOptions, pems: PemReader): Promise<SecureContextOptions> {
  const { ca, minVersion = "TLSv1.2", ciphers } = options;
  const authorities = ca === undefined ? [] : [ca].flat();
  const read = await Promise.all(authorities.map((source) => pems.read(source, "tls.ca")));
  return {
    minVersion,
    ...(ca === undefined ? {} : { ca: read }),
    ...(ciphers === undefined ? {} : { ciphers }),
  };
}

async function identityOptions(
  { key, cert, passphrase }: TlsIdentity,
  pems: PemReader,
  place: string,
): Promise<SecureContextOptions> {
  return {
    key: await pems.read(key, `${place}: key`),
    cert: await pems.read(cert, `${place}: cert`),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

/** Reads the files among sources, and notes those that cannot be read. */
class PemReader {
  readonly #mistakes: ArmatureError[];

  constructor(mistakes: ArmatureError[]) {
    this.#mistakes = mistakes;
  }

  async read(source: PemSource, place: string): Promise<string | Buffer> {
    if (typeof source === "string") return source;
    if (source instanceof Uint8Array) return Buffer.from(source);
    try {
      return await readFile(source.file);
    } catch (error) {
      const text = `${place}: the file ${JSON.stringify(source.file)} cannot be read (${messageOf(error)}).`;
      this.#mistakes.push(new ArmatureError("E_TLS_FILE", text, { cause: error }));
      return "";
    }
  }
}

function toContext(place: string, options: SecureContextOptions, mistakes: ArmatureError[]): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    const text =
      `${place}: key and certificate cannot be used (${messageOf(error)}); ` +
      "both must be PEM, belong together, and an encrypted key needs its passphrase.";
    mistakes.push(new ArmatureError("E_TLS_CERTIFICATE", text, { cause: error }));
    return createSecureContext();
  }
}

function assertNone([first, ...more]: readonly ArmatureError[]): void {
  if (first !== undefined) throw joinErrors("TLS options", [first, ...more]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
