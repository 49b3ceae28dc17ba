import { acceptsTrailers, encodeTrailers, type BodyWriter, type Exchange } from "@armature/http";
import { choosePart, streamFields, type StreamAnswer } from "../conditional/choose-part.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { StreamBody, StreamOptions } from "../context/stream-body.ts";
import { answerHead, BLOCKS } from "./answer-head.ts";
import { cutAnswer } from "./cut-answer.ts";
import { leaveQuietly, openPieces, type StreamPieces } from "./stream-pieces.ts";

/**
 * Milliseconds that a source may have nothing to give once the client has ended its side. Most such clients are gone, which
 * shows only when something is sent to them; the few that still read get what comes in time.
 */
const HALF_CLOSED_IDLE_MS = 2_000;

/** Pieces that one source may give before others have their turn. */
const PIECES_PER_TURN = 32;

/**
 * Sends a body piece by piece with back-pressure.
 *
 * The head waits for the first piece, so that a source that fails at once is answered as any other error. A source that fails
 * later cuts the connection: the client must see that the body is not complete. A source whose client leaves is told.
 */
export async function sendStream(
  context: RequestContext,
  status: number,
  body: StreamBody,
  replyFields: readonly string[] | null,
): Promise<void> {
  const chosen = choosePart(context, { status, body, fields: replyFields });
  if (chosen !== null) await sendPieces(context, chosen);
}

async function sendPieces(context: RequestContext, answer: StreamAnswer): Promise<void> {
  const { exchange } = context;
  const { status, body } = answer;
  const pieces = new AttendedPieces(openPieces(body.source), exchange);
  try {
    const first = await pieces.next();
    if (exchange.answered) return;
    const { length = null } = body.options;
    const trailers = trailersFor(exchange, body.options);
    const fields = [...announce(trailers), ...streamFields(answer)];
    const writer = exchange.stream(answerHead(context, status, BLOCKS.bytes, fields), length);
    // An answer to HEAD is its head: the source is not asked for what nobody is sent.
    if (exchange.method === "HEAD") return writer.end();
    pieces.writer = writer;
    await pump(context, first, pieces, writer);
    if (!writer.closed) endBody(context, writer, trailers);
  } finally {
    await pieces.end();
  }
}

type Trailers = NonNullable<StreamOptions["trailers"]>;

/** The trailer fields that this client can be sent; a body of known length has a place for them over HTTP/2 only. */
function trailersFor(exchange: Exchange, { trailers, length }: StreamOptions): Trailers {
  if (trailers === undefined) return {};
  encodeTrailers(Object.keys(trailers).flatMap((name) => [name, ""]));
  const hasPlace = length === undefined || exchange.version === "2.0";
  return hasPlace && acceptsTrailers(exchange) ? trailers : {};
}

function announce(trailers: Trailers): readonly string[] {
  const names = Object.keys(trailers);
  return names.length === 0 ? [] : ["trailer", names.join(", ")];
}

function endBody(context: RequestContext, writer: BodyWriter, trailers: Trailers): void {
  try {
    const fields = Object.entries(trailers).flatMap(([name, valueOf]) => {
      const value = valueOf();
      return value === undefined ? [] : [name, value];
    });
    writer.end(fields);
  } catch (error) {
    cutAnswer(context, writer, error);
    throw error;
  }
}

async function pump(
  context: RequestContext,
  first: string | Uint8Array | null,
  pieces: AttendedPieces,
  writer: BodyWriter,
): Promise<void> {
  try {
    let count = 0;
    for (let piece = first; piece !== null; piece = await pieces.next()) {
      if (!writer.write(piece)) await writer.drained();
      // A source that never waits for anything would keep all else waiting, and would never learn that its client left.
      if (++count % PIECES_PER_TURN === 0) await nextTurn();
      // A client that left needs no more pieces.
      if (writer.closed) return;
    }
  } catch (error) {
    cutAnswer(context, writer, error);
    throw error;
  }
}

/** Lets sockets and timers have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Not every runtime has the faster one.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** The pieces of a source for a client that may leave: then the source is told at once, even while it has nothing to give. */
class AttendedPieces {
  /** Where the pieces go, as soon as there is an answer. */
  writer: BodyWriter | null = null;
  readonly #pieces: StreamPieces;
  readonly #exchange: Exchange;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(pieces: StreamPieces, exchange: Exchange) {
    this.#pieces = pieces;
    this.#exchange = exchange;
    exchange.signal.addEventListener("abort", this.#attend);
  }

  /** The next piece; `null` at the end, and where the client is gone. */
  async next(): Promise<string | Uint8Array | null> {
    if (this.#exchange.signal.aborted) this.#attend();
    try {
      return await this.#pieces.next();
    } catch (error) {
      // A source that is told to leave may fail for that.
      if (this.#isGone()) return null;
      throw error;
    } finally {
      clearTimeout(this.#patience);
    }
  }

  async end(): Promise<void> {
    this.#exchange.signal.removeEventListener("abort", this.#attend);
    await leaveQuietly(this.#pieces);
  }

  /** The client is gone, or has ended its side. */
  readonly #attend = (): void => {
    if (this.#isGone()) return void leaveQuietly(this.#pieces);
    if (this.writer !== null) this.#patience = setTimeout(this.#giveUp, HALF_CLOSED_IDLE_MS);
  };

  /** The connection is cut first: what was sent must not look complete. */
  readonly #giveUp = (): void => {
    this.writer?.abort();
    void leaveQuietly(this.#pieces);
  };

  #isGone(): boolean {
    return this.writer === null ? this.#exchange.answered : this.writer.closed;
  }
}
