import { closeSync } from "node:fs";
import { Socket } from "node:net";
import {
  type ConnectionPool,
  Http2Acceptor,
  type ListenPlan,
  type LoadedTls,
  SecureFront,
  WheelEntry,
} from "@armature/engine/transport";
import type { TlsOptions } from "@armature/http";
import { EventKind, type NativeSockets } from "./binding.ts";
import { noSettings, settingsOf } from "./tls-settings.ts";

/** A listener that encrypts. */
export interface NativeTlsPlan {
  readonly tls: TlsOptions;
  readonly http2: ListenPlan["http2"];
  /** The certificates, and what the module is told of them. */
  readonly loaded: LoadedTls;
  readonly settings: Buffer;
}

/** Where its connections go. */
export interface NativeTlsPlace {
  readonly pool: ConnectionPool;
  readonly unix: boolean;
}

/**
 * The handshakes of a listener. Clients that want HTTP/2, or that rustls cannot serve, are handed over, unread, to the TypeScript engine; those that
 * it serves become connections when their handshakes are done.
 */
export class NativeTls {
  readonly #pool: ConnectionPool;
  readonly #front: SecureFront;
  #settings: Buffer;
  #sockets: NativeSockets | null = null;
  /** Those whose handshake is not done, by the number of the connection. */
  readonly #pending = new Map<number, Handshake>();
  /** Sockets that were handed over, until they close. */
  readonly #handedOver = new Set<Socket>();
  #whenLeft: (() => void) | null = null;

  constructor({ tls, http2, loaded, settings }: NativeTlsPlan, { pool, unix }: NativeTlsPlace) {
    this.#pool = pool;
    this.#settings = settings;
    this.#front = new SecureFront(tls, loaded, {
      pool,
      unix,
      http2: http2 ? new Http2Acceptor(pool) : null,
      reloaded: (next, options) => this.#use(settingsOf(next, options, http2)),
    });
  }

  /** Has the clients of a hub encrypted. */
  attach(sockets: NativeSockets): void {
    this.#sockets = sockets;
    this.#use(this.#settings);
    this.#settings = noSettings();
  }

  /** Loads certificates, and uses them only if all is well with them. */
  reload(options?: TlsOptions): Promise<void> {
    return this.#front.reload(options);
  }

  /** Something was told of a connection that is none yet. */
  tell(slot: number, kind: number, bytes: Buffer): void {
    if (kind === EventKind.accepted) this.#accepted(slot);
    else if (kind === EventKind.handedOver) this.#handOver(slot, bytes);
    else if (kind === EventKind.closed && this.#pending.has(slot)) this.#fail(slot);
  }

  /** Its handshake is done. */
  opened(slot: number): void {
    this.#forget(slot);
  }

  /** Cuts those whose handshake is not done. */
  shut(): void {
    for (const slot of this.#pending.keys()) this.#fail(slot);
    this.#front.close();
  }

  /** Resolves when no handshake is under way, and nobody is there who was handed over. */
  left(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenLeft = resolve;
      this.#tellIfLeft();
    });
  }

  #use(settings: Buffer | null): void {
    const refused = settings === null || this.#sockets?.secure(settings) !== undefined;
    settings?.fill(0);
    if (refused) this.#sockets?.secure(noSettings());
  }

  #accepted(slot: number): void {
    const { limits, wheel, now, isOver } = this.#pool;
    const handshake = new Handshake(() => this.#fail(slot));
    this.#pending.set(slot, handshake);
    if (isOver || this.#pending.size > limits.maxConnections) return this.#fail(slot);
    wheel.schedule(handshake, now() + limits.handshakeTimeoutMs);
  }

  #fail(slot: number): void {
    this.#forget(slot);
    this.#sockets?.closeConnection(slot);
    this.#pool.counters.handshakesFailed++;
  }

  #forget(slot: number): void {
    const handshake = this.#pending.get(slot);
    if (handshake === undefined) return;
    this.#pool.wheel.cancel(handshake);
    this.#pending.delete(slot);
    this.#tellIfLeft();
  }

  #handOver(slot: number, bytes: Buffer): void {
    const socket = this.#adopt(slot);
    if (socket !== null) {
      this.#handedOver.add(socket);
      socket.once("close", () => {
        this.#handedOver.delete(socket);
        this.#tellIfLeft();
      });
      // What was read of it is overwritten when this returns.
      if (bytes.length > 0) socket.unshift(Buffer.from(bytes));
      if (this.#pool.isOver) socket.destroy();
      else this.#front.take(socket);
    }
    this.#forget(slot);
  }

  /** Makes a socket of Node of one that was handed over. */
  #adopt(slot: number): Socket | null {
    const fd = this.#sockets?.takeSocket(slot) ?? -1;
    if (fd < 0) return null;
    try {
      return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
    } catch (error) {
      closeSync(fd);
      this.#pool.onError(error);
      return null;
    }
  }

  #tellIfLeft(): void {
    if (this.#pending.size === 0 && this.#handedOver.size === 0) this.#whenLeft?.();
  }
}

/** The deadline of a handshake. */
class Handshake extends WheelEntry {
  readonly #late: () => void;

  constructor(late: () => void) {
    super();
    this.#late = late;
  }

  override due(): void {
    this.#late();
  }
}
