import { maskedFrame, payloadOf, showBytes } from "../frames.ts";
import { type Operation, plain } from "../operation.ts";
import { load } from "./load.ts";

/** What the package keeps to itself. */
interface ReaderModule {
  readonly MessageReader: new (
    options: { isMasked: boolean; maxMessageBytes: number; maxFragments: number; inflater: null },
    sink: Record<"text" | "binary" | "ping" | "pong" | "closing", (content: Buffer) => void>,
  ) => { push(chunk: Uint8Array): void };
}

interface EncodeModule {
  readonly encodeFrame: (opcode: number, payload: Uint8Array) => Buffer;
}

const BINARY = 2;

/** What is no message is not sent here. */
function ignore(): void {}

/** From the bytes of a frame to the message of it. */
export async function parseFrames(benchmark: string): Promise<Operation> {
  const { MessageReader } = await load<ReaderModule>("websocket/dist/lib/frames/message-reader.js");
  let last: Buffer = Buffer.alloc(0);
  const binary = (content: Buffer): void => void (last = content);
  const reader = new MessageReader(
    { isMasked: true, maxMessageBytes: 1_000_000, maxFragments: 1, inflater: null },
    { text: ignore, binary, ping: ignore, pong: ignore, closing: ignore },
  );
  const frame = maskedFrame(payloadOf(benchmark));
  const run = (): number => {
    reader.push(frame);
    return last.length;
  };
  const answer = (): string => {
    run();
    return showBytes(last);
  };
  return { run, answer };
}

/** A message as the bytes that are written. */
export async function serializeFrames(benchmark: string): Promise<Operation> {
  const { encodeFrame } = await load<EncodeModule>("websocket/dist/lib/frames/encode-frame.js");
  const payload = payloadOf(benchmark);
  return plain(
    () => encodeFrame(BINARY, payload),
    (frame) => showBytes(frame as Buffer), // what encodeFrame gives
  );
}
