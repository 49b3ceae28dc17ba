import type { AddressSet, KnownPayloads, Peer } from "@armature/http";
import type { Counters } from "../counters.ts";
import { type TimerWheel, WheelEntry } from "../timer-wheel.ts";
import type { FileSink, Transport, TransportUser } from "../transport/transport.ts";
import { proxiedPeer } from "./proxied-peer.ts";
import { readProxyHeader } from "./read-proxy-header.ts";

/** Counted for connections that do not begin as they must. */
export const PROXY_HEADER_FAULT = "E_PROXY_HEADER";

/** A transport that can be started. */
export interface StartableTransport extends Transport {
  start(user: TransportUser): void;
}

/** What the connections behind proxies share. */
export interface ProxiedHost {
  /** The proxies. */
  readonly from: AddressSet;
  readonly counters: Counters;
  readonly wheel: TimerWheel;
  readonly now: () => number;
  /** Milliseconds that a header may take. */
  readonly timeoutMs: number;
  /** How many headers may be on their way in front of handshakes; one more is cut. */
  readonly places: number;
}

/** Whether a peer may say who its clients are; one on a Unix domain socket is on this machine, as loopback is. */
export function isProxy(from: AddressSet, { address, unix = false }: Peer): boolean {
  return from.has(unix ? "127.0.0.1" : address);
}

/**
 * A transport behind a proxy: takes the header of the PROXY protocol off its bytes, and has the client that it tells of as its peer.
 * It is cut where the header is wrong or late, or the other end is no proxy.
 */
export class ProxiedTransport extends WheelEntry implements StartableTransport, TransportUser {
  readonly #transport: StartableTransport;
  readonly #host: ProxiedHost;
  #user: TransportUser | null = null;
  #peer: Peer | null = null;
  /** What came of a header that is not complete. */
  #held: Buffer | null = null;
  #refused = false;

  constructor(transport: StartableTransport, host: ProxiedHost) {
    super();
    this.#transport = transport;
    this.#host = host;
  }

  start(user: TransportUser): void {
    const { from, wheel, now, timeoutMs } = this.#host;
    this.#user = user;
    this.#transport.start(this);
    if (isProxy(from, this.#transport.peer)) wheel.schedule(this, now() + timeoutMs);
    else this.#refuse();
  }

  get peer(): Peer {
    return this.#peer ?? this.#transport.peer;
  }

  get pending(): number {
    return this.#transport.pending;
  }

  get backlog(): number {
    return this.#transport.backlog;
  }

  get files(): FileSink | undefined {
    return this.#transport.files;
  }

  get payloads(): KnownPayloads | undefined {
    return this.#transport.payloads;
  }

  write(data: string | Uint8Array): void {
    this.#transport.write(data);
  }

  writeAll(pieces: readonly (string | Uint8Array)[]): void {
    this.#transport.writeAll(pieces);
  }

  end(): void {
    this.#transport.end();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  pause(): void {
    this.#transport.pause();
  }

  resume(): void {
    this.#transport.resume();
  }

  data(bytes: Buffer, length: number): void {
    if (this.#peer !== null) this.#user?.data(bytes, length);
    else if (!this.#refused) this.#readHeader(bytes.subarray(0, length));
  }

  ended(): void {
    // A proxy that only looks whether somebody is there sends nothing.
    if (this.#held !== null) this.#refuse();
    else this.#user?.ended();
  }

  heldUp(): void {
    this.#user?.heldUp();
  }

  drained(): void {
    this.#user?.drained();
  }

  closed(error: Error | null): void {
    this.#host.wheel.cancel(this);
    this.#user?.closed(error);
  }

  override due(): void {
    this.#refuse();
  }

  #readHeader(piece: Buffer): void {
    const bytes = this.#held === null ? piece : Buffer.concat([this.#held, piece]);
    const header = readProxyHeader(bytes);
    if (header === null) {
      // The piece is in a buffer that other connections share.
      this.#held = Buffer.from(bytes);
    } else if (typeof header === "string") {
      this.#refuse();
    } else {
      this.#held = null;
      this.#peer = proxiedPeer(header, this.#transport.peer);
      this.#host.wheel.cancel(this);
      const rest = bytes.subarray(header.length);
      if (rest.length > 0) this.#user?.data(rest, rest.length);
    }
  }

  /** Nobody can be told: it is not known who is there, or what is spoken. */
  #refuse(): void {
    this.#refused = true;
    this.#host.counters.refuse(PROXY_HEADER_FAULT);
    this.#host.wheel.cancel(this);
    this.#transport.destroy();
  }
}
