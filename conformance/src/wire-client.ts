import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  type Answer,
  type Answers,
  type FoundAnswer,
  parseAnswer,
  parseAnswers,
} from "./wire/parse-answers.ts";

const NONE: ReadonlySet<number> = new Set();

/** A server that says nothing for so long hangs; only a failing test ever waits for it. */
const PATIENCE_MS = 10_000;

/** What lies under the stream of a client. */
export interface WireOptions {
  /** What carries the stream, where that is encrypted. */
  readonly below?: Duplex;
  /** Tells how many bytes wait. Default: what the stream keeps. */
  readonly unsent?: () => number;
}

/** The client's end of a connection, byte by byte, with all that came back. */
export class WireClient implements Disposable {
  readonly #stream: Duplex;
  readonly #below: Duplex;
  readonly #unsent: () => number;
  #text = "";
  #closed = false;
  #failure: Error | null = null;
  #wake: () => void = () => {};

  constructor(stream: Duplex, { below = stream, unsent = () => stream.writableLength }: WireOptions = {}) {
    this.#stream = stream;
    this.#below = below;
    this.#unsent = unsent;
    stream.setEncoding("latin1");
    stream.on("data", (text: string) => this.#note(() => (this.#text += text)));
    stream.on("end", () => this.#note(() => (this.#closed = true)));
    stream.on("close", () => this.#note(() => (this.#closed = true)));
    stream.on("error", (error) => this.#note(() => this.#fail(error)));
  }

  /** The port of the client's end; 0 where there is none. */
  get localPort(): number {
    return this.#below instanceof Socket ? (this.#below.localPort ?? 0) : 0;
  }

  /** Bytes that were sent and have not left yet. */
  get unsentBytes(): number {
    return this.#unsent();
  }

  /** Whether the server has ended the connection. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Why the connection broke; `null` where the server ended it properly. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** All bytes so far, one character each. */
  get text(): string {
    return this.#text;
  }

  /** Sends a piece and gives the server a turn to read it. */
  async send(piece: Uint8Array | string): Promise<void> {
    if (this.#closed || this.#stream.destroyed) return;
    this.#stream.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Sends nothing more. */
  end(): void {
    this.#stream.end();
  }

  /** Cuts the connection so that the server is told at once (TCP RST); disposing closes it as programs do (TCP FIN). */
  reset(): void {
    const below = this.#below;
    if (!(below instanceof Socket)) below.destroy();
    // Node sends no RST for an encrypted connection that it is at work on.
    else setImmediate(() => below.resetAndDestroy());
  }

  /** Stops reading, so that what the server sends fills the buffers between. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** The answers since a position in `text`. */
  answersFrom(start: number, empty: ReadonlySet<number> = NONE): Answers {
    return parseAnswers(this.#text.slice(start), empty, this.#closed);
  }

  /** The answer at a position in `text`; `null` where it is not complete. */
  answerAt(start: number, isEmpty: boolean): FoundAnswer | null {
    return parseAnswer(this.#text, start, { isEmpty, closed: this.#closed });
  }

  /** Waits for that many complete answers, or the end of the connection. */
  async answers(count: number, empty: ReadonlySet<number> = NONE): Promise<readonly Answer[]> {
    await this.until(() => this.answersFrom(0, empty).complete.length >= count);
    return this.answersFrom(0, empty).complete;
  }

  /** Waits until something holds, or nothing more can come. */
  async until(holds: () => boolean): Promise<void> {
    while (!this.#closed && !holds()) await this.#change();
  }

  /** Waits for the server to end the connection. */
  async closing(): Promise<void> {
    await this.until(() => false);
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }

  /** Goodbyes that a server which has gone does not take any more are no failures of its end. */
  #fail(error: Error): void {
    if (!this.#closed) this.#failure = error;
  }

  #note(change: () => void): void {
    change();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve, reject) => {
      const hung = setTimeout(
        () =>
          reject(
            new Error(`Nothing came for ${PATIENCE_MS} ms after ${JSON.stringify(this.#text.slice(-500))}`),
          ),
        PATIENCE_MS,
      );
      // At the end of the turn, so that what waits is not looked at again for each piece of one read.
      this.#wake = () => {
        clearTimeout(hung);
        setImmediate(resolve);
      };
    });
  }
}
