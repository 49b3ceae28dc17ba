import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  type Zlib,
} from "node:zlib";
import { HttpError, isHttpError } from "@armature/http";
import type { ContentCoding } from "./content-codings.ts";

/** Bytes that a body may give whatever its ratio: little of it costs little, and repeats much. */
const FREE_BYTES = 64 * 1024;

/** 8 MiB: what a decoder must and may not have to hold at most (RFC 9659, 3). */
const ZSTD_WINDOW_LOG = 23;

type Decoder = Transform & Zlib;

const DECODERS: Readonly<Record<ContentCoding, () => Decoder>> = {
  gzip: createGunzip,
  // The zlib format, as RFC 9110, 8.4.1.2 says; some old clients leave its envelope out.
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
};

/**
 * Undoes the codings of a body as it is read; no more is decoded than the reader takes, but for the buffers of the decoders.
 *
 * @param codings in the order in which they were applied
 * @throws HttpError 400 `E_BODY_CODING` for data that is malformed, ends early or goes on behind its end; 413 `E_BODY_RATIO`
 */
export function decompress(
  source: AsyncIterable<Uint8Array>,
  codings: readonly ContentCoding[],
  maxRatio: number,
): AsyncIterable<Uint8Array> {
  const meter = new RatioMeter(maxRatio);
  return codings.reduceRight(
    (coded: AsyncIterable<Uint8Array>, coding) => undo(coding, coded, meter),
    meter.takeIn(source),
  );
}

/** Compares what comes out of each decoder with what came from the client. */
class RatioMeter {
  readonly #maxRatio: number;
  #taken = 0;

  constructor(maxRatio: number) {
    this.#maxRatio = maxRatio;
  }

  async *takeIn(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      this.#taken += chunk.length;
      yield chunk;
    }
  }

  /** @param given bytes that a decoder has given so far */
  check(given: number): void {
    if (given > FREE_BYTES && given > this.#taken * this.#maxRatio) throw ratioExceeded(this.#maxRatio);
  }
}

async function* undo(
  coding: ContentCoding,
  source: AsyncIterable<Uint8Array>,
  meter: RatioMeter,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = DECODERS[coding]();
  const input = new CountedInput(source);
  const feeding = pipeline(Readable.from(input.chunks()), decoder);
  // The reader of the decoder sees the same error.
  feeding.catch(ignore);
  try {
    let given = 0;
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      given += chunk.length;
      meter.check(given);
      yield chunk;
    }
    await feeding;
    // Most decoders leave alone what stands behind their end; two readers could take such a body for two different ones.
    if (input.bytes !== decoder.bytesWritten) throw malformed(coding);
  } catch (error) {
    // No body at all is sent by clients that set the field for all their requests.
    if (input.ended && input.bytes === 0) return;
    throw isHttpError(error) ? error : malformed(coding, error);
  } finally {
    decoder.destroy();
  }
}

class CountedInput {
  bytes = 0;
  /** Whether all of it was taken. */
  ended = false;
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.#source) {
      this.bytes += chunk.length;
      yield chunk;
    }
    this.ended = true;
  }
}

function malformed(coding: ContentCoding, cause?: unknown): HttpError {
  const detail = `The request body is not ${coding}, ends early or goes on behind its end.`;
  return new HttpError(400, "E_BODY_CODING", detail, { cause });
}

function ratioExceeded(maxRatio: number): HttpError {
  return new HttpError(
    413,
    "E_BODY_RATIO",
    `The request body becomes more than ${maxRatio} times as large as it was sent; send it with less compression, or none.`,
  );
}

function ignore(): void {}
