import type { TLSSocket } from "node:tls";
import type { ClientCertificate, Peer, PeerTls } from "@armature/http";
import type { ProxySource } from "../proxy-protocol/proxy-header.ts";
import { headerOf } from "../proxy-protocol/sources.ts";
import { socketBelow } from "./socket-below.ts";

/** The client of an encrypted connection; what the handshake found is read when asked for. */
export class TlsPeer implements Peer {
  readonly address: string;
  readonly port: number;
  readonly secure = true;
  readonly unix: boolean;
  readonly #socket: TLSSocket;
  #tls: PeerTls | null = null;

  /** @param unix whether the socket is a Unix domain socket */
  constructor(socket: TLSSocket, unix: boolean) {
    this.#socket = socket;
    const told = toldBelow(socket);
    this.address = told?.address ?? socket.remoteAddress ?? "";
    this.port = told?.port ?? socket.remotePort ?? 0;
    this.unix = unix && told === null;
  }

  get tls(): PeerTls {
    return (this.#tls ??= new SocketTls(this.#socket));
  }
}

/** The client that a proxy told of in front of the handshake; `null` where none did. */
function toldBelow(socket: TLSSocket): ProxySource | null {
  return headerOf(socketBelow(socket))?.source ?? null;
}

class SocketTls implements PeerTls {
  readonly protocol: string;
  readonly cipher: string;
  readonly serverName: string | null;
  readonly authorized: boolean;
  readonly #socket: TLSSocket;
  #certificate: ClientCertificate | null | undefined;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    this.protocol = socket.getProtocol() ?? "";
    this.cipher = socket.getCipher()?.standardName ?? ""; // null once the socket is gone, whatever its type says
    this.serverName = serverNameOf(socket);
    this.authorized = socket.authorized;
  }

  get clientCertificate(): ClientCertificate | null {
    return (this.#certificate ??= certificateOf(this.#socket));
  }
}

/** False where the client named nobody; the type of Node does not know the property of server sockets. */
function serverNameOf(socket: TLSSocket): string | null {
  const { servername } = socket as TLSSocket & { readonly servername?: string | false | null };
  return typeof servername === "string" && servername !== "" ? servername : null;
}

function certificateOf(socket: TLSSocket): ClientCertificate | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    subjectAltName: certificate.subjectAltName ?? "",
    serialNumber: certificate.serialNumber,
    fingerprint256: certificate.fingerprint256,
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    raw: certificate.raw,
  };
}
