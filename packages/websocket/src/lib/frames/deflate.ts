import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { CloseCode } from "./close-code.ts";
import type { DeflateParameters } from "./deflate-parameters.ts";
import { FrameError } from "./frame-error.ts";
import type { Inflater } from "./message-reader.ts";

const NOTHING = Buffer.alloc(0);

/** A compressed message ends with a block of nothing, which is left out on the wire (RFC 7692, 7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** What the later messages of one direction may refer to: the end of what was said. */
class Context {
  readonly #bytes: number;
  #window: Buffer = NOTHING;

  constructor(windowBits: number) {
    this.#bytes = 2 ** windowBits;
  }

  get window(): Buffer {
    return this.#window;
  }

  push(said: Buffer): void {
    if (said.length < this.#bytes && this.#window.length > 0)
      this.#window = Buffer.concat([this.#window.subarray(said.length - this.#bytes), said]);
    // A copy, so that a large message is not kept for its end.
    else this.#window = Buffer.from(said.subarray(-this.#bytes));
  }
}

/** Undoes permessage-deflate. Each message is undone by itself, with the window as its dictionary: nothing waits, and no stream is kept. */
export class DeflateInflater implements Inflater {
  readonly #context: Context | null;
  readonly #maxRatio: number;

  constructor({ clientNoContextTakeover }: DeflateParameters, maxRatio: number) {
    this.#context = clientNoContextTakeover ? null : new Context(15);
    this.#maxRatio = maxRatio;
  }

  inflate(bytes: Buffer, maxBytes: number): Buffer {
    // What is small may grow as it likes.
    const maxOutputLength = Math.max(
      1,
      Math.min(maxBytes, Math.max(RATIO_FROM, bytes.length * this.#maxRatio)),
    );
    const content = inflateBlocks(bytes, this.#context?.window ?? NOTHING, maxOutputLength);
    if (content.length > maxBytes) throw tooBig();
    this.#context?.push(content);
    return content;
  }
}

/** Up to so many bytes the ratio does not matter. */
const RATIO_FROM = 64 * 1024;

/** Behind the tail that was left out stands a last block of nothing, so that data which is broken off is told from what is complete. */
const END = Buffer.concat([TAIL, Buffer.from([0x03, 0x00])]);

/** Final blocks within one message: each costs a stream of its own. */
const MAX_FINAL_BLOCKS = 100;

/** Undoes one message. Blocks may follow one that says that it is the last (RFC 7692, 7.2.1), which is the end for zlib. */
function inflateBlocks(bytes: Buffer, window: Buffer, maxLength: number): Buffer {
  if (bytes.length === 0) return NOTHING;
  let rest: Buffer = Buffer.concat([bytes, END]);
  let dictionary = window;
  let length = 0;
  const parts: Buffer[] = [];
  for (let streams = 0; streams <= MAX_FINAL_BLOCKS; streams++) {
    const { buffer, engine } = inflate(rest, dictionary, Math.max(1, maxLength - length));
    length += buffer.length;
    if (length > maxLength) throw tooBig();
    parts.push(buffer);
    rest = rest.subarray(engine.bytesWritten);
    if (rest.length <= END.length) return parts.length === 1 ? buffer : Buffer.concat(parts, length);
    // The content as a whole is put together once: it may be much larger than what it is made of.
    dictionary = Buffer.concat([dictionary, buffer.subarray(-MAX_WINDOW)]).subarray(-MAX_WINDOW);
  }
  throw new FrameError(
    CloseCode.policyViolation,
    `A message has more than ${MAX_FINAL_BLOCKS} final blocks.`,
  );
}

const MAX_WINDOW = 32 * 1024;

/** What zlib gives with `info`. */
interface Inflated {
  readonly buffer: Buffer;
  /** `bytesWritten` are those that were read up to the end of the stream. */
  readonly engine: { readonly bytesWritten: number };
}

function inflate(bytes: Buffer, dictionary: Buffer, maxOutputLength: number): Inflated {
  try {
    // Its type does not know of `info`.
    return inflateRawSync(bytes, {
      maxOutputLength,
      info: true,
      ...(dictionary.length === 0 ? {} : { dictionary }),
    }) as unknown as Inflated;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooBig();
    throw new FrameError(CloseCode.invalidPayload, "A message is not compressed as it says.");
  }
}

function tooBig(): FrameError {
  return new FrameError(CloseCode.messageTooBig, "A message is too large when it is decompressed.");
}

/** Compresses messages with what was negotiated. */
export class Deflater {
  readonly #context: Context | null;
  readonly #windowBits: number;

  constructor({ serverNoContextTakeover, serverMaxWindowBits }: DeflateParameters) {
    this.#context = serverNoContextTakeover ? null : new Context(serverMaxWindowBits);
    this.#windowBits = serverMaxWindowBits;
  }

  /** Compresses a message; later ones may refer to it. */
  deflate(content: Buffer): Buffer {
    const compressed = deflate(content, this.#windowBits, this.#context?.window ?? NOTHING);
    this.#context?.push(content);
    return compressed;
  }
}

/** Room for what does not get smaller: the heads of its blocks and the tail. */
const OVERHEAD = 64;
/** As much as zlib makes room for at a time. */
const MAX_CHUNK = 16 * 1024;

function deflate(content: Buffer, windowBits: number, dictionary: Buffer): Buffer {
  const compressed = deflateRawSync(content, {
    windowBits,
    finishFlush: constants.Z_SYNC_FLUSH,
    // Its default of 16 KiB costs more for a small message than compressing it.
    chunkSize: Math.min(MAX_CHUNK, content.length + OVERHEAD),
    ...(dictionary.length === 0 ? {} : { dictionary }),
  });
  return compressed.subarray(0, -TAIL.length);
}
