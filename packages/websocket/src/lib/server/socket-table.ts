import { HttpError } from "@armature/http";
import type { WebSocketConnection } from "./connection.ts";
import type { WebSocketLimits } from "./limits.ts";

/** How often within the shortest of its times the table looks after its sockets. */
const LOOKS = 4;

/** The sockets of an endpoint: counts them against the limits, and looks after all of them with one timer. */
export class SocketTable {
  readonly #limits: WebSocketLimits;
  readonly #sockets = new Set<WebSocketConnection>();
  readonly #byAddress = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #second = 0;
  #handshakes = 0;

  constructor(limits: WebSocketLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Counts a handshake. @throws HttpError 429 `E_WEBSOCKET_RATE` */
  checkRate(): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#handshakes = 0;
    }
    if (++this.#handshakes <= this.#limits.maxHandshakesPerSecond) return;
    throw new HttpError(
      429,
      "E_WEBSOCKET_RATE",
      "There are too many new connections; try again in a moment.",
      RETRY,
    );
  }

  /** @throws HttpError 503 `E_WEBSOCKET_FULL`, 429 `E_WEBSOCKET_ADDRESS_FULL` */
  checkRoom(address: string): void {
    const { maxSockets, maxSocketsPerAddress } = this.#limits;
    if (this.#sockets.size >= maxSockets)
      throw new HttpError(503, "E_WEBSOCKET_FULL", "The endpoint has as many sockets as it takes.", RETRY);
    if (this.#countOf(address) < maxSocketsPerAddress) return;
    throw new HttpError(
      429,
      "E_WEBSOCKET_ADDRESS_FULL",
      `There are ${maxSocketsPerAddress} sockets of this address; close one first.`,
      RETRY,
    );
  }

  add(socket: WebSocketConnection, address: string): void {
    // One that was closed while it was taken over is not open.
    if (socket.state === "closed") return;
    this.#sockets.add(socket);
    this.#byAddress.set(address, this.#countOf(address) + 1);
    this.#timer ??= this.#startTimer();
  }

  remove(socket: WebSocketConnection, address: string): void {
    if (!this.#sockets.delete(socket)) return;
    const left = this.#countOf(address) - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
    if (this.#sockets.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #countOf(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  #startTimer(): NodeJS.Timeout {
    const { heartbeatMs, idleTimeoutMs } = this.#limits;
    const timer = setInterval(() => this.#look(), Math.ceil(Math.min(heartbeatMs, idleTimeoutMs) / LOOKS));
    return timer.unref();
  }

  #look(): void {
    const nowMs = performance.now();
    for (const socket of this.#sockets) socket.tick(nowMs);
  }
}

const RETRY = Object.freeze({ headers: { "retry-after": "1" }, expose: true });
