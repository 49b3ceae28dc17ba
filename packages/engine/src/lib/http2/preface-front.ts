import type { Socket } from "node:net";
import { type TimerWheel, WheelEntry } from "../timer-wheel.ts";

/** What every client of HTTP/2 sends first (RFC 9113, 3.4). */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** What a front runs by. */
export interface PrefaceFrontOptions {
  readonly wheel: TimerWheel;
  readonly now: () => number;
  /** Milliseconds until it must be clear what a client speaks. */
  readonly timeoutMs: number;
  /** How many may wait until that is clear; one more is cut. */
  readonly places: number;
  /** A client found no place. */
  readonly refused: () => void;
  /** Takes sockets of clients that speak HTTP/2; what they sent is in the socket again. */
  readonly http2: (socket: Socket) => void;
  /** Takes the others in the same way. */
  readonly http1: (socket: Socket) => void;
}

/** Tells by their first bytes which accepted sockets speak HTTP/2 without encryption, as their clients know beforehand (h2c). */
export class PrefaceFront {
  readonly #options: PrefaceFrontOptions;
  readonly #pending = new Set<PrefaceReading>();

  constructor(options: PrefaceFrontOptions) {
    this.#options = options;
  }

  take(socket: Socket): void {
    const { wheel, now, timeoutMs, places, refused, http1, http2 } = this.#options;
    if (this.#pending.size >= places) {
      socket.destroy();
      return refused();
    }
    const reading = new PrefaceReading(socket, (isHttp2) => {
      wheel.cancel(reading);
      this.#pending.delete(reading);
      if (isHttp2 === true) http2(socket);
      else if (isHttp2 === false) http1(socket);
    });
    this.#pending.add(reading);
    wheel.schedule(reading, now() + timeoutMs);
  }

  /** Cuts the connections of which nothing is known yet. */
  close(): void {
    for (const reading of this.#pending) reading.due();
  }
}

/** A socket whose first bytes are on their way. */
class PrefaceReading extends WheelEntry {
  readonly #socket: Socket;
  readonly #done: (isHttp2: boolean | null) => void;
  #held: Buffer = Buffer.alloc(0);

  /** @param done called once, with `null` where the client left or said nothing in time */
  constructor(socket: Socket, done: (isHttp2: boolean | null) => void) {
    super();
    this.#socket = socket;
    this.#done = done;
    socket.on("readable", this.#read);
    socket.on("end", this.#gone);
    socket.on("error", ignore);
    socket.on("close", this.#gone);
  }

  override due(): void {
    this.#gone();
  }

  readonly #read = (): void => {
    for (let piece = this.#next(); piece !== null; piece = this.#next())
      this.#held = Buffer.concat([this.#held, piece]);
    const length = Math.min(this.#held.length, PREFACE.length);
    const isSame = this.#held.compare(PREFACE, 0, length, 0, length) === 0;
    if (isSame && length < PREFACE.length) return;
    this.#leave();
    this.#socket.unshift(this.#held);
    this.#done(isSame);
  };

  #next(): Buffer | null {
    return this.#socket.read() as Buffer | null; // no encoding is set
  }

  readonly #gone = (): void => {
    this.#leave();
    this.#socket.destroy();
    this.#done(null);
  };

  #leave(): void {
    this.#socket.off("readable", this.#read);
    this.#socket.off("end", this.#gone);
    this.#socket.off("error", ignore);
    this.#socket.off("close", this.#gone);
  }
}

function ignore(): void {}
