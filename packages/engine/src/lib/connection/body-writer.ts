import { ArmatureError, type BodyWriter, encodeTrailers, type FieldList } from "@armature/http";
import { toWire } from "../encode/body-text.ts";
import { AnswerState } from "./answer-state.ts";

/** How the body of a streamed answer is framed. */
export type BodyFraming =
  /** Each piece is a chunk. */
  | "chunked"
  /** As it is: up to its length, or up to the end of the connection. */
  | "plain"
  /** Not sent: the method or the status has no body. */
  | "none";

/** What a writer needs of the exchange that it answers. */
export interface StreamedExchange {
  readonly state: AnswerState;
  /** Wakes the writer that waits for room. */
  wakeWriter: (() => void) | null;
}

/** What a writer needs of its connection. */
export interface BodyOutput<TExchange> {
  /** Queues a piece of the body; `false` where the client should catch up first. */
  writeBody(exchange: TExchange, data: string | Uint8Array, framing: BodyFraming): boolean;
  /** @param trailerLines trailer fields as lines; "" for none */
  endBody(exchange: TExchange, framing: BodyFraming, trailerLines: string): void;
  hasRoom(exchange: TExchange): boolean;
  abort(exchange: TExchange): void;
}

/** Writes the body of a streamed answer. */
export class EngineBodyWriter<TExchange extends StreamedExchange> implements BodyWriter {
  protected readonly exchange: TExchange;
  protected readonly framing: BodyFraming;
  readonly #output: BodyOutput<TExchange>;
  /** Bytes that the announced length leaves; `null` where none was announced. */
  #left: number | null;
  #waiting: Promise<void> | null = null;

  constructor(
    output: BodyOutput<TExchange>,
    exchange: TExchange,
    framing: BodyFraming,
    length: number | null,
  ) {
    this.#output = output;
    this.exchange = exchange;
    this.framing = framing;
    this.#left = framing === "none" ? null : length;
  }

  get closed(): boolean {
    return this.exchange.state !== AnswerState.streaming;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.closed) return false;
    const data = typeof chunk === "string" ? toWire(chunk) : chunk;
    if (data.length === 0 || this.framing === "none") return true;
    this.take(data.length);
    return this.#output.writeBody(this.exchange, data, this.framing);
  }

  drained(): Promise<void> {
    if (this.closed || this.#output.hasRoom(this.exchange)) return Promise.resolve();
    this.#waiting ??= new Promise((resolve) => {
      this.exchange.wakeWriter = () => {
        this.#waiting = null;
        resolve();
      };
    });
    return this.#waiting;
  }

  end(trailers: FieldList | null = null): void {
    if (this.closed) return;
    const lines = trailers === null ? "" : encodeTrailers(trailers);
    if (this.#left !== null && this.#left > 0) this.#refuse(`${this.#left} bytes are missing at its end`);
    this.#output.endBody(this.exchange, this.framing, lines);
  }

  abort(): void {
    if (!this.closed) this.#output.abort(this.exchange);
  }

  /** Bytes of the body are written. */
  protected take(bytes: number): void {
    if (this.#left === null) return;
    if (bytes > this.#left) this.#refuse(`${bytes - this.#left} bytes too many were written`);
    this.#left -= bytes;
  }

  /** The client must not take a wrong body for a whole one. */
  #refuse(what: string): never {
    this.abort();
    throw new ArmatureError(
      "E_ANSWER_LENGTH",
      `The body of an answer does not have the length that stream() was told: ${what}; the connection was cut.`,
    );
  }
}
