import { ArmatureError, type HeaderList, HttpError, type RequestBody } from "@armature/http";
import { NO_TRAILERS } from "../parse/trailers.ts";

/** What a body needs of its connection. */
export interface BodySource {
  /** The default limit of a body in bytes. */
  readonly maxBodyBytes: number;
  /** Someone waits for the body: the client is asked for it where it waits too, and reading goes on. */
  bodyWanted(): void;
}

const State = {
  receiving: 0,
  complete: 1,
  failed: 2,
  /** It was complete, and the buffer that it lay in is used again. */
  released: 3,
} as const;
type State = (typeof State)[keyof typeof State];

const NOTHING = new Uint8Array(0);

/** The body of one request, filled by its connection. */
export class EngineBody implements RequestBody {
  readonly length: number | null;
  /** Bytes that have arrived. */
  received = 0;

  readonly #source: BodySource;
  #state: State = State.receiving;
  /** The part that lies in the read buffer while the handler runs. */
  #view: Uint8Array | null = null;
  /** What arrived and was not taken, in memory of its own. */
  #pieces: Uint8Array[] = [];
  #queued = 0;
  #used = false;
  #collecting = false;
  #maxBytes = Infinity;
  #error: Error | null = null;
  #trailers: HeaderList = NO_TRAILERS;
  /** Wakes the reader that waits for more, the end or a failure. */
  #wake: (() => void) | null = null;

  constructor(source: BodySource, length: number | null) {
    this.#source = source;
    this.length = length;
    if (length === 0) this.#state = State.complete;
  }

  get trailers(): HeaderList | null {
    return this.#state === State.complete || this.#state === State.released ? this.#trailers : null;
  }

  peek(): Uint8Array | null {
    if (this.#used || this.#state !== State.complete) return null;
    if (this.#view !== null) return this.#view;
    this.#pieces = [join(this.#pieces, this.#queued)];
    return this.#pieces[0] ?? null;
  }

  bytes(maxBytes: number = this.#source.maxBodyBytes): Uint8Array | Promise<Uint8Array> {
    this.#use(maxBytes);
    if (this.#state === State.complete) return this.#takeAll();
    this.#collecting = true;
    const whole = this.#collect();
    // A reader that went away must not bring the process down when the client leaves.
    whole.catch(ignore);
    return whole;
  }

  chunks(maxBytes: number = this.#source.maxBodyBytes): AsyncIterable<Uint8Array> {
    this.#use(maxBytes);
    return this.#iterate();
  }

  /** Whether so much waits for its reader that the client should wait too. */
  isFull(highWaterBytes: number): boolean {
    return this.#state === State.receiving && !this.#collecting && this.#queued >= highWaterBytes;
  }

  /** What arrived together with the head; `view` is in the read buffer, and there are `trailers` if it is all. */
  start(view: Uint8Array, trailers: HeaderList | null): void {
    this.#view = view;
    this.received = view.length;
    if (trailers === null) return;
    this.#trailers = trailers;
    this.#state = State.complete;
  }

  /** Copies what lies in the read buffer, because that is about to be used again. */
  detach(): void {
    if (this.#view === null) return;
    const view = this.#view;
    this.#view = null;
    if (view.length > 0) this.#keep(view);
  }

  /** The answer is complete, and the read buffer is used again: what lies there cannot be read any more. */
  release(): void {
    const isUnread = this.#state === State.complete && !this.#used && this.#queued > 0;
    if (this.#view === null && !isUnread) return;
    this.#view = null;
    this.#pieces = [];
    this.#queued = 0;
    this.#state = State.released;
  }

  /** More of the body arrived. */
  push(bytes: Uint8Array): void {
    this.received += bytes.length;
    if (this.#state !== State.receiving) return;
    if (this.#used && this.received > this.#maxBytes) return this.fail(tooLarge(this.#maxBytes));
    this.#keep(bytes);
    if (!this.#collecting) this.#wakeReader();
  }

  /** The body is complete. */
  finish(trailers: HeaderList): void {
    if (this.#state !== State.receiving) return;
    this.#trailers = trailers;
    this.#state = State.complete;
    this.#wakeReader();
  }

  /** No more will come. */
  fail(error: Error): void {
    if (this.#state !== State.receiving) return;
    this.#state = State.failed;
    this.#error = error;
    this.#pieces = [];
    this.#queued = 0;
    this.#wakeReader();
  }

  /** The answer is complete: nobody may read any more, and what comes is dropped. */
  drop(): void {
    this.#view = null;
    this.fail(done());
  }

  #keep(bytes: Uint8Array): void {
    // A copy with memory of its own: the view is in a buffer that other requests share.
    this.#pieces.push(new Uint8Array(bytes));
    this.#queued += bytes.length;
  }

  #use(maxBytes: number): void {
    if (this.#used)
      throw new HttpError(500, "E_BODY_USED", "The body of this request was read before; keep what it gave.");
    if (this.#error !== null) throw this.#error;
    if (this.#state === State.released) throw done();
    if ((this.length ?? this.received) > maxBytes) throw tooLarge(maxBytes);
    this.#used = true;
    this.#maxBytes = maxBytes;
  }

  #takeAll(): Uint8Array {
    const view = this.#view;
    const whole = view === null ? join(this.#pieces, this.#queued) : new Uint8Array(view);
    this.#view = null;
    this.#pieces = [];
    this.#queued = 0;
    return whole;
  }

  async #collect(): Promise<Uint8Array> {
    this.detach();
    while (this.#state === State.receiving) await this.#more();
    if (this.#error !== null) throw this.#error;
    return this.#takeAll();
  }

  async *#iterate(): AsyncGenerator<Uint8Array, void, undefined> {
    this.detach();
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#queued -= piece.length;
        yield piece;
      } else if (this.#error !== null) {
        throw this.#error;
      } else if (this.#state === State.complete) {
        return;
      } else {
        await this.#more();
      }
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#source.bodyWanted();
    });
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  if (pieces.length <= 1) return pieces[0] ?? NOTHING;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, "E_BODY_TOO_LARGE", `The body of a request may have ${maxBytes} bytes at most.`);
}

function done(): ArmatureError {
  return new ArmatureError(
    "E_EXCHANGE_DONE",
    "The answer to this request is complete; read the body before it is sent.",
  );
}

function ignore(): void {}
