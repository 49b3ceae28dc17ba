import { encodePacket } from "../protocol/packet.ts";
import { Backoff } from "./backoff.ts";
import type { ClientSettings } from "./client-options.ts";
import { Link } from "./link.ts";
import { SocketError, type SocketClose } from "./socket-error.ts";
import { toSocketUrl, type SocketUrl } from "./socket-url.ts";

/**
 * Where a client stands: an attempt is made, there is a connection, the next attempt is waited for, or it is over. Only "closed" has
 * no way back.
 */
export type SocketState = "connecting" | "open" | "waiting" | "closed";

/** Told of connections that come and go. */
export interface ConnectorListener {
  opened(link: Link): void;
  text(text: string, link: Link): void;
  /** A connection that was open is gone. */
  lost(): void;
  /** The last call. */
  ended(close: SocketClose): void;
}

/** Sees to it that there is a connection, until it is told to stop or there is no use in it. */
export class Connector {
  readonly #url: SocketUrl;
  readonly #settings: ClientSettings;
  readonly #listener: ConnectorListener;
  readonly #backoff: Backoff;
  readonly #closed: PromiseWithResolvers<SocketClose> = Promise.withResolvers<SocketClose>();
  readonly #stateListeners = new Set<(state: SocketState) => void>();
  #state: SocketState = "connecting";
  #link: Link | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @throws SocketError `E_SOCKET_URL` */
  constructor(url: SocketUrl, settings: ClientSettings, listener: ConnectorListener) {
    this.#url = typeof url === "function" ? url : toSocketUrl(url);
    this.#settings = settings;
    this.#listener = listener;
    this.#backoff = new Backoff(settings.minBackoffMs, settings.maxBackoffMs);
    void this.#connect();
  }

  get state(): SocketState {
    return this.#state;
  }

  /** The connection that there is. */
  get link(): Link | null {
    return this.#state === "open" ? this.#link : null;
  }

  get closed(): Promise<SocketClose> {
    return this.#closed.promise;
  }

  /** Resolves when there is a connection. @throws SocketError `E_SOCKET_CLOSED` */
  ready(): Promise<void> {
    if (this.#state === "open") return Promise.resolve();
    return new Promise((resolve, reject) => {
      const look = (state: SocketState): void => {
        if (state === "closed") reject(new SocketError("E_SOCKET_CLOSED", "The client is closed."));
        else if (state === "open") resolve();
        else return;
        stop();
      };
      const stop = this.onState(look);
      look(this.#state);
    });
  }

  onState(listener: (state: SocketState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  /** Ends it for good. */
  close(code: number, reason: string): void {
    if (this.#state === "closed") return;
    this.#link?.close(code, reason);
    this.#end({ code, reason });
  }

  async #connect(): Promise<void> {
    try {
      const url = typeof this.#url === "function" ? toSocketUrl(await this.#url()) : String(this.#url);
      if (isClosed(this.#state)) return;
      const link: Link = new Link(
        { url, settings: this.#settings, ping: PING },
        {
          opened: () => this.#opened(link),
          text: (text) => this.#listener.text(text, link),
          lost: (close, heldMs) => this.#lost(close, heldMs),
        },
      );
      this.#link = link;
    } catch (error) {
      if (isClosed(this.#state)) return;
      this.#settings.onError(error);
      const close = { code: 1006, reason: "There was no way to connect." };
      if (isHopeless(error)) this.#end(close);
      else this.#lost(close, null);
    }
  }

  #opened(link: Link): void {
    this.#state = "open";
    this.#listener.opened(link);
    this.#tell();
  }

  #lost(close: SocketClose, heldMs: number | null): void {
    this.#link = null;
    this.#backoff.lost(heldMs);
    if (heldMs !== null) this.#listener.lost();
    const { isFinal, maxAttempts } = this.#settings;
    // A handshake that fails says nothing: browsers do not tell why.
    if (heldMs !== null && isFinal(close)) return this.#end(close);
    if (this.#backoff.failures >= maxAttempts) return this.#end(close);
    this.#wait();
  }

  #wait(): void {
    this.#timer = setTimeout(this.#retry, this.#backoff.pauseMs(Math.random()));
    if (typeof addEventListener === "function") addEventListener("online", this.#retry);
    this.#setState("waiting");
  }

  /** The pause is over, or a browser has its network again. */
  readonly #retry = (): void => {
    this.#stopWaiting();
    this.#setState("connecting");
    if (!isClosed(this.#state)) void this.#connect();
  };

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    if (typeof removeEventListener === "function") removeEventListener("online", this.#retry);
  }

  #end(close: SocketClose): void {
    this.#stopWaiting();
    this.#state = "closed";
    this.#link = null;
    this.#listener.ended(close);
    this.#closed.resolve(close);
    this.#tell();
    this.#stateListeners.clear();
  }

  #setState(state: SocketState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#stateListeners) {
      try {
        listener(this.#state);
      } catch (error) {
        this.#settings.onError(error);
      }
    }
  }
}

const PING = encodePacket({ kind: "ping", ping: 1 });

/** A URL or subprotocol that cannot be will not be next time either. */
function isHopeless(error: unknown): boolean {
  if (error instanceof SocketError) return error.code === "E_SOCKET_URL";
  return error instanceof DOMException && error.name === "SyntaxError";
}

/** Listeners of a state may close the client, which the compiler does not know. */
function isClosed(state: SocketState): boolean {
  return state === "closed";
}

/** Browsers tell when they have a network again; Node does not. */
declare const addEventListener: ((type: "online", listener: () => void) => void) | undefined;
declare const removeEventListener: ((type: "online", listener: () => void) => void) | undefined;
