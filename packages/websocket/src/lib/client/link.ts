import type { ClientSettings } from "./client-options.ts";
import type { SocketClose } from "./socket-error.ts";

/** Told what happens on a connection; `lost` comes once, and last. */
export interface LinkListener {
  opened(): void;
  text(text: string): void;
  /** @param heldMs how long the connection was open, `null` where it never was */
  lost(close: SocketClose, heldMs: number | null): void;
}

/** What a connection needs to know. */
export interface LinkPlan {
  readonly url: string;
  readonly settings: ClientSettings;
  /** What asks the server for a sign of life. */
  readonly ping: string;
}

/** One connection: a native WebSocket that is given up where it takes too long or is silent for too long. */
export class Link {
  readonly #plan: LinkPlan;
  readonly #listener: LinkListener;
  readonly #socket: WebSocket;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #openedAt: number | null = null;
  #isOver = false;

  /** @throws SyntaxError for a URL or subprotocol that cannot be */
  constructor(plan: LinkPlan, listener: LinkListener) {
    const { url, settings } = plan;
    this.#plan = plan;
    this.#listener = listener;
    this.#socket = new WebSocket(url, [...settings.protocols]);
    this.#socket.addEventListener("open", () => this.#opened());
    this.#socket.addEventListener("message", ({ data }) => this.#received(data));
    this.#socket.addEventListener("close", ({ code, reason }) => this.#lose({ code, reason }));
    // Its close event follows, and browsers do not say why.
    this.#socket.addEventListener("error", () => {});
    this.#wait(settings.connectTimeoutMs, () => this.#giveUp("The server took too long to answer."));
  }

  /** The subprotocol that was chosen; "" where there is none. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Bytes that the system has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** Says goodbye; nothing is told of the connection any more. */
  close(code: number, reason: string): void {
    this.#over();
    this.#socket.close(code, reason);
  }

  #opened(): void {
    if (this.#isOver) return;
    this.#openedAt = performance.now();
    this.#heard();
    this.#listener.opened();
  }

  #received(data: unknown): void {
    if (this.#isOver) return;
    this.#heard();
    if (typeof data === "string") this.#listener.text(data);
  }

  #heard(): void {
    const { heartbeatMs } = this.#plan.settings;
    clearTimeout(this.#timer);
    if (heartbeatMs > 0) this.#wait(heartbeatMs, () => this.#ping());
  }

  #ping(): void {
    this.#socket.send(this.#plan.ping);
    this.#wait(this.#plan.settings.heartbeatTimeoutMs, () => this.#giveUp("The server is silent."));
  }

  /** A server that is gone does not answer a close frame either, so nobody waits for that. */
  #giveUp(reason: string): void {
    this.#lose({ code: 1006, reason });
    this.#socket.close();
  }

  #lose(close: SocketClose): void {
    if (this.#isOver) return;
    this.#over();
    this.#listener.lost(close, this.#openedAt === null ? null : performance.now() - this.#openedAt);
  }

  #over(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #wait(afterMs: number, then: () => void): void {
    this.#timer = setTimeout(then, afterMs);
  }
}
