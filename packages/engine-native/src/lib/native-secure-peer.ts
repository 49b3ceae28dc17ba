import type { Peer, PeerTls } from "@armature/http";

/** What nobody knows any more of a connection that is gone. */
const GONE = " ";

/** The client of an encrypted connection; what the handshake found is asked for when it is read. */
export class NativeSecurePeer implements Peer {
  readonly address: string;
  readonly port: number;
  readonly secure = true;
  readonly unix: boolean;
  readonly #describe: () => string | undefined;
  #tls: PeerTls | null = null;

  /** @param describe gives protocol, cipher suite and asked name with spaces between them, while the connection is open */
  constructor({ address, port, unix = false }: Peer, describe: () => string | undefined) {
    this.address = address;
    this.port = port;
    this.unix = unix;
    this.#describe = describe;
  }

  get tls(): PeerTls {
    return (this.#tls ??= toPeerTls(this.#describe() ?? GONE));
  }
}

function toPeerTls(told: string): PeerTls {
  const [protocol = "", cipher = "", serverName = ""] = told.split(" ");
  return {
    protocol,
    cipher,
    serverName: serverName === "" ? null : serverName,
    // Listeners that ask clients for certificates are the TypeScript engine's.
    authorized: false,
    clientCertificate: null,
  };
}
